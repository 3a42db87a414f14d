//! Swagger UI and ReDoc, as poem-openapi embeds them, with our document and without what they load from elsewhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poem::Response;
use poem::http::header;
use poem_openapi::OpenApiService;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A page and its policy; some megabytes, so it is made once.
pub(super) struct Document {
    html: String,
    policy: String,
}

/// The rules of ReDoc's scroll bars, which its script puts into the page as text. `widget/tests/e2e/pages/docs.spec.ts` fails,
/// and names the new hash, where an update of poem-openapi changes them.
const REDOC_SCROLL_BARS: &str = "sha256-sDI9pUw6Z98NC0sorERcD03vlQ8zZwyaBSQ06jerL4M=";

/// Swagger UI.
pub(super) fn swagger(document: &str) -> Document {
    let empty = empty();
    let html = empty
        .swagger_ui_html()
        .replace("deepLinking: true,", "deepLinking: true, validatorUrl: null,");
    Document::new(&html, &empty.spec(), document, &[])
}

/// ReDoc.
pub(super) fn redoc(document: &str) -> Document {
    let empty = empty();
    let html = empty.redoc_html();
    let html: String = html
        .lines()
        .filter(|line| !line.contains("<link href=\"https://fonts.googleapis.com"))
        .collect::<Vec<_>>()
        .join("\n");
    Document::new(&html, &empty.spec(), document, &[REDOC_SCROLL_BARS])
}

/// A page of nothing, whose document is then replaced: the pages must not depend on how ours was made.
fn empty() -> OpenApiService<(), ()> {
    OpenApiService::new((), "", "")
}

impl Document {
    fn new(html: &str, empty: &str, document: &str, made_by_script: &[&str]) -> Self {
        // a description that ended the script would end the page
        let document = document.replace("</", "<\\/");
        // as a browser reads it, before it compares the hashes
        let html = html
            .replacen(empty, &document, 1)
            .trim_start()
            .replace("\r\n", "\n");
        let policy = policy(&html, made_by_script);
        Self { html, policy }
    }

    pub(super) fn respond(&self) -> Response {
        Response::builder()
            .content_type("text/html; charset=utf-8")
            .header(header::CONTENT_SECURITY_POLICY, &self.policy)
            .body(self.html.clone())
    }
}

/// The page's own inline scripts and styles, each by its hash; pictures in `data:`, ReDoc's search in a worker, and nothing
/// from elsewhere. ReDoc makes style elements by script: empty ones, whose rules come by script, too, and `made_by_script`.
fn policy(html: &str, made_by_script: &[&str]) -> String {
    let mut policy = "default-src 'self'; script-src 'self'".to_owned();
    for script in inline(html, "script") {
        let _ = write!(policy, " '{}'", hash(script));
    }
    policy += "; style-src 'self'";
    for style in inline(html, "style").chain([""]) {
        let _ = write!(policy, " '{}'", hash(style));
    }
    for hash in made_by_script {
        let _ = write!(policy, " '{hash}'");
    }
    policy + "; img-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'"
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// The contents of the elements of this name, as a browser separates them: until the first end tag, whatever it stands in.
fn inline<'a>(html: &'a str, name: &'static str) -> impl Iterator<Item = &'a str> {
    let mut left = html;
    std::iter::from_fn(move || {
        let (kind, content, rest) = next_inline(left)?;
        left = rest;
        Some((kind, content))
    })
    .filter(move |(kind, _)| *kind == name)
    .map(|(_, content)| content)
}

/// The first script or style: its name, what it holds, and what comes after it.
fn next_inline(html: &str) -> Option<(&'static str, &str, &str)> {
    let starts = ["script", "style"].map(|name| (html.find(&format!("<{name}")), name));
    let (at, name) = starts
        .into_iter()
        .filter_map(|(at, name)| Some((at?, name)))
        .min()?;
    let begin = at + html.get(at..)?.find('>')? + 1;
    let end = begin + html.get(begin..)?.find(&format!("</{name}"))?;
    Some((name, html.get(begin..end)?, html.get(end + 2..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_code_is_found_as_a_browser_finds_it() {
        let html =
            "<style a>b{}</style><p><script c>let d = '<style>';</script><script>e</script><style>f</style>";
        let found = |name| inline(html, name).collect::<Vec<_>>();
        assert_eq!(found("script"), ["let d = '<style>';", "e"]);
        assert_eq!(found("style"), ["b{}", "f"]);
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}

//! `/files/{id}`: the bytes behind a signed link, served so that nothing in them ever runs.

use crate::problem::Problem;
use crate::routes::Page;
use app::App;
use chat::attachments::{self, FileBytes, Lasting, Link, Opened};
use entity::UserId;
use kernel::error::Error;
use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response, endpoint};
use std::fmt::Write;

/// The file, and the smaller picture of it.
pub fn pages(app: &App) -> [Page; 2] {
    [
        Page::read("/files/:id", file(app.clone(), false)),
        Page::read("/files/:id/thumbnail", file(app.clone(), true)),
    ]
}

fn file(app: App, thumbnail: bool) -> impl Endpoint<Output = Response> {
    endpoint::make(move |request: Request| {
        let app = app.clone();
        async move {
            match open(&app, &request, thumbnail).await? {
                Opened::File(file) => Ok(respond(file)),
                Opened::Processing => Err(processing()),
            }
        }
    })
}

/// Seconds in which most files are checked.
const CHECKED_IN: u64 = 2;

/// Nothing is handed out before it was checked.
fn processing() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "processing", "The file is being checked").retry_after(CHECKED_IN)
}

async fn open(app: &App, request: &Request, thumbnail: bool) -> Result<Opened, Problem> {
    // a malformed link is a wrong one
    let refused = || Error::Forbidden("The link is invalid or has expired".into());
    let id = request.raw_path_param("id").and_then(|id| id.parse().ok());
    let query: Vec<(String, String)> = request.params().unwrap_or_default();
    let value = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let exp = value("exp").and_then(|exp| exp.parse().ok());
    let (Some(file), Some(exp), Some(sig)) = (id, exp, value("sig")) else {
        return Err(refused().into());
    };
    // what is bound is in the signature too: a value that is not an id is not the one that was signed
    let link = Link {
        file,
        message: value("message").and_then(|id| id.parse().ok()),
        reader: value("reader").and_then(|id| id.parse().ok()).map(UserId),
        lasting: Lasting::of(value("lasts")),
    };
    Ok(attachments::open(app, &link, thumbnail, exp, sig).await?)
}

fn respond(file: FileBytes) -> Response {
    let way = if file.content_type.starts_with("image/") {
        "inline"
    } else {
        "attachment"
    };
    Response::builder()
        .content_type(&file.content_type)
        .header(header::CONTENT_DISPOSITION, disposition(way, &file.file_name))
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'")
        .header(header::CACHE_CONTROL, "private, max-age=300")
        .body(file.bytes)
}

/// RFC 6266: a plain name for old clients, the real one in UTF-8 (RFC 8187) for the others.
fn disposition(way: &str, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut value = format!("{way}; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            value.push(char::from(byte));
        } else {
            let _ = write!(value, "%{byte:02X}");
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes_and_keeps_its_letters() {
        assert_eq!(
            disposition("inline", "a\"b;é.png"),
            "inline; filename=\"a_b;_.png\"; filename*=UTF-8''a%22b%3B%C3%A9.png"
        );
        assert_eq!(
            disposition("attachment", "plan.pdf"),
            "attachment; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf"
        );
    }
}

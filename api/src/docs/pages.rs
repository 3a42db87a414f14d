//! Swagger UI and ReDoc, as poem-openapi embeds them, with our document and without what they load from elsewhere.

use poem::Response;
use poem::http::header;
use poem_openapi::OpenApiService;

/// Their own inline code and styles, pictures in `data:`, ReDoc's search in a worker, and nothing from elsewhere.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; worker-src 'self' blob:";

/// Swagger UI.
pub(super) fn swagger(document: &str) -> Response {
    let empty = empty();
    let html = empty
        .swagger_ui_html()
        .replace("deepLinking: true,", "deepLinking: true, validatorUrl: null,");
    show(&html, &empty.spec(), document)
}

/// ReDoc.
pub(super) fn redoc(document: &str) -> Response {
    let empty = empty();
    let html = empty.redoc_html();
    let html: String = html
        .lines()
        .filter(|line| !line.contains("<link href=\"https://fonts.googleapis.com"))
        .collect::<Vec<_>>()
        .join("\n");
    show(&html, &empty.spec(), document)
}

/// A page of nothing, whose document is then replaced: the pages must not depend on how ours was made.
fn empty() -> OpenApiService<(), ()> {
    OpenApiService::new((), "", "")
}

fn show(html: &str, empty: &str, document: &str) -> Response {
    // a description that ended the script would end the page
    let document = document.replace("</", "<\\/");
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .body(html.replacen(empty, &document, 1).trim_start().to_owned())
}

//! The images of articles, served so that nothing in them ever runs. A name is of one image for ever: it may be kept.

use super::Help;
use crate::problem::Problem;
use assist::knowledge::images;
use poem::http::header;
use poem::{Request, Response, Result};
use std::sync::Arc;

pub(super) async fn answer(help: Arc<Help>, request: Request) -> Result<Response> {
    let name = request.path_params::<String>().unwrap_or_default();
    let image = images::open(&help.app.assist, &name)
        .await
        .map_err(Problem::from)?;
    Ok(Response::builder()
        .content_type(&image.content_type)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'")
        // the widget shows it on other sites' pages, also those with `Cross-Origin-Embedder-Policy`
        .header("cross-origin-resource-policy", "cross-origin")
        .body(image.bytes))
}

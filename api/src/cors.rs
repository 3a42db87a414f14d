//! CORS: which pages' scripts may read the answers. [`Origins`](crate::origin::Origins) knows whose.

use crate::origin::Origins;
use poem::http::{HeaderMap, HeaderValue, Method, header};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use std::sync::Arc;

/// Gives the headers of CORS to the sites that are listed. Any other request goes on without them, also one of a page of
/// this server that names its own origin: it is the browser that then refuses a foreign page.
pub struct Cors<E> {
    inner: E,
    origins: Arc<Origins>,
}

/// How long a browser remembers an answer to its question, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
/// What a page may send…
const HEADERS: HeaderValue = HeaderValue::from_static("authorization, content-type");
/// …and read.
const EXPOSED: HeaderValue = HeaderValue::from_static("x-request-id, x-total-count, retry-after");

impl<E> Cors<E> {
    pub fn new(inner: E, origins: Arc<Origins>) -> Self {
        Self { inner, origins }
    }
}

impl<E: Endpoint> Endpoint for Cors<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let listed =
            |origin: &&HeaderValue| origin.to_str().is_ok_and(|origin| self.origins.may_read(origin));
        let origin = request.headers().get(header::ORIGIN).filter(listed).cloned();
        let asks = request.method() == Method::OPTIONS
            && request
                .headers()
                .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let mut response = match &origin {
            Some(_) if asks => permission(),
            _ => self.inner.call(request).await?.into_response(),
        };
        if self.origins.lists_any() {
            share(response.headers_mut(), origin);
        }
        Ok(response)
    }
}

/// The answer to a browser that asks before it sends.
fn permission() -> Response {
    Response::builder()
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS)
        .header(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS)
        .header(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE)
        .finish()
}

fn share(headers: &mut HeaderMap, origin: Option<HeaderValue>) {
    if headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        // the widget's files: the same for everybody
        return;
    }
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}

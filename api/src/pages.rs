//! What people see: the widget's files, the test pages, the agent console and the API's description, built from `widget/` and held
//! in this binary (`WIDGET_DIR` names another build). All of it works under `default-src 'self'` and loads nothing from elsewhere.

mod store;

use crate::routes::Page;
use kernel::settings::Settings;
use poem::http::{HeaderMap, HeaderValue, StatusCode, header};
use poem::{Request, Response, endpoint};
use std::sync::Arc;
use store::Store;

pub use store::Asset;

/// `/widget.js` and `/widget/…`, which any site may load; `/chat-test`, `/test_websocket.html`, `/console`, Swagger UI at `/docs`
/// and ReDoc at `/redoc`, with what they load.
pub fn pages(settings: &Settings) -> Vec<Page> {
    let store = Arc::new(Store::new(settings.widget_dir.clone()));
    vec![
        at("/widget.js", &store, |_| "widget.js".into()),
        at("/widget/*path", &store, |path| format!("widget/{path}")),
        at("/chat-test", &store, |_| "pages/chat-test.html".into()),
        at("/test_websocket.html", &store, |_| {
            "pages/test_websocket.html".into()
        }),
        at("/pages/*path", &store, |path| format!("pages/{path}")),
        at("/console", &store, |_| CONSOLE.into()),
        at("/console/*path", &store, console),
        at("/docs", &store, |_| SWAGGER.into()),
        at("/redoc", &store, |_| REDOC.into()),
        at("/docs/*path", &store, |path| format!("docs/{path}")),
    ]
}

const CONSOLE: &str = "console/index.html";
const SWAGGER: &str = "docs/swagger.html";
const REDOC: &str = "docs/redoc.html";

/// The policy of a page that is another's script; all others have that of `headers.rs`. Its pictures are in the script and the style
/// sheet, as `data:`.
///
/// ReDoc searches in a worker, and makes style elements by script: empty ones, whose rules come by script, too, and that of its
/// scroll bars. `widget/tests/e2e/pages/docs.spec.ts` fails, and names the new hash, where another release of it has other rules.
fn policy(name: &str) -> Option<&'static str> {
    match name {
        SWAGGER => Some(
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'",
        ),
        REDOC => Some(
            "default-src 'self'; img-src 'self' data:; worker-src blob:; \
             style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' \
             'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; \
             object-src 'none'; base-uri 'none'; form-action 'self'",
        ),
        _ => None,
    }
}

/// The console's places (`/console/conversations/…`) are all one page; what has an extension is a file.
fn console(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.contains('.') {
        format!("console/{path}")
    } else {
        CONSOLE.into()
    }
}

fn at(path: &'static str, store: &Arc<Store>, file: fn(&str) -> String) -> Page {
    let store = store.clone();
    Page::read(
        path,
        endpoint::make(move |request: Request| {
            let store = store.clone();
            async move { answer(&store, &request, file).await }
        }),
    )
}

async fn answer(store: &Store, request: &Request, file: fn(&str) -> String) -> poem::Result<Response> {
    let path = request.path_params::<String>().unwrap_or_default();
    let name = file(&path);
    let asset = store.get(&name).await.ok_or(poem::error::NotFoundError)?;
    Ok(respond(&name, &asset, request.headers()))
}

fn respond(name: &str, asset: &Asset, asked: &HeaderMap) -> Response {
    let mut response = negotiated(asset, asked);
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(
        header::CACHE_CONTROL,
        if store::is_hashed(name) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        },
    );
    if let Some(policy) = policy(name) {
        set(header::CONTENT_SECURITY_POLICY, policy);
    }
    if name.starts_with("widget") {
        // other origins load these
        set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        set(
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        );
    }
    response
}

/// A file as it was asked for: compressed, or not at all where the client has it. How long it may be kept is not said yet.
pub fn negotiated(asset: &Asset, asked: &HeaderMap) -> Response {
    let says = |name: header::HeaderName, word: &str| {
        let value = asked.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.contains(word))
    };
    let mut response = if says(header::IF_NONE_MATCH, asset.etag()) {
        Response::builder().status(StatusCode::NOT_MODIFIED).finish()
    } else if says(header::ACCEPT_ENCODING, "gzip")
        && let Some(body) = asset.gzip()
    {
        Response::builder()
            .content_type(asset.mime())
            .header(header::CONTENT_ENCODING, "gzip")
            .body(body)
    } else {
        Response::builder().content_type(asset.mime()).body(asset.body())
    };
    let headers = response.headers_mut();
    if let Ok(tag) = asset.etag().parse() {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

#[cfg(test)]
mod tests;

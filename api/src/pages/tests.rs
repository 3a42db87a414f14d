use super::*;
use crate::routes::Mounts;
use kernel::settings::Settings;
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::{Endpoint, EndpointExt};

fn server() -> BoxEndpoint<'static, Response> {
    let settings = Settings::from_vars(std::collections::HashMap::new()).unwrap();
    let nothing = endpoint::make_sync(|_| StatusCode::NOT_FOUND);
    let (route, _) = Mounts::new(nothing, []).pages(pages(&settings)).finish();
    route.map_to_response().boxed()
}

async fn send(method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri_str(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server().get_response(request.finish()).await
}

async fn get(path: &str) -> Response {
    send(Method::GET, path, &[]).await
}

async fn text(path: &str) -> String {
    get(path).await.into_body().into_string().await.unwrap()
}

#[tokio::test]
async fn the_loader_and_every_page_are_in_the_binary() {
    for path in [
        "/widget.js",
        "/widget/core.js",
        "/chat-test",
        "/test_websocket.html",
        "/console",
        "/docs",
        "/redoc",
    ] {
        assert_eq!(get(path).await.status(), StatusCode::OK, "{path}");
    }
}

/// What a page loads by itself: the addresses in its tags, but for links that a reader follows.
fn loaded(html: &str) -> Vec<&str> {
    let tags = html.split('<').filter(|tag| !tag.starts_with("a "));
    let attributes = tags.flat_map(|tag| tag.split([' ', '>']));
    let addresses = attributes.filter_map(|attribute| {
        ["src=", "href=", "spec-url="]
            .iter()
            .find_map(|name| attribute.strip_prefix(name))
    });
    addresses.map(|address| address.trim_matches('"')).collect()
}

#[tokio::test]
async fn the_pages_of_the_api_load_files_of_this_binary_alone_and_hold_no_code() {
    for (path, least) in [("/docs", 5), ("/redoc", 4)] {
        let html = text(path).await;
        let loaded = loaded(&html);
        assert!(loaded.len() >= least, "{path} {loaded:?}");
        for address in loaded {
            // answered by the API, not from a file
            if address != "/openapi.json" {
                assert!(address.starts_with("/docs/"), "{path} {address}");
                assert_eq!(get(address).await.status(), StatusCode::OK, "{path} {address}");
            }
        }
        assert!(!html.contains("<style") && !html.contains("style="), "{html}");
        let mut scripts = html.split("<script").skip(1);
        assert!(scripts.all(|script| script.contains("></script>")), "{html}");
    }
}

#[tokio::test]
async fn the_policies_of_the_apis_pages_allow_no_inline_code_and_no_other_host() {
    for path in ["/docs", "/redoc"] {
        let page = get(path).await;
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'self';"), "{policy}");
        for loose in ["http", "unsafe", "*", "script-src", "connect-src"] {
            assert!(!policy.contains(loose), "{path} {policy}");
        }
    }
}

#[tokio::test]
async fn the_licences_of_what_others_wrote_are_beside_it() {
    for (path, says) in [
        ("/docs/swagger-ui/LICENSE.txt", "Apache License"),
        ("/docs/swagger-ui/NOTICE.txt", "SmartBear"),
        ("/docs/redoc/LICENSE.txt", "MIT"),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
        let text = answer.into_body().into_string().await.unwrap();
        assert!(text.contains(says), "{path}");
    }
}

#[tokio::test]
async fn a_place_in_the_console_is_its_page_and_a_missing_file_is_not() {
    assert_eq!(text("/console/conversations/7").await, text("/console").await);
    let missing = get("/console/assets/none.js").await;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again_and_what_it_lacks_is_sent_compressed() {
    let first = send(Method::GET, "/widget.js", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(first.headers()["content-encoding"], "gzip");
    assert_eq!(first.headers()["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(first.headers()["access-control-allow-origin"], "*");
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let again = send(Method::GET, "/widget.js", &[("if-none-match", &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_client_that_reads_no_gzip_gets_what_was_built() {
    let built = include_bytes!("../../../widget/dist/widget.js");
    let plain = get("/widget.js").await;
    assert!(!plain.headers().contains_key("content-encoding"));
    assert_eq!(plain.into_body().into_bytes().await.unwrap(), built[..]);
}

#[tokio::test]
async fn no_path_leaves_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("widget")).unwrap();
    std::fs::write(dir.path().join("secret.js"), "no").unwrap();
    std::fs::write(dir.path().join("widget/core.js"), "yes").unwrap();
    let store = Store::new(Some(dir.path().to_owned()));
    assert!(store.get("widget/core.js").await.is_some());
    assert!(store.get("widget/../secret.js").await.is_none());
    assert!(store.get("/etc/passwd").await.is_none());
}

#[tokio::test]
async fn other_methods_are_refused() {
    let answer = send(Method::POST, "/widget.js", &[]).await;
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[test]
fn a_name_with_its_contents_hash_is_told_from_one_without() {
    assert!(store::is_hashed("widget/panel-Bx3kA1_9.js"));
    assert!(!store::is_hashed("widget/core.js"));
    assert!(!store::is_hashed("console/very-long-name.js"));
    assert!(!store::is_hashed("console/index.html"));
}

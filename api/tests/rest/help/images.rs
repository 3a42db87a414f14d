//! The images of articles: added by the company's people, seen by everybody.

use super::{asked, keeper, read, stranger, write};
use crate::{Answer, Client, person, send, text_of, user};
use api::testing::TestServer;
use entity::user::Role;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

const PNG: &[u8] = include_bytes!("../../../../tests/fixtures/tiny.png");
const IMAGES: &str = "/api/bot/articles/images";

async fn add(who: &Client<'_>, bytes: impl Into<Vec<u8>>) -> Answer {
    let part = Part::bytes(bytes.into()).file_name("../x.html");
    let form = Form::new().part("file", part);
    send(who.request(Method::POST, IMAGES).multipart(form)).await
}

#[tokio::test]
async fn an_image_that_an_agent_adds_is_seen_by_everybody_in_its_article_and_by_itself() {
    let server = TestServer::start().await;
    let keeper = keeper(&server).await;
    let added = add(&keeper, PNG).await;
    assert_eq!(added.status, 201, "{added:?}");
    let url = text_of(&added.body["url"]);
    assert!(url.starts_with("/help/images/") && url.ends_with(".png"), "{url}");
    assert!(
        added.body["width"].is_u64() && added.body["height"].is_u64(),
        "{added:?}"
    );
    write(
        &keeper,
        json!({"title": "X", "body": format!("![What it shows]({url})")}),
    )
    .await;
    let shown = format!("<img src=\"{url}\" alt=\"What it shows\">");
    read(&server, "/help/x").await.has(&shown);

    let image = stranger().get(server.url(&url)).send().await.unwrap();
    assert_eq!(image.status(), 200);
    for (name, expected) in [
        ("content-type", "image/png"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        (
            "content-security-policy",
            "sandbox; default-src 'none'; frame-ancestors 'none'",
        ),
        // the widget shows it on pages of other sites, also those that take nothing that does not say so
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        assert_eq!(image.headers()[name], expected, "{name}");
    }
    let bytes = image.bytes().await.unwrap();
    assert_eq!(media::sniff(&bytes), Some(media::Kind::Png));

    let head = asked(stranger().head(server.url(&url))).await;
    assert_eq!((head.status.as_u16(), head.html.as_str()), (200, ""));
    assert_eq!(head.header("content-type"), "image/png");
    let post = asked(stranger().post(server.url(&url))).await;
    assert_eq!((post.status.as_u16(), post.header("allow")), (405, "GET"));
}

#[tokio::test]
async fn nothing_but_an_image_has_an_image_s_address() {
    let server = TestServer::start().await;
    let keeper = keeper(&server).await;
    let url = text_of(&add(&keeper, PNG).await.body["url"]);
    let name = url.rsplit('/').next().unwrap();
    let id = name.trim_end_matches(".png");
    for path in [
        format!("/help/images/{id}"),
        format!("/help/images/{id}.gif"),
        format!("/help/images/{}", name.to_uppercase()),
        format!("/help/images/{}", name.replace('-', "")),
        format!("/help/images/..%2fimages%2f{name}"),
        format!("/help/images/%2e%2e/{name}"),
        "/help/images/..%2f..%2fswitchboard.db".to_owned(),
        "/help/images/%00".to_owned(),
        "/help/images/%ff.png".to_owned(),
        "/help/images/".to_owned(),
        "/help/images/00000000-0000-7000-8000-000000000000.png".to_owned(),
    ] {
        let page = read(&server, &path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(!page.header("cache-control").contains("immutable"), "{path}");
        let head = asked(stranger().head(server.url(&path))).await;
        assert_eq!(head.status, 404, "{path}");
    }
}

#[tokio::test]
async fn an_image_is_added_by_staff_and_within_its_limits() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ann = person(&server, "ann", Role::Agent).await;
    assert_eq!(add(&alice, PNG).await.status, 403);
    let none = send(server.client.post(server.url(IMAGES))).await;
    assert_eq!(none.status, 401, "{none:?}");
    let pdf: &[u8] = include_bytes!("../../../../tests/fixtures/page.pdf");
    let refused = add(&ann, pdf).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(refused.body["file"][0], "Must be a JPEG, PNG, GIF or WebP image");
    let large = add(&ann, vec![0u8; 5 * 1024 * 1024 + 1]).await;
    assert_eq!(large.status, 413, "{large:?}");
    assert_eq!(
        large.body["detail"],
        "The file is too large: an image is at most 5 MiB"
    );
    let other = Form::new().text("picture", "x");
    let other = send(ann.request(Method::POST, IMAGES).multipart(other)).await;
    assert_eq!(
        (other.status.as_u16(), &other.body["file"][0]),
        (400, &json!("No file provided"))
    );
    let json = ann.post(IMAGES, json!({"file": "x"})).await;
    assert_eq!(json.status, 400, "{json:?}");
}

#[tokio::test]
async fn an_article_about_images_can_be_read_and_voted_on() {
    let server = TestServer::start().await;
    let keeper = keeper(&server).await;
    let added = write(&keeper, json!({"title": "Images", "body": "one"})).await;
    read(&server, "/help/images").await.has("<h1>Images</h1>");
    let vote = stranger().post(server.url("/help/images/vote"));
    let vote = vote
        .header("content-type", "application/x-www-form-urlencoded")
        .body("helpful=yes");
    let voted = asked(vote).await;
    assert_eq!(
        (voted.status.as_u16(), voted.header("location")),
        (303, "/help/images?thanks=1#_helpful")
    );
    let path = format!("/api/bot/articles/{}", text_of(&added.body["id"]));
    assert_eq!(keeper.get(&path).await.body["helpful"], 1);
    assert_eq!(read(&server, "/help/images/vote").await.status, 405);
}

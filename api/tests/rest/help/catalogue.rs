//! All of the help centre together: its sitemap, its pages of many articles, and where its links lead.

use super::{keeper, read, write};
use crate::{text_of, user};
use api::testing::TestServer;
use serde_json::json;

#[tokio::test]
async fn the_sitemap_has_every_page_and_its_languages() {
    let server = TestServer::start().await;
    let keeper = keeper(&server).await;
    let english = write(&keeper, json!({"title": "A & B", "body": "x"})).await;
    let article = json!({"title": "Ä", "body": "x", "locale": "de", "translation_of": english.body["id"]});
    write(&keeper, article).await;
    let map = read(&server, "/help/sitemap.xml").await;
    assert_eq!(
        (map.status.as_u16(), map.header("content-type")),
        (200, "application/xml")
    );
    let here = server.url("/help");
    map.has(&format!("<loc>{here}</loc>"))
        .has(&format!("<loc>{here}/a-b</loc><lastmod>"))
        .has(&format!("hreflang=\"de\" href=\"{here}/%C3%A4\""));
    let server = TestServer::start_with(&[("PUBLIC_URL", "https://help.example.com")]).await;
    read(&server, "/help/sitemap.xml")
        .await
        .has("<loc>https://help.example.com/help</loc>");
}

#[tokio::test]
async fn ten_thousand_articles_are_shown_in_pages() {
    let server = TestServer::start().await;
    app::testing::write_articles(&server.app, 10_000).await;
    let home = read(&server, "/help").await;
    assert_eq!(home.status, 200);
    assert!(home.html.len() < 60_000, "{} bytes", home.html.len());
    home.has("Show all (").has("Page 1 / ").has("rel=\"next\"");
    let category = read(&server, "/help?category=Category%2000").await;
    assert_eq!(category.status, 200);
    assert!(
        category.html.matches("<li><a href=\"/help/").count() <= 100,
        "{category:?}"
    );
    category.has("Page 1 / 2");
    read(&server, "/help?category=Category%2000&page=2")
        .await
        .has("Page 2 / 2");
    read(&server, "/help?category=Category%2000&page=999999999999999999999")
        .await
        .has("Page 1 / 2");
    read(&server, "/help?page=4").await.has("rel=\"prev\"");
    let map = read(&server, "/help/sitemap.xml").await;
    assert_eq!(map.html.matches("<loc>").count(), 10_001);
    let page = read(&server, "/help/article-77").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.html.matches("<li><a href=\"/help/article-").count(),
        5,
        "related"
    );
}

#[tokio::test]
async fn every_source_of_an_answer_and_every_link_of_an_example_leads_to_a_page() {
    let server = TestServer::start().await;
    app::testing::load_examples(&server.app).await;
    let alice = user(&server, "alice").await;
    let conversation = alice.say("Where is my order?").await;
    let reply = alice
        .post("/api/bot-response", json!({"conversation_id": conversation}))
        .await;
    let source = text_of(&reply.body["sources"][0]["url"]);
    assert_eq!(read(&server, &source).await.status, 200, "{source}");
    let home = read(&server, "/help").await;
    let paths: Vec<&str> = home
        .html
        .split("<li><a href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(paths.len(), bot::example_articles().len());
    for path in paths {
        let page = read(&server, path).await;
        assert_eq!(page.status, 200, "{path}");
        for link in page
            .html
            .split("href=\"/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            let link = format!("/{}", link.split('#').next().unwrap());
            assert_eq!(read(&server, &link).await.status, 200, "{link} on {path}");
        }
        for id in page
            .html
            .split("href=\"#")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            page.has(&format!("id=\"{id}\""));
        }
    }
}

//! "Was this helpful?", as anybody answers it.

use super::{Shown, asked, keeper, read, stranger, write};
use crate::text_of;
use api::testing::TestServer;
use serde_json::json;

async fn vote(server: &TestServer, slug: &str, vote: &str, headers: &[(&str, &str)]) -> Shown {
    let request = stranger().post(server.url(&format!("/help/{slug}/vote")));
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("helpful={vote}"));
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    asked(request).await
}

#[tokio::test]
async fn a_vote_of_an_address_counts_once_and_not_from_another_site() {
    let server = TestServer::start_with(&[("ALLOWED_ORIGINS", "*"), ("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let keeper = keeper(&server).await;
    let added = write(&keeper, json!({"title": "Über", "body": "one"})).await;
    write(
        &keeper,
        json!({"title": "Draft", "body": "one", "status": "draft"}),
    )
    .await;
    let path = format!("/api/bot/articles/{}", text_of(&added.body["id"]));
    let counted = async || {
        let article = keeper.get(&path).await.body;
        (article["helpful"].clone(), article["unhelpful"].clone())
    };
    for headers in [
        [
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
        [("origin", "null"), ("sec-fetch-site", "cross-site")],
    ] {
        assert_eq!(vote(&server, "%C3%BCber", "yes", &headers).await.status, 403);
    }
    assert_eq!(vote(&server, "%C3%BCber", "maybe", &[]).await.status, 400);
    assert_eq!(vote(&server, "draft", "yes", &[]).await.status, 404);
    assert_eq!(counted().await, (json!(0), json!(0)));
    let own = server.url("");
    let voted = vote(
        &server,
        "%C3%BCber",
        "yes",
        &[("origin", &own), ("sec-fetch-site", "same-origin")],
    )
    .await;
    assert_eq!(
        (voted.status.as_u16(), voted.header("location")),
        (303, "/help/%C3%BCber?thanks=1#_helpful")
    );
    read(&server, "/help/%C3%BCber?thanks=1")
        .await
        .has("Thank you for telling us.")
        .lacks("Was this helpful?");
    assert_eq!(
        vote(&server, "%C3%BCber", "no", &[]).await.status,
        303,
        "the second leads back too"
    );
    assert_eq!(counted().await, (json!(1), json!(0)));
    for address in ["203.0.113.7", "203.0.113.7", "203.0.113.8"] {
        vote(&server, "%C3%BCber", "no", &[("x-forwarded-for", address)]).await;
    }
    assert_eq!(counted().await, (json!(1), json!(2)));
    let long = "x".repeat(5000);
    assert_eq!(vote(&server, "%C3%BCber", &long, &[]).await.status, 413);
}

//! The articles of the help centre over HTTP: kept, imported, exported; what the bot could not answer; thumbs.

use super::{Answer, Client, person, send, text_of, user};
use api::testing::TestServer;
use entity::user::Role;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

const ARTICLES: &str = "/api/bot/articles";

async fn upload(who: &Client<'_>, name: &str, bytes: impl Into<Vec<u8>>, words: &[(&str, &str)]) -> Answer {
    let part = Part::bytes(bytes.into()).file_name(name.to_owned());
    let form = words
        .iter()
        .fold(Form::new().part("file", part), |form, (name, value)| {
            form.text((*name).to_owned(), (*value).to_owned())
        });
    send(
        who.request(Method::POST, &format!("{ARTICLES}/import"))
            .multipart(form),
    )
    .await
}

/// The bot's answer to what somebody asks: its message's id.
async fn answer_to(who: &Client<'_>, question: &str) -> (String, String) {
    let conversation = who.say(question).await;
    let body = json!({"conversation_id": conversation});
    let reply = who.post("/api/bot-response", body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    (conversation, text_of(&reply.body["message_id"]))
}

#[tokio::test]
async fn an_article_is_drafted_published_changed_and_put_back() {
    let server = TestServer::start().await;
    let ann = person(&server, "ann", Role::Agent).await;
    let draft = json!({"title": "Opening hours", "body": "Nine to five", "status": "draft", "category": "Shop",
        "questions": ["When are you open?"]});
    let added = ann.post(ARTICLES, draft).await;
    assert_eq!(added.status, 201, "{added:?}");
    for (field, value) in [
        ("slug", json!("opening-hours")),
        ("url", json!("/help/opening-hours")),
        ("status", json!("draft")),
        ("is_example", json!(false)),
        ("draft", Value::Null),
        ("version", json!(1)),
        ("translations", Value::Null),
    ] {
        assert_eq!(added.body[field], value, "{field}");
    }
    let path = format!("{ARTICLES}/{}", text_of(&added.body["id"]));
    let published = ann.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(
        (published.status.as_u16(), &published.body["status"]),
        (200, &json!("published"))
    );
    let content = json!({"title": "Opening hours", "body": "Ten to six"});
    let kept = ann.put(&format!("{path}/draft"), content.clone()).await;
    assert_eq!(
        (&kept.body["body"], &kept.body["draft"]["body"]),
        (&json!("Nine to five"), &json!("Ten to six"))
    );
    let dropped = ann.delete(&format!("{path}/draft")).await;
    assert_eq!(
        (dropped.status.as_u16(), &dropped.body["draft"]),
        (200, &Value::Null)
    );
    ann.put(&format!("{path}/draft"), content).await;
    ann.post(&format!("{path}/publish"), json!({})).await;
    let versions = ann.get(&format!("{path}/versions")).await.body;
    assert_eq!(versions[0]["content"]["body"], "Nine to five");
    assert_eq!(
        (&versions[0]["number"], versions.as_array().unwrap().len()),
        (&json!(1), 1)
    );
    let restored = ann.post(&format!("{path}/versions/1/restore"), json!({})).await;
    assert_eq!(
        (&restored.body["body"], &restored.body["version"]),
        (&json!("Nine to five"), &json!(3))
    );
    for number in ["7", "x", "-1", "99999999999"] {
        let missing = ann
            .post(&format!("{path}/versions/{number}/restore"), json!({}))
            .await;
        assert_eq!(missing.status, 404, "{number}");
    }
    let taken = ann
        .post(
            ARTICLES,
            json!({"title": "x", "body": "x", "slug": "opening-hours"}),
        )
        .await;
    assert_eq!(
        (taken.status.as_u16(), &taken.body["code"]),
        (409, &json!("slug_taken"))
    );
    let found = ann
        .get(&format!("{ARTICLES}?status=published&category=Shop&search=nine"))
        .await;
    assert_eq!(found.body["count"], 1, "{found:?}");
    let long = ann
        .post(ARTICLES, json!({"title": "x", "body": "x".repeat(200 * 1024)}))
        .await;
    assert_eq!(long.status, 400);
    assert!(
        text_of(&long.body["body"][0]).contains("at most 20000 characters"),
        "{long:?}"
    );
}

#[tokio::test]
async fn examples_are_loaded_and_removed_by_agents() {
    let server = TestServer::start().await;
    let ann = person(&server, "ann", Role::Agent).await;
    let alice = user(&server, "alice").await;
    let path = format!("{ARTICLES}/examples");
    assert_eq!(alice.post(&path, json!({})).await.status, 403);
    let loaded = ann.post(&path, json!({})).await;
    let count = loaded.body["count"].as_u64().unwrap();
    assert!(count >= 13, "{loaded:?}");
    let list = ann.get(&format!("{ARTICLES}?example=true")).await;
    assert_eq!(list.body["count"], count);
    assert_eq!(list.body["results"][0]["is_example"], true);
    assert_eq!(ann.delete(&path).await.body["count"], count);
    assert_eq!(ann.get(ARTICLES).await.body["count"], 0);
}

#[tokio::test]
async fn files_are_imported_with_what_the_form_or_the_query_says() {
    let server = TestServer::start().await;
    let ann = person(&server, "ann", Role::Agent).await;
    let table = "title,body\nParking,At mast one\nBad,\n";
    let first = upload(&ann, "help.csv", table, &[("status", "published")]).await;
    let expected = json!({"added": 1, "updated": 0, "skipped": 0, "problems": [
        {"file": "help.csv", "line": 3, "field": "body", "message": "This field may not be blank."},
    ]});
    assert_eq!((first.status.as_u16(), &first.body), (200, &expected));
    let list = ann.get(ARTICLES).await.body;
    assert_eq!(list["results"][0]["status"], "published");
    let other = "title,body\nParking,At mast two\n";
    let skipped = upload(&ann, "help.csv", other, &[]).await;
    assert_eq!(skipped.body["skipped"], 1);
    let updated = upload(&ann, "help.csv", other, &[("update", "true")]).await;
    assert_eq!(
        (&updated.body["updated"], &updated.body["problems"]),
        (&json!(1), &json!([]))
    );
    let part = Part::bytes(b"# Hours\n\nNine".to_vec()).file_name("hours.md");
    let request = ann.request(
        Method::POST,
        &format!("{ARTICLES}/import?status=published&update=true"),
    );
    let queried = send(request.multipart(Form::new().part("file", part))).await;
    assert_eq!(queried.body["added"], 1, "{queried:?}");
    for (words, field) in [([("status", "x")], "status"), ([("update", "maybe")], "update")] {
        let bad = upload(&ann, "a.md", "x", &words).await;
        let told = &bad.body["errors"][0]["field"];
        assert_eq!((bad.status.as_u16(), told), (400, &json!(field)), "{bad:?}");
    }
}

#[tokio::test]
async fn what_is_no_import_is_too_large_or_a_customer_s_is_refused() {
    let server = TestServer::start().await;
    let ann = person(&server, "ann", Role::Agent).await;
    let alice = user(&server, "alice").await;
    assert_eq!(upload(&alice, "a.md", "x", &[]).await.status, 403);
    assert_eq!(alice.get(&format!("{ARTICLES}/export")).await.status, 403);
    assert_eq!(alice.get("/api/bot/unanswered").await.status, 403);
    let path = format!("{ARTICLES}/import");
    let stranger = send(
        server
            .client
            .post(server.url(&path))
            .json(&json!({"url": "https://example.com"})),
    )
    .await;
    assert_eq!(stranger.status, 401);
    for (name, bytes, why) in [
        ("a.pdf", b"x".to_vec(), "Must be Markdown (.md)"),
        ("a.zip", b"x".to_vec(), "Is no ZIP that can be read"),
        ("a.csv", b"name,text\n".to_vec(), "Has no column title"),
    ] {
        let refused = upload(&ann, name, bytes, &[]).await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(text_of(&refused.body["file"][0]).starts_with(why), "{refused:?}");
    }
    let large = upload(&ann, "a.md", vec![b'x'; 20 * 1024 * 1024 + 1], &[]).await;
    assert_eq!(
        (large.status.as_u16(), &large.body["detail"]),
        (413, &json!("An import is at most 20 MiB"))
    );
    let without = send(
        ann.request(Method::POST, &path)
            .multipart(Form::new().text("status", "draft")),
    )
    .await;
    assert_eq!(
        (without.status.as_u16(), without.body["file"].is_array()),
        (400, true)
    );
    let address = json!({"url": "http://10.0.0.1/"});
    for nobody in [&ann, &alice] {
        assert_eq!(nobody.post(&path, address.clone()).await.status, 403);
    }
    let root = person(&server, "root", Role::Admin).await;
    for (url, why) in [
        ("http://10.0.0.1/sitemap.xml", "10.0.0.1 is not a public address"),
        (
            "http://169.254.169.254/",
            "169.254.169.254 is not a public address",
        ),
        ("nothing", "Must be an absolute URL"),
    ] {
        let refused = root.post(&path, json!({"url": url, "update": true})).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["url"]),
            (400, &json!([why])),
            "{url}"
        );
    }
    assert_eq!(ann.post(&path, json!({})).await.status, 400);
    assert_eq!(ann.get(ARTICLES).await.body["count"], 0);
}

#[tokio::test]
async fn all_articles_are_one_zip_that_can_be_imported_again() {
    let server = TestServer::start().await;
    let ann = person(&server, "ann", Role::Agent).await;
    for title in ["Hours", "\"Parking\": where?"] {
        ann.post(
            ARTICLES,
            json!({"title": title, "body": "# Text\n\n- a", "tags": ["a, b"]}),
        )
        .await;
    }
    let response = ann
        .request(Method::GET, &format!("{ARTICLES}/export"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/zip");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"articles.zip\""
    );
    let zip = response.bytes().await.unwrap().to_vec();
    let count = ann.get(ARTICLES).await.body["count"].clone();
    let again = upload(&ann, "articles.zip", zip.clone(), &[("update", "true")]).await;
    assert_eq!(
        (&again.body["skipped"], &again.body["problems"]),
        (&count, &json!([])),
        "{again:?}"
    );
    let list = ann.get(ARTICLES).await.body;
    for article in list["results"].as_array().unwrap() {
        let path = format!("{ARTICLES}/{}", text_of(&article["id"]));
        assert_eq!(ann.delete(&path).await.status, 204);
    }
    let back = upload(&ann, "articles.zip", zip, &[]).await;
    assert_eq!(back.body["added"], count);
}

#[tokio::test]
async fn thumbs_are_said_by_whom_the_bot_answered_and_seen_by_agents() {
    let server = TestServer::start().await;
    let (alice, bob) = (user(&server, "alice").await, user(&server, "bob").await);
    let ann = person(&server, "ann", Role::Agent).await;
    let question = "Where do I park my zeppelin near the wumpus?";
    let (conversation, answer) = answer_to(&alice, question).await;
    let path = format!("/api/chat/messages/{answer}/helpful");
    for (who, status) in [(&bob, 404), (&ann, 403)] {
        assert_eq!(who.put(&path, json!({"helpful": true})).await.status, status);
    }
    let trace = format!("/api/chat/conversations/{conversation}/trace");
    assert_eq!(ann.get(&trace).await.body[0]["feedback"], Value::Null);
    for (helpful, feedback) in [
        (json!(true), json!("up")),
        (json!(false), json!("down")),
        (json!(false), json!("down")),
    ] {
        let said = alice.put(&path, json!({"helpful": helpful})).await;
        assert_eq!(
            (said.status.as_u16(), &said.body),
            (204, &Value::Null),
            "{said:?}"
        );
        assert_eq!(ann.get(&trace).await.body[0]["feedback"], feedback);
    }
    for body in [json!({}), json!({"helpful": "yes"}), json!({"helpful": 1})] {
        let bad = alice.put(&path, body).await;
        assert_eq!(
            (bad.status.as_u16(), bad.body["helpful"].is_array()),
            (400, true),
            "{bad:?}"
        );
    }
    let missed = ann.get("/api/bot/unanswered?days=1&limit=5").await.body;
    let first = &missed[0];
    assert_eq!(
        (&first["question"], &first["count"]),
        (&json!(question), &json!(1)),
        "{missed:?}"
    );
    assert_eq!(
        (&first["unhelpful"], &first["conversations"]),
        (&json!(1), &json!([conversation]))
    );
    assert!(first["newest_at"].is_string() && first["examples"] == json!([]));
    for bad in ["days=0", "limit=0", "days=x"] {
        let refused = ann.get(&format!("/api/bot/unanswered?{bad}")).await;
        assert_eq!(refused.status, 400, "{bad}");
    }
    assert_eq!(alice.put(&path, json!({"helpful": null})).await.status, 204);
    assert_eq!(ann.get(&trace).await.body[0]["feedback"], Value::Null);
    let own = alice
        .get(&format!("/api/chat/conversations/{conversation}/messages"))
        .await;
    let own = text_of(&own.body[0]["id"]);
    let refused = alice
        .put(
            &format!("/api/chat/messages/{own}/helpful"),
            json!({"helpful": true}),
        )
        .await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (409, &json!("not_an_answer"))
    );
}

//! Documents that admins upload, and the bot's answers from them, to people and to strangers.

use super::{Answer, Client, person, send, text_of, user};
use api::testing::TestServer;
use entity::user::Role;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

const QUESTION: &str = "Where do I park my zeppelin?";

async fn upload(who: &Client<'_>, name: &str, bytes: impl Into<Vec<u8>>, category: Option<&str>) -> Answer {
    let part = Part::bytes(bytes.into()).file_name(name.to_owned());
    let mut form = Form::new().part("file", part);
    if let Some(category) = category {
        form = form.text("category", category.to_owned());
    }
    send(
        who.request(Method::POST, "/admin/documents/upload")
            .multipart(form),
    )
    .await
}

/// Asks without a token.
async fn ask(server: &TestServer, body: Value) -> Answer {
    send(server.client.post(server.url("/ai/self-serve-query")).json(&body)).await
}

#[tokio::test]
async fn the_bot_answers_strangers_from_what_an_admin_uploaded() {
    let server = TestServer::start().await;
    let root = person(&server, "root", Role::Admin).await;
    let before = ask(&server, json!({"query": QUESTION})).await;
    assert_eq!(
        (before.status.as_u16(), &before.body["sources"]),
        (200, &json!([])),
        "{before:?}"
    );
    let text = "# Zeppelin parking\n\nPark your zeppelin at mast seven.";
    let kept = upload(&root, "parking.md", text, Some("policy")).await;
    assert_eq!(kept.status, 201, "{kept:?}");
    for (field, value) in [
        ("filename", json!("parking.md")),
        ("title", json!("Zeppelin parking")),
        ("file_type", json!("markdown")),
        ("file_size", json!(text.len())),
        ("category", json!("policy")),
        ("chunks", json!(1)),
        ("vectors_stored", json!(1)),
        ("uploaded_by", json!("root")),
    ] {
        assert_eq!(kept.body[field], value, "{field}");
    }
    assert_eq!(text_of(&kept.body["document_id"]).len(), 36);
    let after = ask(&server, json!({"query": QUESTION, "session_id": "s-1"})).await;
    assert!(text_of(&after.body["answer"]).contains("mast seven"), "{after:?}");
    assert_eq!(after.body["sources"][0]["title"], "Zeppelin parking");
    let page = "<html><h1>Zeppelin parking</h1><p>Park your zeppelin on the <b>roof</b>.</p></html>";
    let html = upload(&root, "other.html", page, None).await;
    assert_eq!(
        (&html.body["file_type"], &html.body["category"]),
        (&json!("html"), &Value::Null)
    );
    let stats = root.get("/admin/documents/stats").await.body;
    assert_eq!(
        (&stats["total_documents"], &stats["total_chunks"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(stats["by_type"], json!({"html": 1, "md": 1}));
    assert_eq!(stats["categories"], json!({"policy": 1}));
    assert!(stats["last_updated"].is_string() && stats["total_size_mb"].is_number());
    assert_eq!(
        (&stats["total_vectors"], &stats["example_articles"]),
        (&json!(2), &json!(0))
    );
}

#[tokio::test]
async fn what_is_no_text_is_too_large_or_is_no_admin_s_is_refused_and_nothing_is_kept() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ann = person(&server, "ann", Role::Agent).await;
    let root = person(&server, "root", Role::Admin).await;
    for name in ["x.pdf", "x.docx", "x"] {
        let refused = upload(&root, name, "text", None).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (415, &json!("file_type_not_allowed")),
            "{name}"
        );
        assert!(text_of(&refused.body["detail"]).contains("Markdown (.md)"));
    }
    assert_eq!(
        upload(&root, "x.txt", b"%PDF-1.7".to_vec(), None).await.status,
        415
    );
    assert_eq!(upload(&root, "x.md", vec![0xff, 0xfe], None).await.status, 415);
    let empty = upload(&root, "x.txt", " \n", None).await;
    assert_eq!(
        (empty.status.as_u16(), &empty.body["errors"][0]["field"]),
        (422, &json!("file"))
    );
    let large = upload(&root, "x.txt", vec![b'x'; 1024 * 1024 + 1], None).await;
    assert_eq!(
        (large.status.as_u16(), &large.body["detail"]),
        (413, &json!("A document is at most 1 MiB"))
    );
    let category = upload(&root, "x.txt", "text", Some(&"x".repeat(51))).await;
    assert_eq!(
        (category.status.as_u16(), &category.body["errors"][0]["field"]),
        (422, &json!("category"))
    );
    let nothing = send(
        root.request(Method::POST, "/admin/documents/upload")
            .multipart(Form::new().text("a", "b")),
    )
    .await;
    assert_eq!(nothing.status, 422, "{nothing:?}");
    for who in [&alice, &ann] {
        assert_eq!(upload(who, "x.txt", "text", None).await.status, 403);
    }
    let form = Form::new().part("file", Part::bytes(b"text".to_vec()).file_name("x.txt"));
    let url = server.url("/admin/documents/upload");
    assert_eq!(send(server.client.post(url).multipart(form)).await.status, 401);
    let stats = root.get("/admin/documents/stats").await.body;
    assert_eq!(stats["total_articles"], 0);
}

#[tokio::test]
async fn a_question_needs_no_token_but_one_that_is_bad_is_refused_and_so_is_what_asks_nothing() {
    let server = TestServer::start().await;
    for blank in ["", "   ", "\n"] {
        let refused = ask(&server, json!({"query": blank})).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (400, &json!("blank_query"))
        );
    }
    let long = ask(&server, json!({"query": "x".repeat(1001)})).await;
    assert_eq!(
        (long.status.as_u16(), &long.body["errors"][0]["field"]),
        (422, &json!("query"))
    );
    assert_eq!(ask(&server, json!({})).await.status, 422);
    let whole = "How do I reset my password? "
        .repeat(36)
        .chars()
        .take(1000)
        .collect::<String>();
    assert_eq!(ask(&server, json!({"query": whole})).await.status, 200);
    let request = server
        .client
        .post(server.url("/ai/self-serve-query"))
        .bearer_auth("nonsense");
    assert_eq!(send(request.json(&json!({"query": QUESTION}))).await.status, 401);
}

#[tokio::test]
async fn a_stranger_s_questions_cost_their_address_and_nobody_else() {
    let server =
        TestServer::start_with(&[("RATE_LIMITS", "on"), ("RATE_ADDRESS_REQUESTS", "10000/s:10000")]).await;
    let alice = user(&server, "alice").await;
    let mut asked = 0;
    let refused = loop {
        let answer = ask(&server, json!({"query": "hello"})).await;
        if answer.status != 200 {
            break answer;
        }
        asked += 1;
        assert!(asked < 1000, "strangers' questions have no end");
    };
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (429, &json!("rate_limited"))
    );
    assert!(refused.headers.contains_key("retry-after"));
    assert!(asked >= 90, "{asked}");
    let fine = alice
        .post("/ai/self-serve-query", json!({"query": "hello"}))
        .await;
    assert_eq!(fine.status, 200, "{fine:?}");
}

//! Webhooks end to end: a whole server with its worker, and receivers on loopback.

use super::{Answer, Client, person, text_of, user};
use accounts::users::Named;
use api::testing::TestServer;
use desk::tickets::{self, CreateTicket, UpdateTicket, Which};
use entity::ticket::Urgency;
use entity::user::Role;
use platform::testing_receiver::{Receiver, Reply};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const ALL: [&str; 7] = [
    "message.created",
    "message.updated",
    "conversation.created",
    "conversation.updated",
    "ticket.created",
    "ticket.updated",
    "attachment.ready",
];

async fn server() -> TestServer {
    server_with("1s,1s,1s,1s,1s,1s,1s,1s,1s,1s").await
}

async fn server_with(schedule: &str) -> TestServer {
    TestServer::start_with(&[
        ("WEBHOOK_RETRY_SCHEDULE", schedule),
        ("WEBHOOK_ALLOW_NETS", "127.0.0.0/8"),
    ])
    .await
}

/// A new endpoint's id and secret.
async fn register(admin: &Client<'_>, url: &str, events: &[&str]) -> (String, String) {
    let made = admin
        .post("/api/webhooks", json!({"url": url, "events": events}))
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    (text_of(&made.body["id"]), text_of(&made.body["secret"]))
}

async fn log(admin: &Client<'_>, id: &str) -> Vec<Value> {
    let page = admin
        .get(&format!("/api/webhooks/{id}/deliveries?limit=100"))
        .await;
    assert_eq!(page.status, 200, "{page:?}");
    page.body["results"].as_array().cloned().unwrap_or_default()
}

/// The log once it says so: an attempt is written into it after its answer.
async fn log_where(admin: &Client<'_>, id: &str, fits: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    for _ in 0..400 {
        let log = log(admin, id).await;
        if fits(&log) {
            return log;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the log does not say so: {:?}", log(admin, id).await);
}

fn all_ok(log: &[Value]) -> bool {
    log.iter().all(|row| row["status"] == "ok")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_keeps_webhooks_and_nobody_else_does() {
    let server = server().await;
    let admin = person(&server, "root", Role::Admin).await;
    let body = json!({"url": "http://127.0.0.1:9/hook?key=1", "events": ["ticket.created", "message.created"], "description": "CRM"});
    let made = admin.post("/api/webhooks/", body.clone()).await;
    assert_eq!(made.status, 201, "{made:?}");
    let secret = text_of(&made.body["secret"]);
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    assert_eq!(
        (
            &made.body["url"],
            &made.body["description"],
            &made.body["enabled"]
        ),
        (
            &json!("http://127.0.0.1:9/hook?key=1"),
            &json!("CRM"),
            &json!(true)
        )
    );
    assert_eq!(made.body["events"], json!(["message.created", "ticket.created"]));
    let id = text_of(&made.body["id"]);
    let path = format!("/api/webhooks/{id}");
    let got = admin.get(&path).await;
    assert_eq!(got.status, 200);
    assert!(got.body.get("secret").is_none(), "it is shown once: {got:?}");
    let list = admin.get("/api/webhooks").await;
    assert_eq!(
        (&list.body["count"], &list.body["results"][0]),
        (&json!(1), &got.body)
    );
    let changed = admin
        .patch(
            &path,
            json!({"enabled": false, "events": ["attachment.ready"], "description": ""}),
        )
        .await;
    assert_eq!(
        (
            &changed.body["enabled"],
            &changed.body["events"],
            &changed.body["description"]
        ),
        (&json!(false), &json!(["attachment.ready"]), &Value::Null)
    );
    let tried = admin.post(&format!("{path}/test"), json!({})).await;
    assert_eq!(
        (tried.status.as_u16(), &tried.body["code"]),
        (409, &json!("webhook_disabled"))
    );

    let nobody = format!("/api/webhooks/{}", server.app.settings.bind[0].port());
    for (name, role) in [("alice", Role::User), ("agent", Role::Agent)] {
        let other = person(&server, name, role).await;
        let refusals: Vec<Answer> = vec![
            other.get("/api/webhooks").await,
            other.post("/api/webhooks", body.clone()).await,
            other.get(&path).await,
            other.patch(&path, json!({})).await,
            other.delete(&path).await,
            other.get(&format!("{path}/deliveries")).await,
            other.post(&format!("{path}/test"), json!({})).await,
            other
                .post(&format!("{path}/deliveries/{id}/replay"), json!({}))
                .await,
            other.get(&nobody).await,
        ];
        for refused in refusals {
            assert_eq!(
                (refused.status.as_u16(), &refused.body["error"]),
                (403, &json!("Admins only")),
                "{name}"
            );
        }
    }
    let stranger = super::send(server.client.get(server.url("/api/webhooks"))).await;
    assert_eq!(stranger.status, 401);

    assert_eq!(admin.delete(&path).await.status, 204);
    for missing in [path, nobody] {
        let answer = admin.get(&missing).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["detail"]),
            (404, &json!("Webhook not found"))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_webhook_names_its_field() {
    let server = TestServer::start_with(&[("WEBHOOK_ALLOW_NETS", "none")]).await;
    let admin = person(&server, "root", Role::Admin).await;
    for url in [
        "http://127.0.0.1:9/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[fe80::1]/",
        "http://2130706433/",
        "https://user:pw@example.com/",
        "ftp://example.com/",
        "nonsense",
    ] {
        let refused = admin
            .post(
                "/api/webhooks",
                json!({"url": url, "events": ["message.created"]}),
            )
            .await;
        assert_eq!(refused.status, 400, "{url}: {refused:?}");
        assert!(refused.body["url"].is_array(), "{url}: {refused:?}");
    }
    let url = "https://example.com/hook";
    for (body, field) in [
        (json!({"events": ["message.created"]}), "url"),
        (json!({"url": url}), "events"),
        (json!({"url": url, "events": []}), "events"),
        (json!({"url": url, "events": "message.created"}), "events"),
        (json!({"url": url, "events": ["webhook.test"]}), "events"),
        (
            json!({"url": url, "events": ["message.created"], "description": "x".repeat(501)}),
            "description",
        ),
    ] {
        let refused = admin.post("/api/webhooks", body.clone()).await;
        assert_eq!(refused.status, 400, "{body}");
        assert!(refused.body[field].is_array(), "{body}: {refused:?}");
    }
    assert_eq!(admin.get("/api/webhooks").await.body["count"], 0);
    let page = admin
        .get("/api/webhooks/0190d1a5-0000-7000-8000-000000000000/deliveries?cursor=x")
        .await;
    assert_eq!(page.status, 400, "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_event_arrives_signed_and_is_in_the_log() {
    let server = server().await;
    let admin = person(&server, "root", Role::Admin).await;
    let alice = user(&server, "alice").await;
    let mut receiver = Receiver::start(|_| Reply::Status(200)).await;
    let (id, secret) = register(&admin, &receiver.url(), &ALL).await;

    let conversation = alice
        .post(
            "/api/chat/conversations",
            json!({"is_group": true, "title": "Us"}),
        )
        .await;
    let place = text_of(&conversation.body["id"]);
    let sent = alice
        .post(
            "/api/user-response",
            json!({"message": "Hi", "conversation_id": place}),
        )
        .await;
    let message = text_of(&sent.body["message_id"]);
    alice
        .patch(&format!("/api/chat/messages/{message}"), json!({"text": "Hello"}))
        .await;
    alice
        .patch(
            &format!("/api/chat/conversations/{place}"),
            json!({"title": "We"}),
        )
        .await;
    let file = Form::new().part("file", Part::bytes(GIF.to_vec()).file_name("x.gif"));
    super::send(alice.request(Method::POST, "/api/chat/upload").multipart(file)).await;
    let command = CreateTicket {
        title: None,
        description: "It is on fire".into(),
        urgency: Urgency::High,
        topic: None,
        rating: None,
        station: None,
        owner: None,
        sorted: false,
    };
    let ticket = tickets::create(&server.app, &alice.person.actor, command)
        .await
        .unwrap();
    let change = UpdateTicket {
        assignee: Some(Some(Named::Id(admin.person.actor.id))),
        ..UpdateTicket::default()
    };
    let which = Which::Number(ticket.row.id);
    tickets::update(&server.app, &admin.person.actor, &which, change)
        .await
        .unwrap();

    let mut missing: BTreeSet<&str> = ALL.into();
    let mut posts = 0;
    while !missing.is_empty() {
        let post = receiver.next().await;
        posts += 1;
        assert!(post.is_signed_with(&secret), "{post:?}");
        let kind = text_of(&post.json()["type"]);
        missing.remove(&*kind);
        assert!(post.json()["timestamp"].is_string() && post.json()["data"]["id"].is_string());
    }
    let log = log_where(&admin, &id, |log| log.len() >= posts && all_ok(log)).await;
    for row in &log {
        assert_eq!(row["attempts"][0]["status_code"], 200, "{row}");
        assert_eq!(
            (&row["attempts"][0]["error"], &row["next_attempt_at"]),
            (&Value::Null, &Value::Null)
        );
    }

    let tried = admin.post(&format!("/api/webhooks/{id}/test"), json!({})).await;
    assert_eq!(
        (tried.status.as_u16(), &tried.body["event_type"]),
        (202, &json!("webhook.test"))
    );
    let post = receiver.next().await;
    assert_eq!(
        (post.id(), &post.json()["type"]),
        (&*text_of(&tried.body["event_id"]), &json!("webhook.test"))
    );
    let replay = format!(
        "/api/webhooks/{id}/deliveries/{}/replay",
        text_of(&tried.body["id"])
    );
    let replayed = admin.post(&replay, json!({})).await;
    assert_eq!(
        (replayed.status.as_u16(), &replayed.body["status"]),
        (202, &json!("pending"))
    );
    let again = receiver.next().await;
    assert!(again.id() == post.id() && again.body == post.body && again.is_signed_with(&secret));
}

const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_was_killed_gets_every_event_when_it_is_back() {
    let server = server().await;
    let admin = person(&server, "root", Role::Admin).await;
    let alice = user(&server, "alice").await;
    let mut receiver = Receiver::start(|_| Reply::Status(200)).await;
    let (id, secret) = register(&admin, &receiver.url(), &["message.created"]).await;
    let group = alice
        .post(
            "/api/chat/conversations",
            json!({"is_group": true, "title": "Us"}),
        )
        .await;
    let place = text_of(&group.body["id"]);
    let mut wanted = BTreeSet::new();
    let mut say = async |count: usize| {
        for n in 0..count {
            let body = json!({"message": format!("{n}"), "conversation_id": place});
            let sent = alice.post("/api/user-response", body).await;
            wanted.insert(format!(
                "msg_{}",
                text_of(&sent.body["message_id"]).replace('-', "")
            ));
        }
    };
    say(20).await;
    let first = receiver.next().await;
    let address = receiver.address;
    let mut got: BTreeMap<String, usize> = BTreeMap::from([(first.id().to_owned(), 1)]);
    let early = receiver.kill().await;
    say(20).await;
    // some failed by now
    log_where(&admin, &id, |log| log.iter().any(|row| row["status"] == "failed")).await;
    let mut receiver = Receiver::start_at(address, |_| Reply::Status(204)).await;
    for post in early {
        *got.entry(post.id().to_owned()).or_default() += 1;
    }
    while got.len() < wanted.len() {
        let post = receiver.next().await;
        assert!(post.is_signed_with(&secret));
        *got.entry(post.id().to_owned()).or_default() += 1;
    }
    assert!(got.keys().eq(&wanted), "each event, and nothing else");
    let log = log_where(&admin, &id, |log| log.len() == 40 && all_ok(log)).await;
    let logged: BTreeSet<_> = log.iter().map(|row| text_of(&row["event_id"])).collect();
    assert_eq!(logged, wanted);
    let attempts = |row: &Value| row["attempts"].as_array().unwrap().len();
    assert!(
        log.iter()
            .any(|row| attempts(row) > 1 && row["attempts"][0]["status_code"].is_null())
    );
    for row in &log {
        let last = &row["attempts"][attempts(row) - 1];
        assert!(last["status_code"] == 200 || last["status_code"] == 204, "{row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_and_dead_endpoints_do_not_delay_a_bots_reply() {
    let server = server().await;
    let admin = person(&server, "root", Role::Admin).await;
    let alice = user(&server, "alice").await;
    let mut slow = Vec::new();
    for _ in 0..3 {
        let receiver = Receiver::start(|_| Reply::Silence).await;
        register(&admin, &receiver.url(), &["message.created"]).await;
        slow.push(receiver);
    }
    register(&admin, "http://127.0.0.1:1/", &["message.created"]).await;
    let place = alice.say("Hello!").await;
    for n in 0..5 {
        alice
            .post(
                "/api/user-response",
                json!({"message": format!("more {n}"), "conversation_id": place}),
            )
            .await;
    }
    // twelve attempts hang, more than the worker has slots for jobs
    for receiver in &mut slow {
        for _ in 0..4 {
            receiver.next().await;
        }
    }
    let bob = user(&server, "bob").await;
    let place = bob.say("Hello!").await;
    let asked = Instant::now();
    let reply = bob
        .post("/api/bot-response", json!({"conversation_id": place}))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());
    assert!(
        slow.iter_mut().all(|receiver| receiver.drain().is_empty()),
        "the first ones hang still"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_redirects_to_this_machine_reaches_nothing() {
    let server = server_with("1h").await;
    let admin = person(&server, "root", Role::Admin).await;
    let mut inside = Receiver::start(|_| Reply::Status(200)).await;
    let header: &'static str = format!("location: {}", inside.url()).leak();
    let mut receiver = Receiver::start(move |_| Reply::With(307, header)).await;
    let (id, _) = register(&admin, &receiver.url(), &["message.created"]).await;
    admin.post(&format!("/api/webhooks/{id}/test"), json!({})).await;
    receiver.next().await;
    let log = log_where(&admin, &id, |log| log[0]["status"] == "failed").await;
    assert_eq!(
        log[0]["attempts"][0]["error"],
        "HTTP 307: redirects are not followed"
    );
    assert!(log[0]["next_attempt_at"].is_string());
    assert!(inside.drain().is_empty());
}

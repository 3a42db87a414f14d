//! The `rooms` dialect over REST: without tokens where rooms are open, with them everywhere.

use super::{Answer, Client, person, send, text_of, user};
use api::testing::TestServer;
use entity::user::Role;
use reqwest::Method;
use serde_json::{Value, json};

/// A server whose rooms are open.
async fn open() -> TestServer {
    TestServer::start_with(&[("ROOMS_ACCESS", "open")]).await
}

/// One that wants tokens.
async fn closed() -> TestServer {
    TestServer::start_with(&[("ROOMS_ACCESS", "token")]).await
}

/// A request without a token.
async fn ask(server: &TestServer, method: Method, path: &str, body: Option<Value>) -> Answer {
    let request = server.client.request(method, server.url(path));
    send(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

async fn get(server: &TestServer, path: &str) -> Answer {
    ask(server, Method::GET, path, None).await
}

async fn post(server: &TestServer, path: &str, body: Value) -> Answer {
    ask(server, Method::POST, path, Some(body)).await
}

fn people(answer: &Answer) -> Vec<&str> {
    let list = answer.body.get("participants").unwrap_or(&answer.body);
    let list = list.as_array().unwrap_or_else(|| panic!("{answer:?}"));
    list.iter()
        .map(|part| part["participant_id"].as_str().unwrap_or_default())
        .collect()
}

fn told(answer: &Answer) -> (u16, &str) {
    (
        answer.status.as_u16(),
        answer.body["detail"].as_str().unwrap_or_default(),
    )
}

#[tokio::test]
async fn the_guides_calls_work_as_printed() {
    let server = open().await;
    user(&server, "alice").await;
    let made = post(
        &server,
        "/api/chats",
        json!({"name": "Test Room", "created_by": "alice"}),
    )
    .await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = text_of(&made.body["id"]);
    let hex = id.strip_prefix("chat-").unwrap();
    assert!(
        hex.len() == 12 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{id}"
    );
    assert_eq!(
        (&made.body["name"], &made.body["metadata"]),
        (&json!("Test Room"), &json!({}))
    );
    assert!(text_of(&made.body["created_at"]).ends_with('Z'));
    // alice is there already; bob and charlie become guests
    let path = format!("/api/chats/{id}/participants");
    let names = json!({"participant_ids": ["alice", "bob", "charlie", "bob"]});
    let added = post(&server, &path, names.clone()).await;
    assert_eq!(
        (added.status.as_u16(), people(&added)),
        (201, vec!["bob", "charlie"])
    );
    assert_eq!(added.body[0]["chat_id"], json!(id));
    assert!(text_of(&added.body[0]["joined_at"]).ends_with('Z'));
    let again = post(&server, &path, names).await;
    assert_eq!((again.status.as_u16(), &again.body), (201, &json!([])));
    let found = get(&server, &format!("/api/chats/{id}/")).await;
    assert_eq!(found.body["chat"], made.body);
    assert_eq!(people(&found), ["alice", "bob", "charlie"]);
    let of_bob = get(&server, "/api/chats/participant/bob").await;
    assert_eq!(of_bob.body, json!([made.body]));
    assert_eq!(
        get(&server, "/api/chats/participant/nobody").await.body,
        json!([])
    );
    let gone = ask(&server, Method::DELETE, &format!("{path}/bob"), None).await;
    assert_eq!((gone.status.as_u16(), &gone.body), (204, &Value::Null));
    assert_eq!(get(&server, "/api/chats/participant/bob").await.body, json!([]));
    let gone = ask(&server, Method::DELETE, &format!("{path}/bob"), None).await;
    assert_eq!(told(&gone), (404, "User bob not found"));
    let deleted = ask(&server, Method::DELETE, &format!("/api/chats/{id}"), None).await;
    assert_eq!(deleted.status, 204);
    let missing = format!("Chat {id} not found");
    for path in ["", "/messages", "/sync?user_id=alice"] {
        let answer = get(&server, &format!("/api/chats/{id}{path}")).await;
        assert_eq!(told(&answer), (404, &*missing), "{path}");
    }
    assert_eq!(
        told(&ask(&server, Method::DELETE, &format!("/api/chats/{id}"), None).await),
        (404, &*missing)
    );
}

#[tokio::test]
async fn a_chat_that_nobody_is_named_for_has_nobody_in_it() {
    let server = open().await;
    let made = post(
        &server,
        "/api/chats/",
        json!({"name": "Empty", "metadata": {"a": [1, {"b": null}]}}),
    )
    .await;
    assert_eq!(
        (made.status.as_u16(), &made.body["metadata"]),
        (201, &json!({"a": [1, {"b": null}]}))
    );
    let found = get(&server, &format!("/api/chats/{}", text_of(&made.body["id"]))).await;
    assert_eq!(found.body, json!({"chat": made.body, "participants": []}));
}

#[tokio::test]
async fn bad_input_is_422_names_its_field_and_stores_nothing() {
    let server = open().await;
    let big = "x".repeat(16 * 1024);
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": null}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": "  "}), "name"),
        (json!({"name": 5}), "name"),
        (json!({"name": "x".repeat(101)}), "name"),
        (json!({"name": "a\u{0}"}), "name"),
        (json!({"name": "n", "created_by": "no good"}), "created_by"),
        (json!({"name": "n", "created_by": "12345"}), "created_by"),
        (json!({"name": "n", "created_by": "ab"}), "created_by"),
        (json!({"name": "n", "created_by": 7}), "created_by"),
        (
            json!({"name": "n", "created_by": "dave", "metadata": []}),
            "metadata",
        ),
        (
            json!({"name": "n", "created_by": "dave", "metadata": "m"}),
            "metadata",
        ),
        (
            json!({"name": "n", "created_by": "dave", "metadata": {"a": big}}),
            "metadata",
        ),
        (
            json!({"name": "n", "created_by": "dave", "metadata": {"a": {"b\u{0}": 1}}}),
            "metadata",
        ),
        (
            json!({"name": "n", "created_by": "dave", "metadata": {"a": ["\u{0}"]}}),
            "metadata",
        ),
    ] {
        let answer = post(&server, "/api/chats", body.clone()).await;
        assert_eq!(answer.status, 422, "{body} {answer:?}");
        assert_eq!(answer.body["errors"][0]["field"], field, "{body} {answer:?}");
        assert!(answer.body.get("error").is_none(), "{answer:?}");
    }
    let malformed = server
        .client
        .post(server.url("/api/chats"))
        .header("content-type", "application/json")
        .body("{name}");
    assert_eq!(send(malformed).await.status, 400);
    let made = post(&server, "/api/chats", json!({"name": "n"})).await;
    let path = format!("/api/chats/{}", text_of(&made.body["id"]));
    for body in [
        json!({}),
        json!({"participant_ids": []}),
        json!({"participant_ids": "dave"}),
        json!({"participant_ids": [5]}),
        json!({"participant_ids": ["dave", "no good"]}),
        json!({"participant_ids": ["dave", "a\u{0}bc"]}),
        json!({"participant_ids": vec!["dave"; 501]}),
    ] {
        let answer = post(&server, &format!("{path}/participants"), body.clone()).await;
        assert_eq!(answer.status, 422, "{body} {answer:?}");
    }
    for query in [
        "/messages?limit=0",
        "/messages?offset=-1",
        "/sync",
        "/sync?user_id=alice&last_evaluated_key=zzz",
        "/sync?user_id=alice&last_evaluated_key=s-1",
    ] {
        let answer = get(&server, &format!("{path}{query}")).await;
        assert_eq!(answer.status, 422, "{query} {answer:?}");
    }
    // dave was in many a refused request, and is nobody still
    let dave = server
        .client
        .post(server.url("/api/auth/register"))
        .json(&json!({"username": "dave", "password": "correct horse"}));
    assert_eq!(send(dave).await.status, 201);
}

#[tokio::test]
async fn sync_gives_what_somebody_has_not_read_in_pages() {
    let server = open().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let made = alice.post("/api/chats", json!({"name": "n"})).await;
    let id = text_of(&made.body["id"]);
    let path = format!("/api/chats/{id}");
    alice
        .post(
            &format!("{path}/participants"),
            json!({"participant_ids": ["bob"]}),
        )
        .await;
    let say = |who: &Client<'_>, text: String| {
        let body = json!({"message": text, "conversation_id": id});
        let request = who.request(Method::POST, "/api/user-response").json(&body);
        async move { text_of(&send(request).await.body["message_id"]) }
    };
    for n in 0..5 {
        say(&alice, format!("m{n}")).await;
    }
    let own = say(&bob, "bob's own".into()).await;
    let contents = |answer: &Answer| -> Vec<String> {
        let items = answer.body["items"].as_array().unwrap();
        items.iter().map(|item| text_of(&item["content"])).collect()
    };
    let all = get(&server, &format!("{path}/sync?user_id=bob")).await;
    assert_eq!(contents(&all), ["m0", "m1", "m2", "m3", "m4"]);
    assert_eq!(
        (
            &all.body["count"],
            &all.body["recipient_id"],
            &all.body["last_evaluated_key"]
        ),
        (&json!(5), &json!("bob"), &Value::Null)
    );
    let first = &all.body["items"][0];
    assert_eq!(
        (&first["chat_id"], &first["sender_id"], &first["content"]),
        (&json!(id), &json!("alice"), &json!("m0"))
    );
    let page = get(&server, &format!("{path}/sync?user_id=bob&limit=2")).await;
    assert_eq!(contents(&page), ["m0", "m1"]);
    let key = text_of(&page.body["last_evaluated_key"]);
    let page = get(
        &server,
        &format!("{path}/sync?user_id=bob&limit=3&last_evaluated_key={key}"),
    )
    .await;
    assert_eq!(
        (contents(&page), &page.body["last_evaluated_key"]),
        (vec!["m2".into(), "m3".into(), "m4".into()], &Value::Null)
    );
    // what was read is not in it any more
    bob.post(&format!("/api/chat/conversations/{id}/read"), json!({"seq": 4}))
        .await;
    assert_eq!(contents(&bob.get(&format!("{path}/sync")).await), ["m4"]);
    assert_eq!(
        contents(&get(&server, &format!("{path}/sync?user_id=alice")).await),
        ["bob's own"]
    );
    for nobody in ["eve", "%00"] {
        let answer = get(&server, &format!("{path}/sync?user_id={nobody}")).await;
        assert_eq!(told(&answer), (404, &*format!("Chat {id} not found")));
    }
    let history = get(&server, &format!("{path}/messages?limit=2&offset=4")).await;
    let rows = history.body.as_array().unwrap();
    assert_eq!(
        (&rows[0]["content"], &rows[1]["message_id"]),
        (&json!("m4"), &json!(own))
    );
    bob.delete(&format!("/api/chat/messages/{own}")).await;
    let history = get(&server, &format!("{path}/messages?offset=5")).await;
    assert_eq!(
        (&history.body[0]["content"], &history.body[0]["is_deleted"]),
        (&json!(""), &json!(true))
    );
    assert_eq!(
        contents(&get(&server, &format!("{path}/sync?user_id=alice")).await),
        [""; 0]
    );
}

#[tokio::test]
async fn without_a_token_nothing_but_rooms_is_reached() {
    let server = open().await;
    let alice = user(&server, "alice").await;
    let group = alice
        .post("/api/chat/conversations", json!({"is_group": true, "title": "g"}))
        .await;
    let id = text_of(&group.body["id"]);
    for path in ["", "/messages", "/sync?user_id=alice"] {
        let mut foreign = get(&server, &format!("/api/chats/{id}{path}")).await;
        assert_eq!(told(&foreign), (404, &*format!("Chat {id} not found")));
        let unknown = "0192f0c1-2345-7890-abcd-ef0123456789";
        let mut missing = get(&server, &format!("/api/chats/{unknown}{path}")).await;
        for answer in [&mut foreign, &mut missing] {
            answer.body["request_id"] = Value::Null;
            answer.body["detail"] = Value::Null;
        }
        assert_eq!(foreign.body, missing.body);
    }
    let refused = post(
        &server,
        &format!("/api/chats/{id}/participants"),
        json!({"participant_ids": ["eve"]}),
    )
    .await;
    assert_eq!(refused.status, 404);
    assert_eq!(
        ask(&server, Method::DELETE, &format!("/api/chats/{id}"), None)
            .await
            .status,
        404
    );
    // with her token she reaches it here too, but this is no place to delete it
    let found = alice.get(&format!("/api/chats/{id}")).await;
    assert_eq!(
        (&found.body["chat"]["id"], &found.body["chat"]["name"]),
        (&json!(id), &json!("g"))
    );
    assert_eq!(
        told(&alice.delete(&format!("/api/chats/{id}")).await),
        (403, "Only rooms can be deleted here")
    );
    assert_eq!(
        get(&server, "/api/chats/room123").await.body["detail"],
        "Chat room123 not found"
    );
}

#[tokio::test]
async fn where_rooms_take_a_token_everybody_is_whom_it_says() {
    let server = closed().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let admin = person(&server, "root", Role::Admin).await;
    let without = post(&server, "/api/chats", json!({"name": "n", "created_by": "alice"})).await;
    assert_eq!(
        told(&without),
        (401, "Authentication credentials were not provided.")
    );
    let made = alice
        .post("/api/chats", json!({"name": "n", "created_by": "Alice"}))
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = text_of(&made.body["id"]);
    let path = format!("/api/chats/{id}");
    for path in ["", "/messages", "/sync?user_id=alice"] {
        assert_eq!(get(&server, &format!("/api/chats/{id}{path}")).await.status, 401);
        assert_eq!(
            get(&server, &format!("/api/chats/chat-000000000000{path}"))
                .await
                .status,
            401
        );
    }
    let foreign = bob.get(&path).await;
    assert_eq!(told(&foreign), (404, &*format!("Chat {id} not found")));
    let as_other = bob
        .post("/api/chats", json!({"name": "n", "created_by": "alice"}))
        .await;
    assert_eq!(told(&as_other), (403, "You may only name yourself"));
    assert_eq!(bob.get("/api/chats/participant/alice").await.status, 403);
    assert_eq!(
        alice.get("/api/chats/participant/alice").await.body,
        json!([made.body])
    );
    assert_eq!(
        admin.get("/api/chats/participant/alice").await.body,
        json!([made.body])
    );
    let on_behalf = admin
        .post("/api/chats", json!({"name": "n", "created_by": "bob"}))
        .await;
    let theirs = format!("/api/chats/{}", text_of(&on_behalf.body["id"]));
    assert_eq!(people(&bob.get(&theirs).await), ["bob"]);
    // no guests here
    let unknown = alice
        .post(
            &format!("{path}/participants"),
            json!({"participant_ids": ["bob", "dave"]}),
        )
        .await;
    assert_eq!(told(&unknown), (404, "User dave not found"));
    let added = alice
        .post(
            &format!("{path}/participants"),
            json!({"participant_ids": ["bob"]}),
        )
        .await;
    assert_eq!(people(&added), ["bob"]);
    // bob takes part now, but it is not his room
    assert_eq!(bob.delete(&path).await.status, 403);
    let add = bob
        .post(
            &format!("{path}/participants"),
            json!({"participant_ids": ["root"]}),
        )
        .await;
    assert_eq!(add.status, 403);
    assert_eq!(
        bob.delete(&format!("{path}/participants/alice")).await.status,
        403
    );
    assert_eq!(bob.get(&format!("{path}/sync?user_id=alice")).await.status, 403);
    assert_eq!(bob.delete(&format!("{path}/participants/bob")).await.status, 204);
    assert_eq!(bob.get(&path).await.status, 404);
    assert_eq!(alice.delete(&path).await.status, 204);
    // a bad token is refused where none would do, too
    let open = open().await;
    let bad = open
        .client
        .get(open.url("/api/chats/participant/alice"))
        .bearer_auth("x.y.z");
    assert_eq!(send(bad).await.status, 401);
}

#[tokio::test]
async fn a_visitor_has_no_rooms() {
    let server = open().await;
    let visitor = post(&server, "/api/auth/visitor", json!({})).await;
    let token = text_of(&visitor.body["access_token"]);
    let request = server.client.post(server.url("/api/chats")).bearer_auth(token);
    let answer = send(request.json(&json!({"name": "n"}))).await;
    assert_eq!(told(&answer), (403, "Visitors talk to the company only"));
}

#[tokio::test]
async fn the_count_of_connections_is_not_taken_for_a_room() {
    let server = open().await;
    let found = get(&server, "/api/chats/ws/stats/").await;
    assert_eq!(
        (found.status.as_u16(), &found.body),
        (
            200,
            &json!({"total_connections": 0, "active_rooms": [], "rooms_count": 0})
        )
    );
    let refused = get(&server, "/api/chats/ws/room123").await;
    assert_eq!(told(&refused), (403, "Chat room123 not found"));
    assert_eq!(post(&server, "/api/chats/ws/stats", json!({})).await.status, 405);
}

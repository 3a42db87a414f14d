//! Conversations: their list, their history, what changed.

use super::{person, text_of, user};
use api::testing::TestServer;
use entity::user::Role;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[tokio::test]
async fn people_begin_talks_groups_and_conversations_with_the_bot() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    user(&server, "cyd").await;
    let path = "/api/chat/conversations/";
    let alone = alice
        .post(
            path,
            json!({"name": "Help me", "description": "d", "is_group": false}),
        )
        .await;
    assert_eq!(alone.status, 201, "{alone:?}");
    assert_eq!(
        (&alone.body["title"], &alone.body["name"]),
        (&json!("Help me"), &json!("Help me"))
    );
    assert_eq!(
        (&alone.body["kind"], &alone.body["bot"]),
        (&json!("support"), &json!("on"))
    );
    let id = bob.person.actor.id;
    for named in [
        json!(["bob"]),
        json!([id.to_string()]),
        json!([id.0]),
        json!(["BOB", id.0]),
    ] {
        let talk = alice.post(path, json!({"participant_ids": named})).await;
        assert_eq!(
            (talk.status.as_u16(), &talk.body["kind"]),
            (201, &json!("direct")),
            "{talk:?}"
        );
        assert_eq!(talk.body["participant_count"], 2);
        assert_eq!(talk.body["bot"], "off");
    }
    let group = alice
        .post(
            path,
            json!({"title": "T", "is_group": true, "participant_ids": ["bob", "cyd"]}),
        )
        .await;
    assert_eq!(group.body["is_group"], true);
    let roles: Vec<_> = group.body["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["role"])
        .collect();
    assert_eq!(roles, ["owner", "member", "member"]);
    let unknown = alice
        .post(path, json!({"participant_ids": ["bob", "zed", "yan"]}))
        .await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.body["detail"]),
        (404, &json!("User zed not found"))
    );
    for bad in [json!([1.5]), json!([null]), json!("bob"), json!([{}])] {
        let answer = alice.post(path, json!({"participant_ids": bad})).await;
        assert_eq!(answer.status, 400, "{bad}");
        assert!(answer.body["participant_ids"].is_array(), "{answer:?}");
    }
    for odd in [
        json!(["a\u{0}b"]),
        json!([-1]),
        json!(["99999999999999999999"]),
        json!([18446744073709551615u64]),
    ] {
        assert_eq!(
            alice.post(path, json!({"participant_ids": odd})).await.status,
            404,
            "{odd}"
        );
    }
    let long = alice.post(path, json!({"title": "x".repeat(201)})).await;
    assert_eq!(
        (long.status.as_u16(), &long.body["errors"][0]["field"]),
        (400, &json!("title"))
    );
}

#[tokio::test]
async fn a_list_is_read_in_pages_both_ways() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    for n in 0..5 {
        alice
            .post("/api/chat/conversations", json!({"title": format!("Talk {n}")}))
            .await;
    }
    let titles = |page: &Value| -> Vec<String> {
        page["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| text_of(&row["title"]))
            .collect()
    };
    let first = alice.get("/api/chat/conversations/?limit=2").await.body;
    assert_eq!(
        (titles(&first), &first["count"]),
        (vec!["Talk 4".into(), "Talk 3".into()], &json!(5))
    );
    assert!(first["previous"].is_null());
    let next = format!(
        "/api/chat/conversations?limit=2&cursor={}",
        text_of(&first["next"])
    );
    let second = alice.get(&next).await.body;
    assert_eq!(titles(&second), ["Talk 2", "Talk 1"]);
    let back = format!(
        "/api/chat/conversations?limit=2&cursor={}",
        text_of(&second["previous"])
    );
    assert_eq!(titles(&alice.get(&back).await.body), titles(&first));
    assert_eq!(
        titles(&alice.get("/api/chat/conversations?search=LK+3").await.body),
        ["Talk 3"]
    );
    assert_eq!(
        alice.get("/api/chat/conversations?status=resolved").await.body["count"],
        0
    );
    assert_eq!(alice.get("/api/chat/conversations?limit=9999").await.status, 200);
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=ten", "limit"),
        ("limit=-3", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%00", "cursor"),
        ("search=%00", "search"),
    ] {
        let answer = alice.get(&format!("/api/chat/conversations?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.body[field].is_array(), "{query} {answer:?}");
    }
    let status = alice.get("/api/chat/conversations?status=nope").await;
    assert_eq!(
        (status.status.as_u16(), &status.body["errors"][0]["field"]),
        (400, &json!("status"))
    );
}

#[tokio::test]
async fn history_is_read_from_either_end_and_around_a_place() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    user(&server, "bob").await;
    let talk = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["bob"]}))
        .await;
    let id = text_of(&talk.body["id"]);
    for n in 1..=6 {
        let body = json!({"message": format!("m{n}"), "conversation_id": id});
        assert_eq!(alice.post("/api/user-response", body).await.body["seq"], n);
    }
    let seqs = async |query: &str| -> Vec<i64> {
        let answer = alice
            .get(&format!("/api/chat/conversations/{id}/messages/{query}"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
            .body
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["seq"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(seqs("").await, [1, 2, 3, 4, 5, 6]);
    assert_eq!(seqs("?limit=2&offset=3").await, [4, 5]);
    assert_eq!(seqs("?last=2").await, [5, 6]);
    assert_eq!(seqs("?before_seq=4&limit=2").await, [2, 3]);
    assert_eq!(seqs("?after_seq=4").await, [5, 6]);
    assert_eq!(seqs("?offset=99999999999999999999").await, [0i64; 0]);
    assert_eq!(seqs("?before_seq=99999999999999999999&limit=1").await, [6]);
    let bad = alice
        .get(&format!("/api/chat/conversations/{id}/messages?offset=-1"))
        .await;
    assert_eq!((bad.status.as_u16(), bad.body["offset"].is_array()), (400, true));
}

#[tokio::test]
async fn changes_are_told_once_each_and_a_wait_ends_with_the_first() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    user(&server, "bob").await;
    let talk = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["bob"]}))
        .await;
    let id = text_of(&talk.body["id"]);
    let say = |text: &str| {
        alice.post(
            "/api/user-response",
            json!({"message": text, "conversation_id": id}),
        )
    };
    let first = say("one").await;
    say("two").await;
    let path = format!("/api/chat/messages/{}/", text_of(&first.body["message_id"]));
    assert_eq!(
        alice.patch(&path, json!({"text": "won"})).await.body["is_edited"],
        true
    );
    let changes = alice
        .get(&format!("/api/chat/conversations/{id}/changes?since=1"))
        .await
        .body;
    let revs: Vec<_> = changes["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["rev"])
        .collect();
    assert_eq!(revs, [2, 3]);
    assert_eq!((&changes["rev"], &changes["complete"]), (&json!(3), &json!(true)));
    assert_eq!(changes["messages"][1]["text"], "won");

    let waiting = format!("/api/chat/conversations/{id}/changes?since=3&wait=20");
    let (changes, _) = tokio::join!(alice.get(&waiting), say("three"));
    assert_eq!(changes.body["messages"][0]["text"], "three");
    let started = Instant::now();
    let nothing = alice
        .get(&format!("/api/chat/conversations/{id}/changes?since=4&wait=1"))
        .await
        .body;
    assert_eq!((&nothing["rev"], &nothing["messages"]), (&json!(4), &json!([])));
    assert!(started.elapsed() >= Duration::from_millis(900));
    let ahead = alice
        .get(&format!(
            "/api/chat/conversations/{id}/changes?since=99999999999999999999&wait=0"
        ))
        .await;
    assert_eq!((ahead.status.as_u16(), &ahead.body["rev"]), (200, &json!(4)));
}

#[tokio::test]
async fn only_those_who_may_see_a_conversation_find_it() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let eve = user(&server, "eve").await;
    let agent = person(&server, "agent", Role::Agent).await;
    let id = alice.say("help").await;
    let unknown = "0192f0c1-2345-7890-abcd-ef0123456789";
    for rest in ["", "/messages", "/changes"] {
        let mut foreign = eve.get(&format!("/api/chat/conversations/{id}{rest}")).await;
        let mut missing = eve.get(&format!("/api/chat/conversations/{unknown}{rest}")).await;
        let mut malformed = eve.get(&format!("/api/chat/conversations/conv-123{rest}")).await;
        assert_eq!(foreign.status, 404);
        for answer in [&mut foreign, &mut missing, &mut malformed] {
            answer.body["request_id"] = Value::Null;
        }
        assert_eq!(foreign.body, missing.body);
        assert_eq!(foreign.body, malformed.body);
        assert_eq!(
            agent
                .get(&format!("/api/chat/conversations/{id}{rest}"))
                .await
                .status,
            200
        );
    }
    let odd = ["%00", "%ff", "..%2f", "%F0%9F%91%8D", "TKT-%00", "chat-"];
    for id in odd {
        assert_eq!(
            eve.get(&format!("/api/chat/conversations/{id}")).await.status,
            404,
            "{id}"
        );
    }
}

#[tokio::test]
async fn its_owner_and_agents_change_a_conversation() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let talk = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["bob"]}))
        .await;
    let path = format!("/api/chat/conversations/{}/", text_of(&talk.body["id"]));
    let changed = alice
        .patch(&path, json!({"title": "New", "is_archived": true}))
        .await;
    assert_eq!(
        (&changed.body["title"], &changed.body["is_archived"]),
        (&json!("New"), &json!(true))
    );
    assert_eq!(bob.patch(&path, json!({"title": "Mine"})).await.status, 403);
    assert_eq!(alice.patch(&path, json!({"bot": "on"})).await.status, 400);
    let bad = alice.patch(&path, json!({"bot": "maybe"})).await;
    assert_eq!((bad.status.as_u16(), bad.body["bot"].is_array()), (400, true));
}

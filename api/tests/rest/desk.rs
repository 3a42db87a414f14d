//! The desk over REST: claiming, assigning, statuses, labels, notes, counts.

use super::{Client, agent, person, text_of, user};
use api::testing::TestServer;
use chrono::{Duration, SecondsFormat};
use entity::user::{Department, Role};
use serde_json::{Value, json};

const LIST: &str = "/api/chat/conversations";

async fn begin(who: &Client<'_>) -> String {
    let made = who.post(LIST, json!({})).await;
    assert_eq!(made.status, 201, "{made:?}");
    text_of(&made.body["id"])
}

fn at(id: &str, what: &str) -> String {
    format!("{LIST}/{id}{what}")
}

fn ids(page: &Value) -> Vec<String> {
    let rows = page["results"].as_array().into_iter().flatten();
    rows.map(|row| text_of(&row["id"])).collect()
}

#[tokio::test]
async fn of_two_who_claim_one_gets_it_and_the_other_reads_who_has_it() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ann = person(&server, "ann", Role::Agent).await;
    let ben = person(&server, "ben", Role::Agent).await;
    let id = begin(&alice).await;
    let path = at(&id, "/claim");
    let (one, two) = tokio::join!(ann.post(&path, json!({})), ben.post(&path, json!({})));
    let (won, lost, winner, loser) = if one.status == 200 {
        (one, two, &ann, &ben)
    } else {
        (two, one, &ben, &ann)
    };
    let name = &*winner.person.actor.username;
    let who = json!({"id": winner.person.actor.id.to_string(), "username": name, "name": name});
    assert_eq!(
        (won.status.as_u16(), &won.body["assignee"]),
        (200, &who),
        "{won:?}"
    );
    assert_eq!(
        (&won.body["bot"], &won.body["status"]),
        (&json!("off"), &json!("open"))
    );
    assert_eq!(lost.status, 409, "{lost:?}");
    assert_eq!(lost.headers["content-type"], "application/problem+json");
    let detail = format!("Already claimed by {name}");
    assert_eq!(lost.body["code"], "already_claimed");
    assert_eq!(
        (
            &lost.body["detail"],
            &lost.body["error"],
            &lost.body["claimed_by"]
        ),
        (&json!(detail), &json!(detail), &who)
    );
    let again = winner.post(&path, json!({})).await;
    assert_eq!(
        (again.status.as_u16(), &again.body["rev"]),
        (200, &won.body["rev"])
    );
    // an assignment may override it
    let me = loser.person.actor.id;
    for wanted in [
        json!(me.to_string()),
        json!(me.0),
        json!(loser.person.actor.username),
    ] {
        let given = loser
            .post(&at(&id, "/assign"), json!({"assignee_id": wanted}))
            .await;
        assert_eq!(
            (given.status.as_u16(), &given.body["assignee"]["id"]),
            (200, &json!(me.to_string()))
        );
    }
    let free = loser
        .post(&at(&id, "/assign"), json!({"assignee_id": null}))
        .await;
    assert_eq!(
        (free.status.as_u16(), &free.body["assignee"]),
        (200, &Value::Null)
    );
    for body in [
        json!({}),
        json!({"assignee_id": alice.person.actor.id.to_string()}),
        json!({"assignee_id": "99999"}),
    ] {
        let refused = loser.post(&at(&id, "/assign"), body).await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(refused.body["assignee_id"].is_array(), "{refused:?}");
    }
    let bob = user(&server, "bob").await;
    for what in ["/claim", "/assign", "/hand-back", "/notes"] {
        let body = json!({"assignee_id": null, "text": "x"});
        let own = alice.post(&at(&id, what), body.clone()).await;
        assert_eq!(own.status, 403, "{what}: {own:?}");
        assert_eq!(bob.post(&at(&id, what), body).await.status, 404, "{what}");
    }
}

#[tokio::test]
async fn a_customer_asks_for_a_person_and_is_handed_back_to_the_bot() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ann = person(&server, "ann", Role::Agent).await;
    let id = begin(&alice).await;
    for _ in 0..2 {
        let waiting = alice.post(&at(&id, "/handoff/"), json!({})).await;
        assert_eq!(
            (waiting.status.as_u16(), &waiting.body["status"]),
            (200, &json!("pending"))
        );
        assert_eq!(waiting.body["last_seq"], 1, "one notice");
    }
    assert_eq!(ann.post(&at(&id, "/handoff"), json!({})).await.status, 403);
    let told = ann.get("/notifications").await.body;
    assert_eq!(told["notifications"][0]["type"], "handoff_requested");
    assert_eq!(told["notifications"][0]["data"]["conversation_id"], json!(id));
    ann.post(&at(&id, "/claim"), json!({})).await;
    let back = ann.post(&at(&id, "/hand-back"), json!({})).await;
    assert_eq!(
        (&back.body["bot"], &back.body["assignee"]),
        (&json!("on"), &Value::Null)
    );
    let said = alice.get(&at(&id, "/messages")).await.body;
    let said: Vec<_> = said
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["type"], &row["text"]))
        .collect();
    let system = json!("system");
    assert_eq!(
        said,
        [
            (
                &system,
                &json!("You asked for a person. Somebody will answer here.")
            ),
            (&system, &json!("ann joined the conversation.")),
            (&system, &json!("You are talking to the assistant again.")),
        ]
    );
    let ticket = super::tickets::ticket(&alice, "Printer").await;
    let refused = ann
        .post(&at(&text_of(&ticket["ticket_id"]), "/hand-back"), json!({}))
        .await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["detail"]),
        (400, &json!("The bot takes no part here")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_work_on_a_conversation_is_changed_and_shown_to_the_staff_alone() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ann = person(&server, "ann", Role::Agent).await;
    let root = person(&server, "root", Role::Admin).await;
    let id = begin(&alice).await;
    let path = at(&id, "");
    let label = ann.post("/api/chat/labels", json!({"name": "VIP"})).await;
    assert_eq!(label.status, 201, "{label:?}");
    assert_eq!(
        (&label.body["name"], &label.body["color"]),
        (&json!("VIP"), &json!("#64748b"))
    );
    let until = server.app.clock.now() + Duration::hours(2);
    let until = until.to_rfc3339_opts(SecondsFormat::Micros, true);
    let work = json!({
        "status": "snoozed", "snoozed_until": until, "priority": "high", "label_ids": [label.body["id"]],
    });
    let changed = ann.patch(&path, work.clone()).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let shown = [
        ("status", json!("snoozed")),
        ("snoozed_until", json!(until)),
        ("priority", json!("high")),
        ("labels", json!([label.body])),
    ];
    for (name, value) in &shown {
        assert_eq!(&changed.body[name], value);
        assert_eq!(&ann.get(&path).await.body[name], value);
    }
    let own = alice.get(&path).await.body;
    assert_eq!(own["customer"]["username"], "alice");
    for (name, _) in &shown[1..] {
        assert!(own.get(name).is_none(), "{name}: {own}");
        assert!(alice.get(LIST).await.body["results"][0].get(name).is_none());
    }
    assert_eq!(alice.patch(&path, work).await.status, 403);
    for (body, field) in [
        (json!({"status": "snoozed"}), "snoozed_until"),
        (json!({"snoozed_until": until}), "snoozed_until"),
        (
            json!({"status": "snoozed", "snoozed_until": "2020-01-01T00:00:00Z"}),
            "snoozed_until",
        ),
        (
            json!({"status": "snoozed", "snoozed_until": "2999-01-01T00:00:00Z"}),
            "snoozed_until",
        ),
        (
            json!({"status": "snoozed", "snoozed_until": "soon"}),
            "snoozed_until",
        ),
        (json!({"status": "closed"}), "status"),
        (json!({"priority": "huge"}), "priority"),
        (json!({"label_ids": [-1]}), "label_ids"),
        (json!({"label_ids": (1..22).collect::<Vec<_>>()}), "label_ids"),
        (json!({"label_ids": "1"}), "label_ids"),
    ] {
        let refused = ann.patch(&path, body.clone()).await;
        assert_eq!(refused.status, 400, "{body}: {refused:?}");
        assert_eq!(refused.body["errors"][0]["field"], field, "{body}: {refused:?}");
    }
    let done = ann.patch(&path, json!({"status": "resolved"})).await.body;
    assert_eq!(
        (&done["status"], &done["snoozed_until"]),
        (&json!("resolved"), &Value::Null)
    );
    assert_eq!(done["last_message"]["text"], "The conversation was resolved.");
    // labels
    let number = label.body["id"].as_i64().unwrap();
    let place = format!("/api/chat/labels/{number}");
    assert_eq!(
        ann.post("/api/chat/labels", json!({"name": "vip"})).await.status,
        409
    );
    let renamed = ann
        .patch(&place, json!({"name": "Important", "color": "#FF0000"}))
        .await;
    assert_eq!(
        renamed.body,
        json!({"id": number, "name": "Important", "color": "#ff0000"})
    );
    assert_eq!(ann.patch(&place, json!({"color": "red"})).await.status, 400);
    assert_eq!(ann.get("/api/chat/labels/").await.body, json!([renamed.body]));
    for who in [&alice, &ann] {
        assert_eq!(who.delete(&place).await.status, 403);
    }
    assert_eq!(alice.get("/api/chat/labels").await.status, 403);
    assert_eq!(root.delete(&place).await.status, 204);
    assert_eq!(root.delete(&place).await.status, 404);
    assert_eq!(root.delete("/api/chat/labels/x").await.status, 404);
    assert_eq!(ann.get(&path).await.body["labels"], json!([]));
}

#[tokio::test]
async fn the_staff_lists_and_counts_what_it_may_see() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ann = person(&server, "ann", Role::Agent).await;
    let hanna = agent(&server, "hanna", Department::Hr).await;
    let (mine, free) = (begin(&alice).await, begin(&alice).await);
    let ticket = super::tickets::ticket(&alice, "Printer").await;
    ann.post(&at(&mine, "/claim"), json!({})).await;
    ann.patch(&at(&free, ""), json!({"priority": "low"})).await;
    let list = |who: &'static str, query: String| {
        let who = if who == "ann" { &ann } else { &hanna };
        async move {
            let answer = who.get(&format!("{LIST}?{query}")).await;
            assert_eq!(answer.status, 200, "{query}: {answer:?}");
            ids(&answer.body)
        }
    };
    assert_eq!(list("ann", "view=mine".into()).await, std::slice::from_ref(&mine));
    assert_eq!(
        list("hanna", "view=unassigned".into()).await,
        std::slice::from_ref(&free)
    );
    assert_eq!(list("ann", "view=unassigned&kind=ticket".into()).await.len(), 1);
    assert_eq!(
        list("ann", "priority=low".into()).await,
        std::slice::from_ref(&free)
    );
    assert_eq!(list("ann", "label=1".into()).await, Vec::<String>::new());
    let of_alice = format!("participant={}", alice.person.actor.id);
    assert_eq!(list("ann", of_alice.clone()).await.len(), 3);
    assert_eq!(list("hanna", of_alice).await.len(), 2);
    assert_eq!(list("ann", "search=ALIC&view=mine".into()).await, [mine]);
    for bad in [
        "view=theirs",
        "priority=huge",
        "kind=x",
        "label=x",
        "label=0",
        "participant=alice",
    ] {
        let refused = ann.get(&format!("{LIST}?{bad}")).await;
        assert_eq!(refused.status, 400, "{bad}");
        assert!(
            refused.body[bad.split('=').next().unwrap()].is_array(),
            "{refused:?}"
        );
    }
    for staffs in [
        "view=all",
        "priority=low",
        "kind=ticket",
        "label=1",
        "participant=1",
    ] {
        let refused = alice.get(&format!("{LIST}?{staffs}")).await;
        let name = staffs.split('=').next().unwrap();
        assert_eq!(refused.status, 403);
        assert!(text_of(&refused.body["detail"]).contains(name), "{refused:?}");
    }
    let counted = ann.get(&at("counts", "")).await;
    assert_eq!(counted.status, 200, "{counted:?}");
    let none = json!({"open": 0, "pending": 0, "snoozed": 0, "resolved": 0});
    let open = |count: u64| {
        let mut counts = none.clone();
        counts["open"] = count.into();
        counts
    };
    assert_eq!(
        counted.body,
        json!({"mine": open(1), "unassigned": open(2), "all": open(3)})
    );
    let fewer = hanna.get(&at("counts", "/")).await.body;
    assert_eq!(
        fewer,
        json!({"mine": none, "unassigned": open(1), "all": open(2)})
    );
    assert_eq!(alice.get(&at("counts", "")).await.status, 403);
    let seen = alice.get(&at(&text_of(&ticket["ticket_id"]), "")).await.body;
    assert_eq!(seen["ticket"]["ticket_id"], ticket["ticket_id"]);
    assert_eq!(
        (
            &seen["ticket"]["status"],
            &seen["ticket"]["department"],
            &seen["ticket"]["urgency"]
        ),
        (&json!("open"), &json!("IT"), &ticket["urgency"])
    );
    assert!(seen["ticket"]["support_id"].is_i64());
}

#[tokio::test]
async fn notes_are_for_the_staff_and_their_authors_change_them() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ann = person(&server, "ann", Role::Agent).await;
    let ben = person(&server, "ben", Role::Agent).await;
    let id = begin(&alice).await;
    let path = at(&id, "/notes");
    let made = ann.post(&path, json!({"text": "**@ben** look"})).await;
    assert_eq!(made.status, 201, "{made:?}");
    let note = &made.body;
    assert_eq!(
        (&note["conversation_id"], &note["text"], &note["mentions"]),
        (&json!(id), &json!("**@ben** look"), &json!(["ben"]))
    );
    assert_eq!(note["html"], "<p><strong>@ben</strong> look</p>\n");
    let author = json!({"id": ann.person.actor.id.to_string(), "username": "ann", "name": "ann"});
    assert_eq!(note["author"], author);
    assert_eq!(ben.get(&path).await.body, json!([note]));
    let told = ben.get("/notifications").await.body;
    assert_eq!(told["notifications"][0]["type"], "mentioned");
    let place = format!("/api/chat/notes/{}", text_of(&note["id"]));
    assert_eq!(ben.patch(&place, json!({"text": "x"})).await.status, 403);
    let changed = ann.patch(&place, json!({"text": "Done"})).await;
    assert_eq!(
        (changed.status.as_u16(), &changed.body["text"]),
        (200, &json!("Done"))
    );
    for bad in [
        json!({}),
        json!({"text": ""}),
        json!({"text": "x".repeat(4001)}),
        json!({"text": 1}),
    ] {
        let refused = ann.post(&path, bad.clone()).await;
        assert_eq!(refused.status, 400, "{bad}");
        assert!(refused.body["text"].is_array(), "{refused:?}");
    }
    assert_eq!(alice.get(&path).await.status, 403);
    assert_eq!(alice.delete(&place).await.status, 403);
    assert_eq!(ben.delete(&place).await.status, 403);
    assert_eq!(ann.delete(&place).await.status, 204);
    assert_eq!(ann.delete(&place).await.status, 404);
    assert_eq!(ann.delete("/api/chat/notes/x").await.status, 404);
    assert_eq!(ann.get(&path).await.body, json!([]));
    let said = alice.get(&at(&id, "/messages")).await.body;
    assert_eq!(said, json!([]));
}

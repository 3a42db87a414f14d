//! What strangers and people in a hurry are told: challenges, 429, and what nobody is flooded with.

use super::{Answer, person, send, text_of, user, visitor};
use api::testing::TestServer;
use entity::user::Role;
use platform::limits::{Challenge, solve};
use reqwest::Method;
use serde_json::{Value, json};

const ON: (&str, &str) = ("RATE_LIMITS", "on");

async fn ask(server: &TestServer, path: &str, body: Value) -> Answer {
    send(server.client.request(Method::POST, server.url(path)).json(&body)).await
}

fn challenge(body: &Value) -> Challenge {
    let number = |name: &str| u32::try_from(body["challenge"][name].as_u64().unwrap()).unwrap();
    Challenge {
        token: text_of(&body["challenge"]["token"]),
        parts: number("parts"),
        bits: number("bits"),
    }
}

#[tokio::test]
async fn an_address_that_brings_many_visitors_is_given_a_challenge_and_goes_on_with_its_proof() {
    let server = TestServer::start_with(&[ON, ("RATE_ADDRESS_NEWCOMERS", "1/m:2")]).await;
    for _ in 0..2 {
        assert_eq!(ask(&server, "/api/auth/visitor", json!({})).await.status, 200);
    }
    let refused = ask(&server, "/api/auth/visitor", json!({})).await;
    assert_eq!(refused.status, 429, "{refused:?}");
    assert_eq!(refused.body["code"], "proof_required");
    assert!(refused.headers.contains_key("retry-after"));
    let proof = solve(&challenge(&refused.body));
    for mount in ["/auth", "/api/v1/auth"] {
        let other = ask(&server, &format!("{mount}/visitor"), json!({})).await;
        assert_eq!(
            other.body["code"], "proof_required",
            "{mount}: the mounts are one"
        );
    }
    let wrong = ask(&server, "/api/auth/visitor", json!({"proof": "nonsense"})).await;
    assert_eq!(wrong.status, 422, "{wrong:?}");
    let welcome = ask(&server, "/api/auth/visitor", json!({"proof": proof})).await;
    assert_eq!(welcome.status, 200, "{welcome:?}");
    let again = ask(&server, "/api/auth/visitor", json!({"proof": proof})).await;
    assert_eq!(again.body["errors"][0]["field"], "proof", "{again:?}");
    // accounts are newcomers too
    let register = |n: u32| json!({"username": format!("person{n}"), "password": "correct horse"});
    for n in 0..2 {
        assert_eq!(ask(&server, "/api/auth/register", register(n)).await.status, 201);
    }
    assert_eq!(ask(&server, "/api/auth/register", register(9)).await.status, 429);
}

#[tokio::test]
async fn a_visitors_hundred_tickets_reach_nobody() {
    let server = TestServer::start_with(&[ON]).await;
    let agent = person(&server, "agent", Role::Agent).await;
    let pest = visitor(&server).await;
    let mut refused = 0;
    for n in 0..40 {
        let ticket = json!({"title": format!("Printer {n}"), "description": "The printer is broken", "urgency": "low"});
        let answer = pest.post("/tickets", ticket).await;
        if answer.status == 429 {
            refused += 1;
            assert!(answer.headers.contains_key("retry-after"));
        }
    }
    assert!(refused >= 28, "{refused} of 40 were refused");
    let told = agent.get("/notifications?limit=100").await;
    assert!(
        told.body["total"].as_u64().unwrap() <= 12,
        "{:?}",
        told.body["total"]
    );
}

#[tokio::test]
async fn whoever_renames_hands_over_or_searches_without_end_is_told_to_wait_and_others_are_not() {
    let server = TestServer::start_with(&[ON, ("RATE_ADDRESS_REQUESTS", "10000/s:10000")]).await;
    let (pest, alice) = (visitor(&server).await, user(&server, "alice").await);
    let id = pest.say("hello").await;
    let own = alice.say("hello").await;
    let conversation = format!("/api/chat/conversations/{id}");
    let mut refused = Vec::new();
    for n in 0..130 {
        let renamed = pest
            .patch(&conversation, json!({"title": format!("Title {n}")}))
            .await;
        refused.push(renamed.status == 429);
    }
    assert!(refused.iter().any(|refused| *refused), "renaming has an end");
    assert!(
        !refused[..20].iter().any(|refused| *refused),
        "but a person does not meet it"
    );
    let mut searches = 0;
    for _ in 0..200 {
        searches += usize::from(pest.get("/api/chat/search?q=hello").await.status == 429);
    }
    assert!(searches > 0, "searching has an end");
    let fine = alice
        .patch(
            &format!("/api/chat/conversations/{own}"),
            json!({"title": "Mine"}),
        )
        .await;
    assert_eq!(fine.status, 200, "{fine:?}");
    assert_eq!(alice.get("/api/chat/search?q=hello").await.status, 200);
}

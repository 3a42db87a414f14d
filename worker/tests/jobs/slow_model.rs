//! A language model that does not answer holds up nothing but the replies that wait for it.

use crate::support::{history, say, support, until};
use app::testing::{Place, load_examples, person};
use chat::receipts::{self, UpTo};
use entity::user::Role;
use kernel::clock::Clock;
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_applied_while_every_slot_for_the_model_is_taken() {
    let model = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = model.local_addr().unwrap();
    // takes connections and never answers
    let taken = tokio::spawn(async move {
        let mut connections = Vec::new();
        while let Ok((connection, _)) = model.accept().await {
            connections.push(connection);
        }
    });
    let place = Place::new().await;
    let url = format!("http://{address}/v1");
    let model = [
        ("LLM_BASE_URL", &*url),
        ("LLM_MODEL", "slow"),
        ("WORKER_QUEUES", "chat=2,model=2"),
    ];
    let app = place.app(Clock::System, &model).await;
    load_examples(&app).await; // a model that has nothing to answer from is not asked
    let alice = person(&app, "alice", Role::User, None).await;
    let worker = worker::spawn(app.clone());
    let mut asked = Vec::new();
    for n in 0..6 {
        let id = support(&app, &alice).await;
        say(
            &app,
            &alice,
            id,
            &format!("How many days do I have to return order {n}?"),
        )
        .await;
        asked.push(id);
    }
    let id = asked[5];
    receipts::announce_read(&app, &alice, id, UpTo::Seq(1))
        .await
        .unwrap();
    until("the receipt", async || {
        let seen = chat::conversations::get(&app, &alice, id).await.unwrap();
        seen.participants.iter().any(|seat| seat.last_read_seq == 1)
    })
    .await;
    for id in asked {
        assert_eq!(
            history(&app, &alice, id).await.len(),
            1,
            "no reply yet: the model is asked still"
        );
    }
    assert!(worker.health.is_connected());
    taken.abort();
    app.shutdown.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_stored_where_no_model_was_set_is_moved_to_the_model_where_one_is() {
    let place = Place::new().await;
    // whoever takes the messages has no model; the worker has one that refuses
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", closed.local_addr().unwrap());
    drop(closed);
    let sender = place.app(Clock::System, &[]).await;
    let model = [("LLM_BASE_URL", &*url), ("LLM_MODEL", "none")];
    let app = place.app(Clock::System, &model).await;
    load_examples(&app).await;
    let alice = person(&sender, "alice", Role::User, None).await;
    let id = support(&sender, &alice).await;
    say(&sender, &alice, id, "How do I reset my password?").await;
    let worker = worker::spawn(app.clone());
    until("the reply", async || history(&app, &alice, id).await.len() == 2).await;
    app.shutdown.cancel();
    sender.shutdown.cancel();
    worker.done.await.unwrap();
}

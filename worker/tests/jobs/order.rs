//! One conversation's notifications arrive in the order of its messages, whoever delivers them.

use crate::support::{say, until};
use app::testing::{Place, person};
use desk::notifications;
use desk::tickets::{self, CreateTicket};
use entity::ticket::Urgency;
use entity::user::Role;
use kernel::clock::Clock;

const MESSAGES: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_with_sixteen_slots_deliver_one_tickets_notifications_in_order() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let boss = person(&a, "boss", Role::Admin, None).await;
    let opened = CreateTicket {
        title: Some("Printer".into()),
        description: "It is on fire".into(),
        urgency: Urgency::High,
        topic: None,
        rating: None,
        station: None,
        owner: None,
        sorted: true,
    };
    let ticket = tickets::create(&a, &alice, opened).await.unwrap();
    let place_id = ticket.row.conversation_id;
    let workers = [worker::spawn(a.clone()), worker::spawn(b.clone())];
    for n in 0..MESSAGES {
        let app = if n % 2 == 0 { &a } else { &b };
        say(app, &boss, place_id, &format!("{n}")).await;
    }
    let received = async || {
        let listed = notifications::list(&a, &alice, false, 0, 100).await.unwrap();
        let mut rows = listed.notifications;
        rows.retain(|row| row.kind == entity::notification::Kind::MessageReceived);
        rows
    };
    until("all of them", async || received().await.len() == MESSAGES).await;
    let mut rows = received().await;
    rows.sort_by_key(|row| row.id.0);
    let seqs: Vec<i64> = rows.iter().map(|row| row.data["seq"].as_i64().unwrap()).collect();
    assert!(seqs.is_sorted(), "{seqs:?}");
    a.shutdown.cancel();
    b.shutdown.cancel();
    for worker in workers {
        worker.done.await.unwrap();
    }
}

//! Webhooks: who is told of what, signed, tried again, given up; on a clock moved by hand and a real receiver.

mod log;
mod told;
mod tries;

use crate::support::*;
use crate::writer::picture;
use accounts::users::Named;
use app::App;
use app::testing::{Place, person};
use chat::attachments;
use chat::messages;
use chat::messages::SendMessage;
use chat::participants;
use desk::notifications;
use desk::tickets::{self, CreateTicket, UpdateTicket, Which};
use desk::work;
use desk::work::UpdateConversation;
use entity::job::State;
use entity::ticket::Urgency;
use entity::user::Role;
use entity::webhook_delivery::{self, Status};
use entity::{EndpointId, webhook_endpoint};
use futures_util::future::join_all;
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::webhook_event::EventType;
use outreach::webhooks::{
    self, Cursor, LEASE, PER_ENDPOINT, Slots, UpdateEndpoint, attempt, claim, fan_out, record,
};
use platform::job::Job;
use platform::testing_receiver::{Post, Receiver, Reply};
use rstest::rstest;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

struct Scene {
    clock: Clock,
    app: App,
    admin: Actor,
    alice: Actor,
    place: Place,
}

async fn scene() -> Scene {
    scene_with(&[]).await
}

async fn scene_with(changes: &[(&str, &str)]) -> Scene {
    let place = Place::new().await;
    let clock = Clock::fixed(Clock::System.now());
    let mut all = vec![("WEBHOOK_ALLOW_NETS", "127.0.0.0/8")];
    all.extend(changes);
    let app = place.app(clock.clone(), &all).await;
    Scene {
        admin: person(&app, "root", Role::Admin, None).await,
        alice: person(&app, "alice", Role::User, None).await,
        clock,
        app,
        place,
    }
}

fn command(url: &str, events: &[&str]) -> webhooks::CreateEndpoint {
    webhooks::CreateEndpoint {
        url: url.into(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        description: None,
    }
}

impl Scene {
    async fn endpoint(&self, url: &str, events: &[&str]) -> webhook_endpoint::Model {
        webhooks::create(&self.app.outreach, &self.admin, command(url, events))
            .await
            .expect("an endpoint")
    }

    async fn stored(&self, id: EndpointId) -> webhook_endpoint::Model {
        webhooks::get(&self.app.outreach, &self.admin, id)
            .await
            .expect("the endpoint")
    }

    /// An endpoint's deliveries, newest first.
    async fn log(&self, id: EndpointId) -> Vec<webhook_delivery::Model> {
        let listed = webhooks::deliveries(&self.app.outreach, &self.admin, id, None, 100).await;
        listed.expect("the log").rows
    }

    /// The one delivery of an endpoint.
    async fn only(&self, id: EndpointId) -> webhook_delivery::Model {
        let mut log = self.log(id).await;
        assert_eq!(log.len(), 1, "{log:?}");
        log.remove(0)
    }

    fn advance(&self, by: chrono::Duration) {
        self.clock.advance(by);
    }

    /// Moves the clock to when the delivery is due.
    async fn until_due(&self, id: EndpointId) -> chrono::Duration {
        let due = self.only(id).await.next_attempt_at.expect("another try");
        let pause = due - self.clock.now();
        self.advance(pause);
        pause
    }
}

/// Runs the jobs that make deliveries. Returns how many there were.
async fn fan_out_all(app: &App) -> usize {
    let mut count = 0;
    for row in jobs(app, "fan_out_events").await {
        if row.state == State::Done {
            continue;
        }
        let Job::FanOutEvents { events, at } = serde_json::from_value(row.payload).unwrap() else {
            panic!("another job")
        };
        fan_out(&app.outreach, lease(app, row.id).await, &events, at)
            .await
            .unwrap();
        count += 1;
    }
    count
}

fn all_slots() -> Slots {
    Slots {
        free: 64,
        ..Slots::default()
    }
}

/// Makes what is due, as the worker does. Returns how many attempts that were.
async fn deliver(app: &App) -> usize {
    let claims = claim(&app.outreach, &all_slots()).await.unwrap();
    let attempts = join_all(claims.into_iter().map(|claim| attempt(&app.outreach, claim))).await;
    let count = attempts.len();
    record(&app.outreach, attempts).await.unwrap();
    count
}

fn codes(row: &webhook_delivery::Model) -> Vec<Value> {
    let entries = row.attempts.as_array().unwrap();
    entries.iter().map(|entry| entry["status_code"].clone()).collect()
}

async fn ok() -> Receiver {
    Receiver::start(|_| Reply::Status(200)).await
}

fn types(posts: &[Post]) -> Vec<String> {
    let mut types: Vec<_> = posts
        .iter()
        .map(|post| post.json()["type"].as_str().unwrap().to_owned())
        .collect();
    types.sort();
    types
}

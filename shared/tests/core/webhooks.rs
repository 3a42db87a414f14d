//! Webhooks: who is told of what, signed, tried again, given up; on a clock moved by hand and a real receiver.

mod log;
mod told;
mod tries;

use crate::support::*;
use crate::writer::picture;
use futures_util::future::join_all;
use kernel::actor::Actor;
use kernel::clock::Clock;
use platform::testing_receiver::{Post, Receiver, Reply};
use rstest::rstest;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use shared::attachments;
use shared::conversations::{self, UpdateConversation};
use shared::core::Core;
use shared::desk;
use shared::entity::job::State;
use shared::entity::ticket::Urgency;
use shared::entity::user::Role;
use shared::entity::webhook_delivery::{self, Status};
use shared::entity::{EndpointId, webhook_endpoint};
use shared::job::Job;
use shared::messages::SendMessage;
use shared::testing::{Place, person};
use shared::tickets::{self, CreateTicket, UpdateTicket, Which};
use shared::users::Named;
use shared::webhooks::{
    self, Cursor, EventType, LEASE, PER_ENDPOINT, Slots, UpdateEndpoint, attempt, claim, fan_out, record,
};
use shared::{messages, notifications, participants};

struct Scene {
    clock: Clock,
    core: Core,
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
    let core = place.core(clock.clone(), &all).await;
    Scene {
        admin: person(&core, "root", Role::Admin, None).await,
        alice: person(&core, "alice", Role::User, None).await,
        clock,
        core,
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
        webhooks::create(&self.core, &self.admin, command(url, events))
            .await
            .expect("an endpoint")
    }

    async fn stored(&self, id: EndpointId) -> webhook_endpoint::Model {
        webhooks::get(&self.core, &self.admin, id)
            .await
            .expect("the endpoint")
    }

    /// An endpoint's deliveries, newest first.
    async fn log(&self, id: EndpointId) -> Vec<webhook_delivery::Model> {
        let listed = webhooks::deliveries(&self.core, &self.admin, id, None, 100).await;
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
async fn fan_out_all(core: &Core) -> usize {
    let mut count = 0;
    for row in jobs(core, "fan_out_events").await {
        if row.state == State::Done {
            continue;
        }
        let Job::FanOutEvents { events, at } = serde_json::from_value(row.payload).unwrap() else {
            panic!("another job")
        };
        fan_out(core, lease(core, row.id).await, &events, at)
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
async fn deliver(core: &Core) -> usize {
    let claims = claim(core, &all_slots()).await.unwrap();
    let attempts = join_all(claims.into_iter().map(|claim| attempt(core, claim))).await;
    let count = attempts.len();
    record(core, attempts).await.unwrap();
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

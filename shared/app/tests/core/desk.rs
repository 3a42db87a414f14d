//! The desk: who has a conversation, where it stands, what the staff notes about it.

mod assign;
mod lists;
mod notes;
mod status;

use crate::support::*;
use app::App;
use app::testing::TestApp;
use chat::conversations;
use desk::notifications;
use desk::tickets::{self, CreateTicket, Ticket};
use entity::ConversationId;
use entity::message::Voice;
use entity::notification::Kind;
use entity::ticket::Urgency;
use entity::user::{Department, Role};
use kernel::actor::Actor;
use kernel::message::Message;
use outreach::notify;

/// A customer and three people of the company.
pub struct Desk {
    pub app: TestApp,
    pub alice: Actor,
    pub ann: Actor,
    pub ben: Actor,
    pub hanna: Actor,
    pub boss: Actor,
}

impl Desk {
    pub async fn open() -> Self {
        let app = TestApp::new().await;
        Self {
            alice: app.user("alice").await,
            ann: app.person("ann", Role::Agent, None).await,
            ben: app.person("ben", Role::Agent, Some(Department::It)).await,
            hanna: app.person("hanna", Role::Agent, Some(Department::Hr)).await,
            boss: app.person("boss", Role::Admin, None).await,
            app,
        }
    }

    /// A conversation as this person sees it.
    pub async fn seen(&self, who: &Actor, id: ConversationId) -> conversations::Conversation {
        conversations::get(&self.app, who, id).await.unwrap()
    }

    /// What the server itself said in a conversation, oldest first.
    pub async fn notices(&self, id: ConversationId) -> Vec<String> {
        let all = history(&self.app, &self.boss, id).await;
        numbered(&all);
        let own = all.into_iter().filter(|message| message.voice == Voice::System);
        own.map(|message| message.text).collect()
    }

    /// What this person was told of, oldest first.
    pub async fn told(&self, who: &Actor) -> Vec<Kind> {
        told(&self.app, who).await
    }

    /// A ticket of alice's for the IT department.
    pub async fn ticket(&self) -> Ticket {
        let command = CreateTicket {
            title: None,
            description: "The printer is broken".into(),
            urgency: Urgency::Low,
            topic: None,
            rating: None,
            station: None,
            owner: None,
            sorted: true,
        };
        tickets::create(&self.app, &self.alice, command).await.unwrap()
    }
}

/// What this person was told of, oldest first.
pub async fn told(app: &App, who: &Actor) -> Vec<Kind> {
    let listed = notifications::list(app, who, false, 0, 100).await.unwrap();
    let kinds = listed.notifications.iter().map(|row| row.kind);
    kinds.rev().collect()
}

/// Every number once and in order, whoever wrote.
fn numbered(all: &[Message]) {
    assert!((1..).zip(all).all(|(n, message)| message.seq == n), "{all:?}");
}

/// Does what the worker does with every message that people are to be told of.
pub async fn deliver(app: &App) {
    use entity::job::State;
    use platform::job::Job;
    for row in jobs(app, "deliver_notification").await {
        if row.state != State::Pending {
            continue;
        }
        let job: Job = serde_json::from_value(row.payload).unwrap();
        let Job::DeliverNotification {
            conversation,
            message,
            ..
        } = job
        else {
            panic!("{job:?}")
        };
        notify::of_message(&app.outreach, lease(app, row.id).await, conversation, message)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn what_only_the_staff_sees_is_in_nobody_elses_conversation() {
    let desk = Desk::open().await;
    let id = support(&desk.app, &desk.alice).await;
    let (own, staffs) = (desk.seen(&desk.alice, id).await, desk.seen(&desk.ann, id).await);
    assert!(own.work.is_none() && staffs.work.is_some());
    assert_eq!(own.customer.unwrap().id, desk.alice.id);
    assert!(own.assignee.is_none() && own.ticket.is_none());
    let ticket = desk.ticket().await;
    let own = desk.seen(&desk.alice, ticket.row.conversation_id).await;
    assert_eq!(own.ticket.unwrap().ticket_id, ticket.row.ticket_id);
    let private = group(&desk.app, &desk.ann, &[&desk.ben]).await;
    assert!(desk.seen(&desk.ann, private).await.customer.is_none());
}

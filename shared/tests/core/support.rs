//! What the scenarios share.

use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use shared::conversations::{self, CreateConversation};
use shared::core::Core;
use shared::entity::{ConversationId, JobId, job};
use shared::messages::{self, Message, Page, SendMessage};
use shared::store::outbox::Lease;
use shared::users::Named;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Longer than anything that is awaited takes; a test that reaches it has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A message of this text.
pub fn text(text: impl Into<String>) -> SendMessage {
    SendMessage {
        text: text.into(),
        ..SendMessage::default()
    }
}

/// Sends and unwraps.
pub async fn say(core: &Core, actor: &Actor, id: ConversationId, words: &str) -> Arc<Message> {
    let sent = messages::send(core, actor, id, text(words)).await;
    sent.unwrap_or_else(|error| panic!("{words}: {error:?}")).message
}

/// A customer's conversation, with the bot.
pub async fn support(core: &Core, actor: &Actor) -> ConversationId {
    let made = conversations::create(core, actor, CreateConversation::default()).await;
    made.expect("a conversation").row.id
}

/// A private group of the actor and others.
pub async fn group(core: &Core, actor: &Actor, others: &[&Actor]) -> ConversationId {
    let command = CreateConversation {
        is_group: true,
        participants: others.iter().map(|other| Named::Id(other.id)).collect(),
        ..CreateConversation::default()
    };
    let made = conversations::create(core, actor, command).await;
    made.expect("a group").row.id
}

/// Every message of a conversation, oldest first.
pub async fn history(core: &Core, actor: &Actor, id: ConversationId) -> Vec<Message> {
    let mut all: Vec<Message> = Vec::new();
    loop {
        let after = all.last().map_or(0, |message| message.seq);
        let page = messages::list(core, actor, id, Page::After(after), 200).await;
        let page = page.expect("a page");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// What a core's listeners hear from now on.
pub fn listen(core: &Core) -> mpsc::UnboundedReceiver<Arc<Event>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    core.bus.listen(Box::new(move |event| {
        let _ = sender.send(event.clone());
    }));
    receiver
}

/// The next event that fits.
pub async fn heard(
    events: &mut mpsc::UnboundedReceiver<Arc<Event>>,
    what: &str,
    fits: impl Fn(&Event) -> bool,
) -> Arc<Event> {
    let wait = async {
        loop {
            let event = events.recv().await.expect("the bus is open");
            if fits(&event) {
                return event;
            }
        }
    };
    tokio::time::timeout(PATIENCE, wait)
        .await
        .unwrap_or_else(|_| panic!("not heard: {what}"))
}

/// Waits until a core hears the other instances.
pub async fn connected(core: &Core) {
    let mut connections = core.bus.connections();
    let wait = async {
        while core.bus.is_shared() && *connections.borrow_and_update() == 0 {
            connections.changed().await.expect("the bus is open");
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("a bus");
}

/// The jobs of a kind, oldest first.
pub async fn jobs(core: &Core, kind: &str) -> Vec<job::Model> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
    let found = job::Entity::find()
        .filter(job::Column::Kind.eq(kind))
        .order_by_asc(job::Column::Id)
        .all(&*core.db)
        .await;
    found.expect("jobs")
}

/// The newest job of a kind.
pub async fn newest_job(core: &Core, kind: &str) -> JobId {
    jobs(core, kind)
        .await
        .last()
        .unwrap_or_else(|| panic!("no {kind}"))
        .id
}

/// What a worker that runs this job holds.
pub async fn lease(core: &Core, id: JobId) -> Lease {
    use sea_orm::EntityTrait;
    let row = job::Entity::find_by_id(id).one(&*core.db).await.expect("a job");
    Lease {
        job: id,
        start: row.expect("a job").starts,
    }
}

/// The same for the newest job of a kind.
pub async fn newest_lease(core: &Core, kind: &str) -> Lease {
    lease(core, newest_job(core, kind).await).await
}

/// The error's stable word, for short assertions.
pub fn code<T>(result: Result<T>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

/// The error's sentence.
pub fn detail<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "ok".into(),
        Err(Error::Internal(error)) => format!("internal: {error:#}"),
        Err(error) => error.to_string(),
    }
}

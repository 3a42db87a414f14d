//! What the scenarios share.

use accounts::users::Named;
use app::App;
use chat::conversations::{self, CreateConversation};
use chat::messages::{self, Page, SendMessage};
use entity::{ConversationId, JobId, job};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::message::Message;
use platform::job_store::Lease;
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
pub async fn say(app: &App, actor: &Actor, id: ConversationId, words: &str) -> Arc<Message> {
    let sent = messages::send(app, actor, id, text(words)).await;
    sent.unwrap_or_else(|error| panic!("{words}: {error:?}")).message
}

/// A customer's conversation, with the bot.
pub async fn support(app: &App, actor: &Actor) -> ConversationId {
    let made = conversations::create(app, actor, CreateConversation::default()).await;
    made.expect("a conversation").row.id
}

/// A private group of the actor and others.
pub async fn group(app: &App, actor: &Actor, others: &[&Actor]) -> ConversationId {
    let command = CreateConversation {
        is_group: true,
        participants: others.iter().map(|other| Named::Id(other.id)).collect(),
        ..CreateConversation::default()
    };
    let made = conversations::create(app, actor, command).await;
    made.expect("a group").row.id
}

/// Every message of a conversation, oldest first.
pub async fn history(app: &App, actor: &Actor, id: ConversationId) -> Vec<Message> {
    let mut all: Vec<Message> = Vec::new();
    loop {
        let after = all.last().map_or(0, |message| message.seq);
        let page = messages::list(app, actor, id, Page::After(after), 200).await;
        let page = page.expect("a page");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// What a core's listeners hear from now on.
pub fn listen(app: &App) -> mpsc::UnboundedReceiver<Arc<Event>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    app.bus.listen(Box::new(move |event| {
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
pub async fn connected(app: &App) {
    let mut connections = app.bus.connections();
    let wait = async {
        while app.bus.is_shared() && *connections.borrow_and_update() == 0 {
            connections.changed().await.expect("the bus is open");
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("a bus");
}

/// The jobs of a kind, oldest first.
pub async fn jobs(app: &App, kind: &str) -> Vec<job::Model> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
    let found = job::Entity::find()
        .filter(job::Column::Kind.eq(kind))
        .order_by_asc(job::Column::Id)
        .all(&*app.db)
        .await;
    found.expect("jobs")
}

/// The newest job of a kind.
pub async fn newest_job(app: &App, kind: &str) -> JobId {
    jobs(app, kind)
        .await
        .last()
        .unwrap_or_else(|| panic!("no {kind}"))
        .id
}

/// What a worker that runs this job holds.
pub async fn lease(app: &App, id: JobId) -> Lease {
    use sea_orm::EntityTrait;
    let row = job::Entity::find_by_id(id).one(&*app.db).await.expect("a job");
    Lease {
        job: id,
        start: row.expect("a job").starts,
    }
}

/// The same for the newest job of a kind.
pub async fn newest_lease(app: &App, kind: &str) -> Lease {
    lease(app, newest_job(app, kind).await).await
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

//! What the scenarios share.

use app::App;
use chat::conversations::{self, CreateConversation};
use chat::messages::{self, Page, SendMessage};
use entity::ConversationId;
use kernel::actor::Actor;
use kernel::message::Message;
use std::sync::Arc;
use std::time::Duration;

/// Longer than anything that is awaited takes; a test that reaches it has failed.
pub const LONG: Duration = Duration::from_secs(30);

/// Waits for a state of the database, which announces itself by no event.
pub async fn until(what: &str, state: impl AsyncFn() -> bool) {
    let wait = async {
        while !state().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, wait)
        .await
        .unwrap_or_else(|_| panic!("it never came about: {what}"));
}

/// A customer's conversation, with the bot.
pub async fn support(app: &App, who: &Actor) -> ConversationId {
    let made = conversations::create(app, who, CreateConversation::default()).await;
    made.unwrap().row.id
}

/// Sends and unwraps.
pub async fn say(app: &App, who: &Actor, id: ConversationId, text: &str) -> Arc<Message> {
    let command = SendMessage {
        text: text.into(),
        ..SendMessage::default()
    };
    messages::send(app, who, id, command).await.unwrap().message
}

/// The newest messages of a conversation, oldest first.
pub async fn history(app: &App, who: &Actor, id: ConversationId) -> Vec<Message> {
    messages::list(app, who, id, Page::Last, 200).await.unwrap()
}

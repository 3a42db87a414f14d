//! What a dialect is to the hub and the sockets: a translator that stores, publishes and decides nothing.

use crate::socket::Client;
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use shared::actor::Actor;
use shared::conversations::Conversation;
use shared::core::Core;
use shared::error::Error;
use shared::event::{Change, Event, Person};
use shared::messages::Message;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// What a newcomer is told.
pub struct Welcome {
    pub actor: Actor,
    pub conversation: Conversation,
    /// Who is there, on any instance.
    pub online: Vec<Person>,
    /// The conversation's newest change.
    pub rev: i64,
    /// The conversation's newest message.
    pub last_seq: i64,
}

/// What comes of a client's frame.
pub enum Reaction {
    Nothing,
    /// An answer to this client alone.
    Reply(Utf8Bytes),
    /// An answer to a client that sends too fast; many of them close its socket.
    TooFast(Utf8Bytes),
    /// An answer, if any, once something is durable; the next frame is read meanwhile.
    Later(BoxFuture<'static, Option<Utf8Bytes>>),
}

/// A client dialect's WebSocket side.
#[async_trait]
pub trait Dialect: Send + Sync + 'static {
    /// Unique among the dialects.
    fn id(&self) -> usize;

    /// Its name in metrics.
    fn name(&self) -> &'static str;

    /// Which kind of viewer this person is: an event is encoded once for each.
    fn class(&self, _actor: &Actor) -> u8 {
        0
    }

    /// An event as its clients see it; none where they do not.
    fn encode(&self, event: &Event, class: u8, core: &Core) -> Option<Utf8Bytes>;

    /// A conversation that changed, as one viewer sees it.
    fn conversation_changed(&self, conversation: Conversation, core: &Core) -> Option<Utf8Bytes>;

    /// The first frames of a socket that joined.
    fn greet(&self, welcome: &Welcome, core: &Core) -> Vec<Utf8Bytes>;

    /// The first frame of an inbox.
    fn greet_inbox(&self, actor: &Actor) -> Utf8Bytes;

    /// Too much was missed to be sent: read it by REST.
    fn resync(&self, rev: i64) -> Option<Utf8Bytes>;

    /// A refusal of a client's frame.
    fn refuse(&self, error: &Error, client_id: Option<&str>) -> Utf8Bytes;

    /// A client's frame.
    async fn receive(&self, core: &Core, client: &Client, text: Utf8Bytes) -> Reaction;
}

/// A message read back from the database as the event that it would have been for somebody who had seen
/// everything up to `since`.
pub fn as_event(message: Arc<Message>, since: i64) -> Event {
    if message.created_rev > since {
        Event::MessageSent { message }
    } else {
        Event::MessageChanged {
            message,
            change: Change::Unknown,
        }
    }
}

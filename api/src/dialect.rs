//! What a dialect is to the hub and the sockets: a translator that stores, publishes and decides nothing.

use crate::hub::Closing;
use crate::socket::{Client, code};
use accounts::tokens;
use app::App;
use async_trait::async_trait;
use chat::conversations::Conversation;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error};
use kernel::event::{Change, Event};
use kernel::message::Message;
use kernel::person::Person;
use std::net::IpAddr;
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

/// Where a client wants to go, and how it says who it is.
pub struct Wish {
    pub token: Option<String>,
    /// The conversation as the path names it; none for the inbox.
    pub place: Option<String>,
    pub address: IpAddr,
    /// The query's pairs, decoded.
    pub query: Vec<(String, String)>,
}

impl Wish {
    /// A query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        let pair = self.query.iter().find(|(of, _)| of == name);
        pair.map(|(_, value)| value.as_str())
    }
}

/// Why a socket is refused.
#[derive(Debug)]
pub enum Refusal {
    /// It does not say who it is, or not so that we believe it.
    Unauthorized(AuthFailure),
    /// There is no such conversation.
    Unknown,
    /// There is, and this person may not see it.
    Foreign,
    /// Something else; the log says what.
    Failed(Error),
}

impl Refusal {
    /// The close code and reason that most dialects give.
    pub fn closing(&self) -> Closing {
        match self {
            Self::Unauthorized(AuthFailure::Revoked) => {
                Closing::new(code::REVOKED, AuthFailure::Revoked.detail())
            }
            Self::Unauthorized(AuthFailure::Credentials) => Closing::new(code::TOKEN, "Invalid token"),
            Self::Unauthorized(failure) => Closing::new(code::TOKEN, failure.detail()),
            Self::Unknown | Self::Foreign => Closing::new(code::NO_ACCESS, "No access to this conversation"),
            Self::Failed(Error::Unavailable(_)) => {
                Closing::new(code::BUSY, "The server is busy: try again later")
            }
            Self::Failed(_) => Closing::new(1011, "Internal error, try again"),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Unauthorized(failure) => Self::Unauthorized(failure),
            Error::NotFound(_) | Error::Forbidden(_) => Self::Foreign,
            other => Self::Failed(other),
        }
    }
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

    /// Who opens this socket: the token's holder, unless the dialect knows people otherwise.
    async fn identify(&self, core: &App, wish: &Wish) -> Result<Actor, Error> {
        let token = wish
            .token
            .as_deref()
            .ok_or(Error::Unauthorized(AuthFailure::Missing))?;
        tokens::authenticate(core, token).await
    }

    /// How a socket is refused: a foreign conversation like one that does not exist, unless the dialect tells
    /// them apart.
    fn refuse_socket(&self, why: &Refusal, _wish: &Wish) -> Closing {
        why.closing()
    }

    /// Whether the person whose doing an event was sees it too.
    fn echoes(&self, _event: &Event) -> bool {
        true
    }

    /// Whether its sockets are counted over all instances.
    fn is_counted(&self) -> bool {
        false
    }

    /// An event as its clients see it; none where they do not.
    fn encode(&self, event: &Event, class: u8, core: &App) -> Option<Utf8Bytes>;

    /// The same for a room whose conversation has another name (`TKT-…`, `chat-…`), where the dialect's frames hold it.
    fn encode_in(&self, event: &Event, class: u8, alias: Option<&str>, core: &App) -> Option<Utf8Bytes> {
        let _ = alias;
        self.encode(event, class, core)
    }

    /// A conversation that changed, as one viewer sees it; none where its clients do not.
    fn conversation_changed(&self, _conversation: Conversation, _core: &App) -> Option<Utf8Bytes> {
        None
    }

    /// The first frames of a socket that joined.
    fn greet(&self, welcome: &Welcome, core: &App) -> Vec<Utf8Bytes>;

    /// The first frame of an inbox; none where the dialect has no inboxes.
    fn greet_inbox(&self, _actor: &Actor) -> Option<Utf8Bytes> {
        None
    }

    /// Too much was missed to be sent: read it by REST.
    fn resync(&self, _rev: i64) -> Option<Utf8Bytes> {
        None
    }

    /// A refusal of a client's frame.
    fn refuse(&self, error: &Error, client_id: Option<&str>) -> Utf8Bytes;

    /// The same where the dialect's frames say when.
    fn refuse_at(&self, error: &Error, now: DateTime<Utc>) -> Utf8Bytes {
        let _ = now;
        self.refuse(error, None)
    }

    /// A client's frame.
    async fn receive(&self, core: &App, client: &Client, text: Utf8Bytes) -> Reaction;
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

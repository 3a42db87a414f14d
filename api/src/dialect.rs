//! What a dialect is to its sockets: a translator that stores, publishes and decides nothing. It reads frames into
//! commands, which the connection carries out, and words the answers.

use crate::client::Client;
use crate::close::{CloseCode, Closing};
use crate::problem::Problem;
use crate::serializer::Serializer;
use accounts::tokens;
use app::App;
use async_trait::async_trait;
use chat::conversations::Conversation;
use chat::messages::{DeleteMessage, EditMessage, React, SendMessage, Sent};
use chat::receipts::UpTo;
use chrono::{DateTime, Utc};
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error};
use kernel::event::Status;
use kernel::person::Person;
use std::net::IpAddr;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// What a newcomer is sent first.
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
pub struct ConnectRequest {
    pub token: Option<String>,
    /// The conversation as the path names it; none for the inbox.
    pub conversation: Option<String>,
    pub address: IpAddr,
    /// The query's pairs, decoded.
    pub query: Vec<(String, String)>,
}

impl ConnectRequest {
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
                Closing::new(CloseCode::Revoked, AuthFailure::Revoked.detail())
            }
            Self::Unauthorized(AuthFailure::Credentials) => Closing::new(CloseCode::Token, "Invalid token"),
            Self::Unauthorized(failure) => Closing::new(CloseCode::Token, failure.detail()),
            Self::Unknown | Self::Foreign => {
                Closing::new(CloseCode::NoAccess, "No access to this conversation")
            }
            Self::Failed(Error::Unavailable(_)) => Closing::busy(),
            Self::Failed(_) => Closing::new(CloseCode::Internal, "Internal error, try again"),
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

/// What a client's frame asks for, in whichever dialect.
pub enum Command {
    Send(SendMessage),
    Edit(EditMessage),
    Delete(DeleteMessage),
    React(React),
    Read(UpTo),
    Typing(bool),
    Presence(Status),
    Ping,
    /// What its dialect passes over.
    Nothing,
}

/// A client's frame, read.
pub struct ClientFrame {
    pub command: Command,
    /// The conversation that it names, in dialects whose frames name one.
    pub conversation: Option<String>,
}

impl From<Command> for ClientFrame {
    fn from(command: Command) -> Self {
        Self {
            command,
            conversation: None,
        }
    }
}

impl ClientFrame {
    /// The sender's own name for the message that it sends.
    pub fn client_id(&self) -> Option<&str> {
        match &self.command {
            Command::Send(message) => message.client_id.as_deref(),
            _ => None,
        }
    }
}

/// A path on which a dialect's clients open sockets.
pub struct SocketPath {
    /// As the router takes it. With an `:id` it leads to the conversation of that name, without one to the inbox.
    pub path: &'static str,
    /// Where dialects share a path: how the names of this one's conversations begin.
    pub names: &'static str,
    pub dialect: &'static dyn Dialect,
}

/// A client dialect's WebSocket side.
#[async_trait]
pub trait Dialect: Serializer {
    /// Which kind of viewer this person is: an event is encoded once for each.
    fn class(&self, _actor: &Actor) -> u8 {
        0
    }

    /// Whether its sockets are counted over all instances.
    fn is_counted(&self) -> bool {
        false
    }

    /// Refuses a conversation's name before the upgrade, where the dialect has a form for that.
    fn check_name(&self, _name: &str) -> Result<(), Problem> {
        Ok(())
    }

    /// Who opens this socket: the token's holder, unless the dialect knows people otherwise.
    async fn identify(&self, app: &App, request: &ConnectRequest) -> Result<Actor, Error> {
        let missing = Error::Unauthorized(AuthFailure::Missing);
        tokens::authenticate(app, request.token.as_deref().ok_or(missing)?).await
    }

    /// How a socket is refused: a foreign conversation like one that does not exist, unless the dialect tells
    /// them apart.
    fn refuse_socket(&self, why: &Refusal, _request: &ConnectRequest) -> Closing {
        why.closing()
    }

    /// The first frame of a socket that joined.
    fn welcome(&self, welcome: &Welcome, app: &App) -> Utf8Bytes;

    /// The first frame of an inbox; none where the dialect has no inboxes.
    fn welcome_inbox(&self, _actor: &Actor) -> Option<Utf8Bytes> {
        None
    }

    /// Too much was missed to be sent: read it by REST.
    fn resync(&self, _rev: i64) -> Option<Utf8Bytes> {
        None
    }

    /// Reads a client's frame.
    fn decode(&self, text: &str) -> Result<ClientFrame, Error>;

    /// Refuses a frame that names another conversation than its socket's.
    async fn check_conversation(&self, _core: &App, _client: &Client, _named: &str) -> Result<(), Error> {
        Ok(())
    }

    /// The answer to a ping.
    fn pong(&self, alias: Option<&str>, now: DateTime<Utc>) -> Utf8Bytes;

    /// What a sender gets, besides what everybody gets, once their message is durable.
    fn acknowledge(&self, _sent: &Sent, _client_id: Option<&str>, _alias: Option<&str>) -> Option<Utf8Bytes> {
        None
    }

    /// The refusal of a client's frame; the socket stays open.
    fn refuse(&self, error: &Error, client_id: Option<&str>, now: DateTime<Utc>) -> Utf8Bytes;
}

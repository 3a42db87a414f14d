//! `/ws/chat/TKT-…`: a ticket's chat.

use super::error::other_ticket;
use super::routes::number;
use super::socket_frames::{self, Helpdesk};
use crate::client::Client;
use crate::dialect::{ClientFrame, Dialect, SocketPath, Welcome};
use app::App;
use async_trait::async_trait;
use chat::messages::Sent;
use chrono::{DateTime, Utc};
use desk::tickets::{self, Which};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Where its clients connect: a ticket's name speaks this dialect.
pub static SOCKETS: [SocketPath; 1] = [SocketPath {
    path: "/ws/chat/:id",
    names: "TKT-",
    dialect: &Helpdesk,
}];

/// Where its own front end connects: whatever the ticket's name, it speaks this dialect.
pub static MOUNTED_SOCKETS: [SocketPath; 1] = [SocketPath {
    path: "/as/helpdesk/ws/chat/:id",
    names: "",
    dialect: &Helpdesk,
}];

#[async_trait]
impl Dialect for Helpdesk {
    fn class(&self, actor: &Actor) -> u8 {
        if actor.is_staff() { socket_frames::STAFF } else { 0 }
    }

    fn welcome(&self, welcome: &Welcome, app: &App) -> Utf8Bytes {
        let ticket_id = welcome.conversation.row.alias.as_deref().unwrap_or_default();
        socket_frames::connected(welcome, ticket_id, app.clock.now())
    }

    fn resync(&self, rev: i64) -> Option<Utf8Bytes> {
        Some(socket_frames::resync(rev))
    }

    fn decode(&self, text: &str) -> Result<ClientFrame> {
        socket_frames::parse(text)
    }

    /// A client means this socket's ticket by whichever of its names it uses.
    async fn check_conversation(&self, app: &App, client: &Client, named: &str) -> Result<()> {
        let here = client.conversation;
        if client.alias.as_deref() == Some(named) || named.parse().ok() == here {
            return Ok(());
        }
        let number = number(named).ok_or_else(other_ticket)?;
        match tickets::get(app, &client.actor, &Which::Number(number)).await {
            Ok(ticket) if Some(ticket.row.conversation_id) == here => Ok(()),
            _ => Err(other_ticket()),
        }
    }

    fn pong(&self, alias: Option<&str>, now: DateTime<Utc>) -> Utf8Bytes {
        socket_frames::pong(alias.unwrap_or_default(), now)
    }

    /// A message comes back to its sender with the others' copies; a repeat is answered to its sender alone.
    fn acknowledge(&self, sent: &Sent, _client_id: Option<&str>, alias: Option<&str>) -> Option<Utf8Bytes> {
        (!sent.is_new).then(|| socket_frames::sent(&sent.message, alias.unwrap_or_default()))
    }

    fn refuse(&self, error: &Error, _client_id: Option<&str>, now: DateTime<Utc>) -> Utf8Bytes {
        socket_frames::error(error, now)
    }
}

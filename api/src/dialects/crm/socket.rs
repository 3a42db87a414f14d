//! `/ws/chat/{conversation_id}` and `/ws/inbox` of the `crm` dialect.

use super::socket_frames::{self, CRM, Crm, MOUNTED};
use crate::dialect::{ClientFrame, Dialect, SocketPath, Welcome};
use app::App;
use chat::messages::Sent;
use chrono::{DateTime, Utc};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Where its clients connect. A name of another dialect's on the same path is that one's.
pub static SOCKETS: [SocketPath; 2] = [
    SocketPath {
        path: "/ws/chat/:id",
        names: "",
        dialect: &CRM,
    },
    SocketPath {
        path: "/ws/inbox",
        names: "",
        dialect: &CRM,
    },
];

/// Where its own front end connects.
pub static MOUNTED_SOCKETS: [SocketPath; 2] = [
    SocketPath {
        path: "/as/crm/ws/chat/:id",
        names: "",
        dialect: &MOUNTED,
    },
    SocketPath {
        path: "/as/crm/ws/inbox",
        names: "",
        dialect: &MOUNTED,
    },
];

impl Dialect for Crm {
    fn welcome(&self, welcome: &Welcome, app: &App) -> Utf8Bytes {
        socket_frames::connected(welcome, app)
    }

    fn welcome_inbox(&self, actor: &Actor) -> Option<Utf8Bytes> {
        Some(socket_frames::inbox_connected(actor))
    }

    fn resync(&self, rev: i64) -> Option<Utf8Bytes> {
        Some(socket_frames::resync(rev))
    }

    fn decode(&self, text: &str) -> Result<ClientFrame> {
        socket_frames::parse(text).map(Into::into)
    }

    fn pong(&self, _alias: Option<&str>, _now: DateTime<Utc>) -> Utf8Bytes {
        socket_frames::pong()
    }

    fn acknowledge(&self, sent: &Sent, client_id: Option<&str>, _alias: Option<&str>) -> Option<Utf8Bytes> {
        Some(socket_frames::acknowledgement(&sent.message, client_id))
    }

    fn refuse(&self, error: &Error, client_id: Option<&str>, _now: DateTime<Utc>) -> Utf8Bytes {
        socket_frames::error(error, client_id)
    }
}

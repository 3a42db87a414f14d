//! `/api/chat/ws/{conversation_id}` of the `team` dialect.

use super::socket_frames::{self, MOUNTED, TEAM, Team};
use crate::close::{CloseCode, Closing};
use crate::dialect::{ClientFrame, ConnectRequest, Dialect, Refusal, SocketPath, Welcome};
use app::App;
use chat::messages::Sent;
use chrono::{DateTime, Utc};
use entity::UserId;
use kernel::error::{AuthFailure, Error, Result};
use kernel::person::Person;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Where its clients connect.
pub static SOCKETS: [SocketPath; 1] = [SocketPath {
    path: "/api/chat/ws/:id",
    names: "",
    dialect: &TEAM,
}];

/// Where its own front end connects, and where the guide's clients do.
pub static MOUNTED_SOCKETS: [SocketPath; 2] = [
    SocketPath {
        path: "/as/team/ws/chat/:id",
        names: "",
        dialect: &MOUNTED,
    },
    SocketPath {
        path: "/as/team/api/chat/ws/:id",
        names: "",
        dialect: &TEAM,
    },
];

impl Dialect for Team {
    fn refuse_socket(&self, why: &Refusal, _request: &ConnectRequest) -> Closing {
        match why {
            Refusal::Unauthorized(AuthFailure::Revoked) | Refusal::Failed(_) => why.closing(),
            Refusal::Unauthorized(_) => Closing::new(CloseCode::Token, "Invalid token"),
            Refusal::Unknown | Refusal::Foreign => {
                Closing::new(CloseCode::NoAccess, "Not a member of this conversation")
            }
        }
    }

    fn welcome(&self, welcome: &Welcome, _core: &App) -> Utf8Bytes {
        let online: Vec<UserId> = welcome.online.iter().map(|who| who.id).collect();
        socket_frames::joined(&Person::from(&welcome.actor), &online)
    }

    fn decode(&self, text: &str) -> Result<ClientFrame> {
        socket_frames::parse(text).map(Into::into)
    }

    fn pong(&self, _alias: Option<&str>, _now: DateTime<Utc>) -> Utf8Bytes {
        socket_frames::pong()
    }

    /// A message comes back to its sender with the others' copies; a repeat is answered to its sender alone.
    fn acknowledge(&self, sent: &Sent, _client_id: Option<&str>, _alias: Option<&str>) -> Option<Utf8Bytes> {
        (!sent.is_new).then(|| socket_frames::sent(&sent.message))
    }

    fn refuse(&self, error: &Error, _client_id: Option<&str>, _now: DateTime<Utc>) -> Utf8Bytes {
        socket_frames::error(error)
    }
}

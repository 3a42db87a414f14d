//! `/api/chats/ws/{chat_id}` of the `rooms` dialect.

use super::error::unknown;
use super::socket_frames::{self, MOUNTED, ROOMS, Rooms};
use crate::close::{CloseCode, Closing};
use crate::dialect::{ClientFrame, ConnectRequest, Dialect, Refusal, SocketPath, Welcome};
use crate::problem::Problem;
use accounts::tokens;
use app::App;
use async_trait::async_trait;
use chat::rooms;
use chat::scope;
use chrono::{DateTime, Utc};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use poem::http::StatusCode;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Where its clients connect.
pub static SOCKETS: [SocketPath; 1] = [SocketPath {
    path: "/api/chats/ws/:id",
    names: "",
    dialect: &ROOMS,
}];

/// Where its own front end connects.
pub static MOUNTED_SOCKETS: [SocketPath; 1] = [SocketPath {
    path: "/as/rooms/api/chats/ws/:id",
    names: "",
    dialect: &MOUNTED,
}];

#[async_trait]
impl Dialect for Rooms {
    fn is_counted(&self) -> bool {
        true
    }

    /// What has no id's form is refused before the upgrade.
    fn check_name(&self, name: &str) -> Result<(), Problem> {
        if scope::is_name(name) {
            return Ok(());
        }
        let refusal = unknown(name).to_string();
        Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", refusal))
    }

    async fn identify(&self, app: &App, request: &ConnectRequest) -> Result<Actor> {
        let holder = match &request.token {
            Some(token) => Some(tokens::authenticate(app, token).await?),
            None => None,
        };
        let name = request.query("user_id").filter(|name| !name.is_empty());
        rooms::identify(app, holder, name).await
    }

    fn refuse_socket(&self, why: &Refusal, request: &ConnectRequest) -> Closing {
        match why {
            Refusal::Unknown => {
                let chat = request.conversation.as_deref().unwrap_or_default();
                Closing::new(CloseCode::Gone, unknown(chat).to_string())
            }
            Refusal::Foreign => Closing::new(CloseCode::NoAccess, "Not a participant of this chat"),
            Refusal::Unauthorized(_) | Refusal::Failed(_) => why.closing(),
        }
    }

    fn welcome(&self, welcome: &Welcome, app: &App) -> Utf8Bytes {
        let id = welcome.conversation.row.id;
        socket_frames::joined(id, &welcome.actor.username, app)
    }

    fn decode(&self, text: &str) -> Result<ClientFrame> {
        self.parse(text).map(Into::into)
    }

    fn pong(&self, _alias: Option<&str>, now: DateTime<Utc>) -> Utf8Bytes {
        socket_frames::pong(now)
    }

    fn refuse(&self, error: &Error, _client_id: Option<&str>, _now: DateTime<Utc>) -> Utf8Bytes {
        socket_frames::error(error)
    }
}

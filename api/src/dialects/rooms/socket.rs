//! `/api/chats/ws/{chat_id}` of the `rooms` dialect.

use super::error::unknown;
use super::socket_frames::{self, Command};
use crate::app::App;
use crate::dialect::{Dialect, Reaction, Refusal, Welcome, Wish};
use crate::hub::Closing;
use crate::problem::Problem;
use crate::socket::{self, Client, code};
use async_trait::async_trait;
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use poem::http::{Method, StatusCode};
use poem::{Endpoint, Request, Response, endpoint};
use shared::core::Core;
use shared::entity::ConversationId;
use shared::messages::{self, SendMessage};
use shared::receipts::{self, UpTo};
use shared::{rooms, tokens};
use tokio_tungstenite::tungstenite::Utf8Bytes;

struct Rooms;

static ROOMS: Rooms = Rooms;

/// The endpoint of a chat's sockets. What has no id's form is refused before the upgrade.
pub fn chat(app: App) -> impl Endpoint<Output = Response> {
    endpoint::make_sync(move |request: Request| {
        let place = request.path_params::<String>().unwrap_or_default();
        // only a GET can be refused as a socket; the upgrade says so of the rest
        if rooms::is_name(&place) || request.method() != Method::GET {
            Ok::<_, Problem>(socket::serve(&app, &ROOMS, &request, Some(place)))
        } else {
            let refusal = unknown(&place).to_string();
            Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", refusal))
        }
    })
}

#[async_trait]
impl Dialect for Rooms {
    fn id(&self) -> usize {
        2
    }

    fn name(&self) -> &'static str {
        "rooms"
    }

    async fn identify(&self, core: &Core, wish: &Wish) -> Result<Actor> {
        let holder = match &wish.token {
            Some(token) => Some(tokens::authenticate(core, token).await?),
            None => None,
        };
        let name = wish.query("user_id").filter(|name| !name.is_empty());
        rooms::identify(core, holder, name).await
    }

    fn refuse_socket(&self, why: &Refusal, wish: &Wish) -> Closing {
        match why {
            Refusal::Unknown => {
                let chat = wish.place.as_deref().unwrap_or_default();
                Closing::new(code::GONE, unknown(chat).to_string())
            }
            Refusal::Foreign => Closing::new(code::NO_ACCESS, "Not a participant of this chat"),
            Refusal::Unauthorized(_) | Refusal::Failed(_) => why.closing(),
        }
    }

    fn is_counted(&self) -> bool {
        true
    }

    fn encode(&self, event: &Event, _class: u8, core: &Core) -> Option<Utf8Bytes> {
        socket_frames::event(event, core)
    }

    fn greet(&self, welcome: &Welcome, core: &Core) -> Vec<Utf8Bytes> {
        let id = welcome.conversation.row.id;
        vec![socket_frames::joined(id, &welcome.actor.username, core)]
    }

    fn refuse(&self, error: &Error, _client_id: Option<&str>) -> Utf8Bytes {
        socket_frames::error(error)
    }

    async fn receive(&self, core: &Core, client: &Client, text: Utf8Bytes) -> Reaction {
        let Some(conversation) = client.conversation else {
            return Reaction::Nothing;
        };
        match socket_frames::parse(&text) {
            Err(error) => Reaction::Reply(socket_frames::error(&error)),
            Ok(Command::Ping) => Reaction::Reply(socket_frames::pong()),
            Ok(Command::Send(message)) => send(core, client, conversation, message).await,
            Ok(Command::Read(message)) => {
                let up_to = UpTo::Messages(vec![message]);
                match receipts::announce_read(core, &client.actor, conversation, up_to).await {
                    Ok(()) => Reaction::Nothing,
                    Err(error) => refusal(&error),
                }
            }
        }
    }
}

/// Gives the message its place in the order now. It comes back like everybody's once it is durable.
async fn send(core: &Core, client: &Client, id: ConversationId, message: SendMessage) -> Reaction {
    match messages::submit(core, &client.actor, id, message).await {
        Err(error) => refusal(&error),
        Ok(sending) => Reaction::Later(Box::pin(async move {
            sending
                .done()
                .await
                .err()
                .map(|error| socket_frames::error(&error))
        })),
    }
}

fn refusal(error: &Error) -> Reaction {
    let frame = socket_frames::error(error);
    if matches!(error, Error::RateLimited { .. }) {
        Reaction::TooFast(frame)
    } else {
        Reaction::Reply(frame)
    }
}

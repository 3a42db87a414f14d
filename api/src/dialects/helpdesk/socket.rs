//! `/ws/chat/TKT-…`: a ticket's chat.

use super::error::other_ticket;
use super::routes::number;
use super::socket_frames::{self, Command};
use crate::app::App;
use crate::dialect::{Dialect, Reaction, Welcome};
use crate::socket::{self, Client};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::actor::Actor;
use kernel::error::Error;
use kernel::event::Event;
use poem::{Request, Response};
use shared::conversations;
use shared::core::Core;
use shared::entity::ConversationId;
use shared::messages::{self, SendMessage};
use shared::tickets::{self, Which};
use tokio_tungstenite::tungstenite::Utf8Bytes;

struct Helpdesk;

static HELPDESK: Helpdesk = Helpdesk;

/// Whether a conversation's name is one that speaks this dialect.
pub fn speaks(place: &str) -> bool {
    place.starts_with("TKT-")
}

/// A socket of the ticket of this name.
pub fn chat(app: &App, request: &Request, place: String) -> Response {
    socket::serve(app, &HELPDESK, request, Some(place))
}

#[async_trait]
impl Dialect for Helpdesk {
    fn id(&self) -> usize {
        1
    }

    fn name(&self) -> &'static str {
        "helpdesk"
    }

    /// Suggestions are for agents and admins.
    fn class(&self, actor: &Actor) -> u8 {
        u8::from(actor.is_staff())
    }

    fn echoes(&self, event: &Event) -> bool {
        !matches!(
            event,
            Event::Typed { .. } | Event::Entered { .. } | Event::Departed { .. }
        )
    }

    fn encode(&self, event: &Event, class: u8, core: &Core) -> Option<Utf8Bytes> {
        self.encode_in(event, class, None, core)
    }

    fn encode_in(&self, event: &Event, class: u8, alias: Option<&str>, core: &Core) -> Option<Utf8Bytes> {
        socket_frames::event(event, alias.unwrap_or_default(), class == 1, core.clock.now())
    }

    fn greet(&self, welcome: &Welcome, core: &Core) -> Vec<Utf8Bytes> {
        let ticket_id = welcome.conversation.row.alias.as_deref().unwrap_or_default();
        vec![socket_frames::connected(welcome, ticket_id, core.clock.now())]
    }

    fn resync(&self, rev: i64) -> Option<Utf8Bytes> {
        Some(socket_frames::resync(rev))
    }

    fn refuse(&self, error: &Error, _client_id: Option<&str>) -> Utf8Bytes {
        socket_frames::error(error, None)
    }

    fn refuse_at(&self, error: &Error, now: DateTime<Utc>) -> Utf8Bytes {
        socket_frames::error(error, Some(now))
    }

    async fn receive(&self, core: &Core, client: &Client, text: Utf8Bytes) -> Reaction {
        let Some(id) = client.conversation else {
            return Reaction::Nothing;
        };
        let frame = match socket_frames::parse(&text) {
            Ok(frame) => frame,
            Err(error) => return refusal(core, &error),
        };
        if let Some(named) = &frame.ticket
            && !is_here(core, client, id, named).await
        {
            return refusal(core, &other_ticket());
        }
        match frame.command {
            Command::Chat(message) => chat_in(core, client, id, message).await,
            Command::Typing => match conversations::type_in(core, &client.actor, id, true).await {
                Ok(()) => Reaction::Nothing,
                Err(error) => refusal(core, &error),
            },
            Command::Ping => {
                let ticket_id = client.alias.as_deref().unwrap_or_default();
                Reaction::Reply(socket_frames::pong(ticket_id, core.clock.now()))
            }
        }
    }
}

/// Whether a client means this socket's ticket, whichever of its names it uses.
async fn is_here(core: &Core, client: &Client, id: ConversationId, named: &str) -> bool {
    if client.alias.as_deref() == Some(named) || named.parse() == Ok(id) {
        return true;
    }
    let Some(number) = number(named) else { return false };
    let found = tickets::get(core, &client.actor, &Which::Number(number)).await;
    found.is_ok_and(|ticket| ticket.row.conversation_id == id)
}

/// Gives the message its place in the order now; it comes back to its sender with the others' copies.
async fn chat_in(core: &Core, client: &Client, id: ConversationId, message: SendMessage) -> Reaction {
    match messages::submit(core, &client.actor, id, message).await {
        Err(error) => refusal(core, &error),
        Ok(sending) => {
            let (core, alias) = (core.clone(), client.alias.clone());
            Reaction::Later(Box::pin(async move {
                match sending.done().await {
                    Ok(sent) if sent.is_new => None,
                    // a repeat is told to nobody else
                    Ok(sent) => Some(socket_frames::sent(
                        &sent.message,
                        alias.as_deref().unwrap_or_default(),
                    )),
                    Err(error) => Some(socket_frames::error(&error, Some(core.clock.now()))),
                }
            }))
        }
    }
}

fn refusal(core: &Core, error: &Error) -> Reaction {
    let frame = socket_frames::error(error, Some(core.clock.now()));
    if matches!(error, Error::RateLimited { .. }) {
        Reaction::TooFast(frame)
    } else {
        Reaction::Reply(frame)
    }
}

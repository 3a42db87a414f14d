//! `/ws/chat/TKT-…`: a ticket's chat.

use super::error::other_ticket;
use super::routes::number;
use super::signals::{self, Command};
use crate::app::ServerState;
use crate::dialect::{Dialect, Reaction, Welcome};
use crate::socket::{self, Client};
use app::App;
use async_trait::async_trait;
use chat::conversations;
use chat::messages::{self, SendMessage};
use chrono::{DateTime, Utc};
use desk::tickets::{self, Which};
use entity::ConversationId;
use kernel::actor::Actor;
use kernel::error::Error;
use kernel::event::Event;
use poem::{Request, Response};
use tokio_tungstenite::tungstenite::Utf8Bytes;

struct Helpdesk;

static HELPDESK: Helpdesk = Helpdesk;

/// Whether a conversation's name is one that speaks this dialect.
pub fn speaks(place: &str) -> bool {
    place.starts_with("TKT-")
}

/// A socket of the ticket of this name.
pub fn chat(app: &ServerState, request: &Request, place: String) -> Response {
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

    fn encode(&self, event: &Event, class: u8, core: &App) -> Option<Utf8Bytes> {
        self.encode_in(event, class, None, core)
    }

    fn encode_in(&self, event: &Event, class: u8, alias: Option<&str>, core: &App) -> Option<Utf8Bytes> {
        signals::event(event, alias.unwrap_or_default(), class == 1, core.clock.now())
    }

    fn greet(&self, welcome: &Welcome, core: &App) -> Vec<Utf8Bytes> {
        let ticket_id = welcome.conversation.row.alias.as_deref().unwrap_or_default();
        vec![signals::connected(welcome, ticket_id, core.clock.now())]
    }

    fn resync(&self, rev: i64) -> Option<Utf8Bytes> {
        Some(signals::resync(rev))
    }

    fn refuse(&self, error: &Error, _client_id: Option<&str>) -> Utf8Bytes {
        signals::error(error, None)
    }

    fn refuse_at(&self, error: &Error, now: DateTime<Utc>) -> Utf8Bytes {
        signals::error(error, Some(now))
    }

    async fn receive(&self, core: &App, client: &Client, text: Utf8Bytes) -> Reaction {
        let Some(id) = client.conversation else {
            return Reaction::Nothing;
        };
        let frame = match signals::parse(&text) {
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
                Reaction::Reply(signals::pong(ticket_id, core.clock.now()))
            }
        }
    }
}

/// Whether a client means this socket's ticket, whichever of its names it uses.
async fn is_here(core: &App, client: &Client, id: ConversationId, named: &str) -> bool {
    if client.alias.as_deref() == Some(named) || named.parse() == Ok(id) {
        return true;
    }
    let Some(number) = number(named) else { return false };
    let found = tickets::get(core, &client.actor, &Which::Number(number)).await;
    found.is_ok_and(|ticket| ticket.row.conversation_id == id)
}

/// Gives the message its place in the order now; it comes back to its sender with the others' copies.
async fn chat_in(core: &App, client: &Client, id: ConversationId, message: SendMessage) -> Reaction {
    match messages::submit(core, &client.actor, id, message).await {
        Err(error) => refusal(core, &error),
        Ok(sending) => {
            let (core, alias) = (core.clone(), client.alias.clone());
            Reaction::Later(Box::pin(async move {
                match sending.done().await {
                    Ok(sent) if sent.is_new => None,
                    // a repeat is told to nobody else
                    Ok(sent) => Some(signals::sent(&sent.message, alias.as_deref().unwrap_or_default())),
                    Err(error) => Some(signals::error(&error, Some(core.clock.now()))),
                }
            }))
        }
    }
}

fn refusal(core: &App, error: &Error) -> Reaction {
    let frame = signals::error(error, Some(core.clock.now()));
    if matches!(error, Error::RateLimited { .. }) {
        Reaction::TooFast(frame)
    } else {
        Reaction::Reply(frame)
    }
}

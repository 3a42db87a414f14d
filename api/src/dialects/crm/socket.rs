//! `/ws/chat/{conversation_id}` and `/ws/inbox` of the `crm` dialect.

use super::socket_frames::{self, Command};
use crate::app::App;
use crate::dialect::{Dialect, Reaction, Welcome};
use crate::socket::{self, Client};
use async_trait::async_trait;
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::person::Person;
use poem::{Endpoint, Request, Response, endpoint};
use shared::conversations::Conversation;
use shared::core::Core;
use shared::entity::ConversationId;
use shared::messages::{self, Place, SendMessage};
use shared::{conversations, presence, receipts};
use tokio_tungstenite::tungstenite::Utf8Bytes;

struct Crm;

static CRM: Crm = Crm;

/// A socket of the conversation of this name.
pub fn chat(app: &App, request: &Request, place: String) -> Response {
    socket::serve(app, &CRM, request, Some(place))
}

/// The endpoint of inboxes.
pub fn inbox(app: App) -> impl Endpoint<Output = Response> {
    endpoint::make_sync(move |request: Request| socket::serve(&app, &CRM, &request, None))
}

#[async_trait]
impl Dialect for Crm {
    fn id(&self) -> usize {
        0
    }

    fn name(&self) -> &'static str {
        "crm"
    }

    fn encode(&self, event: &Event, _class: u8, core: &Core) -> Option<Utf8Bytes> {
        match event {
            // the hub shows it to agents and admins only
            Event::Suggested { .. } => socket_frames::suggestion(event),
            _ => socket_frames::event(event, core),
        }
    }

    fn conversation_changed(&self, conversation: Conversation, core: &Core) -> Option<Utf8Bytes> {
        Some(socket_frames::conversation_changed(conversation, core))
    }

    fn greet(&self, welcome: &Welcome, core: &Core) -> Vec<Utf8Bytes> {
        vec![socket_frames::connected(welcome, core)]
    }

    fn greet_inbox(&self, actor: &Actor) -> Option<Utf8Bytes> {
        Some(socket_frames::inbox_connected(actor))
    }

    fn resync(&self, rev: i64) -> Option<Utf8Bytes> {
        Some(socket_frames::resync(rev))
    }

    fn refuse(&self, error: &Error, client_id: Option<&str>) -> Utf8Bytes {
        socket_frames::error(error, client_id)
    }

    async fn receive(&self, core: &Core, client: &Client, text: Utf8Bytes) -> Reaction {
        let command = match socket_frames::parse(&text) {
            Ok(command) => command,
            Err(error) => return Reaction::Reply(socket_frames::error(&error, None)),
        };
        if let Command::Ping = command {
            return Reaction::Reply(socket_frames::pong());
        }
        let Some(conversation) = client.conversation else {
            let error = Error::invalid("type", "An inbox only listens");
            return Reaction::Reply(socket_frames::error(&error, None));
        };
        if let Command::Send(message) = command {
            return send(core, client, conversation, message).await;
        }
        match act(core, client, conversation, command).await {
            Ok(()) => Reaction::Nothing,
            Err(error) => refusal(&error, None),
        }
    }
}

/// Gives the message its place in the order now, and acknowledges it when it is durable.
async fn send(core: &Core, client: &Client, id: ConversationId, message: SendMessage) -> Reaction {
    let client_id = message.client_id.clone();
    match messages::submit(core, &client.actor, id, message).await {
        Err(error) => refusal(&error, client_id.as_deref()),
        Ok(sending) => Reaction::Later(Box::pin(async move {
            Some(match sending.done().await {
                Ok(sent) => socket_frames::acknowledgement(&sent.message, client_id.as_deref()),
                Err(error) => socket_frames::error(&error, client_id.as_deref()),
            })
        })),
    }
}

async fn act(core: &Core, client: &Client, id: ConversationId, command: Command) -> Result<()> {
    let actor = &client.actor;
    match command {
        Command::Edit(edit) => messages::edit(core, actor, Place::In(id), edit).await.map(drop),
        Command::Delete(delete) => messages::delete(core, actor, Place::In(id), delete)
            .await
            .map(drop),
        Command::React(react) => messages::react(core, actor, Place::In(id), react).await.map(drop),
        Command::Read(up_to) => receipts::announce_read(core, actor, id, up_to).await,
        Command::Typing(is_typing) => conversations::type_in(core, actor, id, is_typing).await,
        Command::Presence(status) => {
            conversations::authorize(core, actor, id).await?;
            presence::announce(core, id, &Person::from(actor), status).await;
            Ok(())
        }
        // handled by the caller
        Command::Ping | Command::Send(_) => Ok(()),
    }
}

fn refusal(error: &Error, client_id: Option<&str>) -> Reaction {
    let frame = socket_frames::error(error, client_id);
    if matches!(error, Error::RateLimited { .. }) {
        Reaction::TooFast(frame)
    } else {
        Reaction::Reply(frame)
    }
}

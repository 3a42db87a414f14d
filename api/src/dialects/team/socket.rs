//! `/api/chat/ws/{conversation_id}` of the `team` dialect.

use super::socket_frames::{self, Command};
use crate::app::App;
use crate::dialect::{Dialect, Reaction, Refusal, Welcome, Wish};
use crate::hub::Closing;
use crate::socket::{self, Client, code};
use async_trait::async_trait;
use kernel::error::{AuthFailure, Error, Result};
use kernel::event::Event;
use kernel::person::Person;
use poem::{Endpoint, Request, Response, endpoint};
use shared::core::Core;
use shared::entity::{ConversationId, UserId};
use shared::messages::{self, Place, SendMessage};
use shared::{conversations, presence};
use tokio_tungstenite::tungstenite::Utf8Bytes;

struct Team;

static TEAM: Team = Team;

/// The endpoint of a conversation's sockets.
pub fn chat(app: App) -> impl Endpoint<Output = Response> {
    endpoint::make_sync(move |request: Request| {
        let place = request.path_params::<String>().unwrap_or_default();
        socket::serve(&app, &TEAM, &request, Some(place))
    })
}

#[async_trait]
impl Dialect for Team {
    fn id(&self) -> usize {
        3
    }

    fn name(&self) -> &'static str {
        "team"
    }

    fn refuse_socket(&self, why: &Refusal, _wish: &Wish) -> Closing {
        match why {
            Refusal::Unauthorized(AuthFailure::Revoked) | Refusal::Failed(_) => why.closing(),
            Refusal::Unauthorized(_) => Closing::new(code::TOKEN, "Invalid token"),
            Refusal::Unknown | Refusal::Foreign => {
                Closing::new(code::NO_ACCESS, "Not a member of this conversation")
            }
        }
    }

    fn echoes(&self, event: &Event) -> bool {
        socket_frames::echoes(event)
    }

    fn encode(&self, event: &Event, _class: u8, _core: &Core) -> Option<Utf8Bytes> {
        socket_frames::event(event)
    }

    fn greet(&self, welcome: &Welcome, _core: &Core) -> Vec<Utf8Bytes> {
        let online: Vec<UserId> = welcome.online.iter().map(|who| who.id).collect();
        vec![socket_frames::joined(&Person::from(&welcome.actor), &online)]
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
            Ok(command) => match act(core, client, conversation, command).await {
                Ok(()) => Reaction::Nothing,
                Err(error) => refusal(&error),
            },
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

async fn act(core: &Core, client: &Client, id: ConversationId, command: Command) -> Result<()> {
    let (actor, here) = (&client.actor, Place::In(id));
    match command {
        Command::Edit(edit) => messages::edit(core, actor, here, edit).await.map(drop),
        Command::Delete(delete) => messages::delete(core, actor, here, delete).await.map(drop),
        Command::React(react) => messages::react(core, actor, here, react).await.map(drop),
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

fn refusal(error: &Error) -> Reaction {
    let frame = socket_frames::error(error);
    if matches!(error, Error::RateLimited { .. }) {
        Reaction::TooFast(frame)
    } else {
        Reaction::Reply(frame)
    }
}

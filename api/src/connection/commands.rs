//! What comes of a client's frame: one way for all dialects.

use crate::client::Client;
use crate::dialect::{ClientFrame, Command, Dialect};
use app::App;
use chat::access;
use chat::conversations;
use chat::messages::{self, Place, Sending};
use chat::presence;
use chat::receipts;
use futures_util::future::BoxFuture;
use kernel::clock::Clock;
use kernel::error::{Error, Result};
use kernel::person::Person;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// What comes of a client's frame.
pub(super) enum FrameOutcome {
    /// It was done; whoever it concerns gets an event.
    Done,
    /// An answer to this client alone.
    Reply(Utf8Bytes),
    /// An answer, if any, once something is durable; the next frame is read meanwhile.
    Later(BoxFuture<'static, Option<Utf8Bytes>>),
}

/// Does what a frame asks for.
pub(super) async fn carry_out(
    app: &App,
    dialect: &'static dyn Dialect,
    client: &Client,
    frame: ClientFrame,
) -> Result<FrameOutcome> {
    let actor = &client.actor;
    if let Some(named) = &frame.conversation {
        dialect.check_conversation(app, client, named).await?;
    }
    if let Command::Ping = frame.command {
        let pong = dialect.pong(client.alias.as_deref(), app.clock.now());
        return Ok(FrameOutcome::Reply(pong));
    }
    let Some(id) = client.conversation else {
        return Err(Error::invalid("type", "An inbox only listens"));
    };
    let here = Place::In(id);
    match frame.command {
        Command::Send(message) => {
            let client_id = message.client_id.clone();
            // its place in the order is given out now, before the next frame is read
            let sending = messages::submit(app, actor, id, message).await?;
            let acknowledged = acknowledge(app, dialect, client, client_id, sending);
            return Ok(FrameOutcome::Later(acknowledged));
        }
        Command::Edit(edit) => drop(messages::edit(app, actor, here, edit).await?),
        Command::Delete(delete) => drop(messages::delete(app, actor, here, delete).await?),
        Command::React(react) => drop(messages::react(app, actor, here, react).await?),
        Command::Read(up_to) => receipts::announce_read(app, actor, id, up_to).await?,
        Command::Typing(is_typing) => conversations::type_in(app, actor, id, is_typing).await?,
        Command::Presence(status) => {
            access::authorize(app, actor, id).await?;
            presence::announce(app, id, &Person::from(actor), status).await;
        }
        // answered above
        Command::Ping | Command::Nothing => {}
    }
    Ok(FrameOutcome::Done)
}

/// The answer to a sender once their message is durable.
fn acknowledge(
    app: &App,
    dialect: &'static dyn Dialect,
    client: &Client,
    client_id: Option<String>,
    sending: Sending,
) -> BoxFuture<'static, Option<Utf8Bytes>> {
    let (clock, alias) = (app.clock.clone(), client.alias.clone());
    Box::pin(async move {
        match sending.done().await {
            Ok(sent) => dialect.acknowledge(&sent, client_id.as_deref(), alias.as_deref()),
            Err(error) => Some(refusal(dialect, &error, client_id.as_deref(), &clock)),
        }
    })
}

/// The refusal of a frame; the log gets what the client does not.
pub(super) fn refusal(
    dialect: &dyn Dialect,
    error: &Error,
    client_id: Option<&str>,
    clock: &Clock,
) -> Utf8Bytes {
    if let Error::Internal(cause) = error {
        tracing::error!(error = format!("{cause:#}"), "a frame failed");
    }
    dialect.refuse(error, client_id, clock.now())
}

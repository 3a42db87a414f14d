//! Joining a conversation: who is there, what did they miss, and only then the live events. No gap, no duplicate: live
//! events are held from before the database is read, and those that the reading covers are left out.

use super::serve::run;
use super::transport::{close, write};
use crate::app::ServerState;
use crate::client::Client;
use crate::close::Closing;
use crate::dialect::{Dialect, Refusal, Welcome};
use crate::hub::{self, Reader};
use crate::upgrade::WebSocket;
use chat::conversations;
use chat::messages::{self, Changes};
use chat::presence;
use chat::receipts;
use chat::stats;
use entity::ConversationId;
use kernel::error::Error;
use kernel::person::Person;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Looks once more at somebody who has subscribed: the event of what was taken from them since they were authenticated did not
/// find their socket.
pub(super) async fn confirm(server: &ServerState, client: &Arc<Client>) -> Result<(), Closing> {
    let confirmed = server.hub.revoker.confirm(client.clone());
    tokio::select! {
        confirmed = confirmed => match confirmed {
            Ok(None) => Ok(()),
            Ok(Some(why)) => Err(why.into()),
            Err(error) => {
                tracing::warn!(%error, "a socket could not be confirmed");
                Err(Closing::busy())
            }
        },
        () = client.send_queue.closed() => Err(client.send_queue.closing().unwrap_or_else(Closing::busy)),
    }
}

/// How a socket that had joined is refused after all.
fn refusal(error: Error) -> Closing {
    Refusal::from(error).closing()
}

pub(super) async fn converse(
    server: &ServerState,
    dialect: &'static dyn Dialect,
    client: &Arc<Client>,
    id: ConversationId,
    since: Option<i64>,
    mut ws: WebSocket,
) {
    let who = Person::from(&client.actor);
    if dialect.is_counted() {
        Box::pin(stats::enter(&server.app, id)).await;
    }
    // before subscribing: a newcomer gets the list of who is there, and no event of their own coming
    Box::pin(presence::enter(&server.app, id, &who)).await;
    server.hub.conversations.subscribe(id, client.clone());
    let joined = async {
        confirm(server, client).await.map_err(Some)?;
        catch_up(server, dialect, client, id, since, &mut ws).await
    };
    match Box::pin(joined).await {
        Ok(()) => run(&server.app, dialect, client, ws).await,
        Err(Some(why)) => Box::pin(close(ws, why)).await,
        Err(None) => {}
    }
    server.hub.conversations.unsubscribe(id, client.id);
    if dialect.is_counted() {
        Box::pin(stats::leave(&server.app, id)).await;
    }
    Box::pin(presence::leave(&server.app, id, &who)).await;
    if let Err(error) = Box::pin(mark_delivered(server, client, id)).await {
        tracing::debug!(conversation = %id, %error, "what was delivered was not recorded");
    }
}

/// Sends the welcome and what was missed, then lets the live events through.
async fn catch_up(
    server: &ServerState,
    dialect: &dyn Dialect,
    client: &Client,
    id: ConversationId,
    since: Option<i64>,
    ws: &mut WebSocket,
) -> Result<(), Option<Closing>> {
    let turn = server.hub.turn_to_join().await;
    let (welcome, missed) = read(server, client, id, since)
        .await
        .map_err(|error| Some(refusal(error)))?;
    drop(turn);
    let head = match &missed {
        Some(changes) if changes.complete => welcome.rev.max(changes.rev),
        _ => welcome.rev,
    };
    let mut frames = vec![dialect.welcome(&welcome, &server.app)];
    match missed {
        Some(changes) if changes.complete => {
            frames.extend(replay(server, client, since.unwrap_or_default(), changes))
        }
        Some(_) => frames.extend(dialect.resync(head)),
        None => {}
    }
    send(ws, client, frames).await?;
    let head = read_on(server, client, id, head, ws).await?;
    client.send_queue.go_live(head);
    if welcome.last_seq == 0 {
        return Ok(());
    }
    let _turn = server.hub.turn_to_join().await;
    receipts::mark_delivered(&server.app, client.actor.id, id, welcome.last_seq)
        .await
        .map_err(|error| Some(refusal(error)))
}

/// Reads on until the room's beginning: another reader may have opened it with a newer `rev` than this one
/// read, and what lies between was delivered to nobody.
async fn read_on(
    server: &ServerState,
    client: &Client,
    id: ConversationId,
    head: i64,
    ws: &mut WebSocket,
) -> Result<i64, Option<Closing>> {
    let mut reader = Reader::at(head);
    while reader.must_read_on(server.hub.conversations.opened(id, reader.head())) {
        let changes = messages::since(&server.app, id, reader.head())
            .await
            .map_err(|error| Some(refusal(error)))?;
        let rev = changes.rev;
        send(ws, client, replay(server, client, reader.head(), changes)).await?;
        reader.has_read(rev);
    }
    Ok(reader.head())
}

/// Writes frames to a socket that is not live yet.
async fn send(ws: &mut WebSocket, client: &Client, frames: Vec<Utf8Bytes>) -> Result<(), Option<Closing>> {
    write(ws, &client.send_queue, frames.into_iter())
        .await
        .map_err(|_| None)
}

async fn read(
    server: &ServerState,
    client: &Client,
    id: ConversationId,
    since: Option<i64>,
) -> Result<(Welcome, Option<Changes>), Error> {
    let conversation = conversations::roster(&server.app, id).await?;
    let missed = match since {
        Some(rev) => Some(messages::since(&server.app, id, rev).await?),
        None => None,
    };
    let welcome = Welcome {
        actor: client.actor.clone(),
        online: presence::online_for(&server.app, &client.actor, id).await,
        rev: conversation.row.last_rev,
        last_seq: conversation.row.last_seq,
        conversation,
    };
    Ok((welcome, missed))
}

fn replay(server: &ServerState, client: &Client, since: i64, changes: Changes) -> Vec<Utf8Bytes> {
    let frames = changes.messages.into_iter().filter_map(|message| {
        let event = hub::as_event(Arc::new(message), since);
        if !client.may_see(&event) {
            return None;
        }
        client
            .serializer
            .encode(&event, client.class, client.alias.as_deref(), &server.app)
    });
    frames.collect()
}

/// Everything up to now was written to this client.
async fn mark_delivered(server: &ServerState, client: &Client, id: ConversationId) -> Result<(), Error> {
    if client.send_queue.closing().is_some() {
        return Ok(());
    }
    let _turn = server.hub.turn_to_join().await;
    let seq = conversations::last_seq(&server.app, id).await?;
    if seq == 0 {
        return Ok(());
    }
    receipts::mark_delivered(&server.app, client.actor.id, id, seq).await
}

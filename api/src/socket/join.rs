//! Joining: who is it, may they, what did they miss, and only then the live events. No gap, no duplicate:
//! live events are held from before the database is read, and those that the reading covers are left out.

use super::{Client, close, code, pump, put};
use crate::app::ServerState;
use crate::dialect::{Dialect, Refusal, Welcome, Wish};
use crate::hub::{Closing, Outbox, Reader};
use crate::upgrade::{self, Upgrade, WebSocket};
use chat::access;
use chat::conversations;
use chat::messages::{self, Changes};
use chat::policy;
use chat::presence;
use chat::receipts;
use chat::scope;
use chat::scope::Scope;
use chat::stats;
use entity::ConversationId;
use kernel::actor::Actor;
use kernel::error::Error;
use kernel::person::Person;
use poem::{Request, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Answers an upgrade request. Refusals are close codes after accepting, so that a browser can read them.
pub fn serve(
    app: &ServerState,
    dialect: &'static dyn Dialect,
    request: &Request,
    place: Option<String>,
) -> Response {
    if app.hub.is_draining() {
        return Response::builder()
            .status(poem::http::StatusCode::SERVICE_UNAVAILABLE)
            .finish();
    }
    let upgrade = match Upgrade::of(request) {
        Ok(upgrade) => upgrade,
        Err(refusal) => return *refusal,
    };
    let query = request.uri().query().unwrap_or_default();
    let wish = Wish {
        token: upgrade::token(request),
        place,
        address: crate::bearer::client_address(request, &app.core.settings.trusted_proxies),
        query: upgrade::url_pairs(query).collect(),
    };
    let served = app.clone();
    upgrade.accept(move |ws| run(served, dialect, wish, ws), &app.hub.tasks)
}

/// A client whose person is not known by then is sent away: a database that hangs must not fill the server with
/// strangers.
const ADMISSION: Duration = Duration::from_secs(5);

async fn run(app: ServerState, dialect: &'static dyn Dialect, wish: Wish, ws: WebSocket) {
    let since = wish.query("since").and_then(|rev| rev.parse().ok());
    // what is over when the socket lives is boxed: an idle socket must not hold its size
    let admitted = Box::pin(timeout(ADMISSION, admit(&app, dialect, wish))).await;
    let client = match admitted.unwrap_or_else(|_| Err(busy())) {
        Ok(client) => client,
        Err(why) => return Box::pin(close(ws, why)).await,
    };
    if !app.hub.admit(&client) {
        return Box::pin(close(ws, Closing::new(code::TOO_FAST, "Too many connections"))).await;
    }
    match client.conversation {
        Some(id) => Box::pin(converse(&app, &client, id, since, ws)).await,
        None => {
            app.hub.watch_inbox(client.clone());
            match Box::pin(confirm(&app, &client)).await {
                Ok(()) => {
                    client.outbox.go_live(0);
                    if let Some(greeting) = dialect.greet_inbox(&client.actor) {
                        client.outbox.push(0, greeting);
                    }
                    Box::pin(pump(&app.core, &client, ws)).await;
                }
                Err(why) => Box::pin(close(ws, why)).await,
            }
            app.hub.leave_inbox(client.id);
        }
    }
    app.hub.dismiss(&client);
}

/// Who it is, and whether they may.
async fn admit(app: &ServerState, dialect: &'static dyn Dialect, wish: Wish) -> Result<Arc<Client>, Closing> {
    let _turn = app.hub.turn_to_join().await;
    let (actor, place) = find(app, dialect, &wish).await.map_err(|why| {
        if let Refusal::Failed(error) = &why {
            tracing::warn!(%error, "a socket could not join");
        }
        dialect.refuse_socket(&why, &wish)
    })?;
    Ok(Arc::new(Client {
        id: app.hub.next_id(),
        dialect,
        class: dialect.class(&actor),
        hidden: place
            .as_ref()
            .map_or(0, |place| policy::before_their_time(&actor, place)),
        actor,
        address: wish.address,
        conversation: place.as_ref().map(|place| place.id),
        alias: place.and_then(|place| place.alias.as_deref().map(Into::into)),
        outbox: Outbox::default(),
    }))
}

async fn find(
    app: &ServerState,
    dialect: &dyn Dialect,
    wish: &Wish,
) -> Result<(Actor, Option<Arc<Scope>>), Refusal> {
    let actor = dialect.identify(&app.core, wish).await?.at(wish.address);
    let Some(place) = &wish.place else {
        return Ok((actor, None));
    };
    let unknown = |error| match error {
        Error::NotFound(_) => Refusal::Unknown,
        other => other.into(),
    };
    let id = conversations::resolve(&app.core, place).await.map_err(unknown)?;
    scope::scope(&app.core, id).await.map_err(unknown)?;
    let scope = access::authorize(&app.core, &actor, id).await?;
    Ok((actor, Some(scope)))
}

/// The answer to a client that could not be let in for now.
fn busy() -> Closing {
    Closing::new(code::BUSY, "The server is busy: try again later")
}

/// Looks once more at somebody who has subscribed: what was taken from them since they were authenticated told nobody to
/// close their socket.
async fn confirm(app: &ServerState, client: &Arc<Client>) -> Result<(), Closing> {
    let confirmed = app.hub.revoker.confirm(client.clone());
    tokio::select! {
        confirmed = confirmed => match confirmed {
            Ok(None) => Ok(()),
            Ok(Some(why)) => Err(why.into()),
            Err(error) => {
                tracing::warn!(%error, "a socket could not be confirmed");
                Err(busy())
            }
        },
        () = client.outbox.closed() => Err(client.outbox.closing().unwrap_or_else(busy)),
    }
}

/// How a socket that had joined is refused after all.
fn refusal(error: Error) -> Closing {
    Refusal::from(error).closing()
}

async fn converse(
    app: &ServerState,
    client: &Arc<Client>,
    id: ConversationId,
    since: Option<i64>,
    mut ws: WebSocket,
) {
    let who = Person::from(&client.actor);
    if client.dialect.is_counted() {
        Box::pin(stats::enter(&app.core, id)).await;
    }
    // before subscribing: a newcomer is told who is there, not that they have come
    Box::pin(presence::enter(&app.core, id, &who)).await;
    app.hub.subscribe(id, client.clone());
    let joined = async {
        confirm(app, client).await.map_err(Some)?;
        catch_up(app, client, id, since, &mut ws).await
    };
    match Box::pin(joined).await {
        Ok(()) => pump(&app.core, client, ws).await,
        Err(Some(why)) => Box::pin(close(ws, why)).await,
        Err(None) => {}
    }
    app.hub.unsubscribe(id, client.id);
    if client.dialect.is_counted() {
        Box::pin(stats::leave(&app.core, id)).await;
    }
    Box::pin(presence::leave(&app.core, id, &who)).await;
    if let Err(error) = Box::pin(mark_delivered(app, client, id)).await {
        tracing::debug!(conversation = %id, %error, "what was delivered was not recorded");
    }
}

/// Sends the welcome and what was missed, then lets the live events through.
async fn catch_up(
    app: &ServerState,
    client: &Client,
    id: ConversationId,
    since: Option<i64>,
    ws: &mut WebSocket,
) -> Result<(), Option<Closing>> {
    let turn = app.hub.turn_to_join().await;
    let (welcome, missed) = read(app, client, id, since)
        .await
        .map_err(|error| Some(refusal(error)))?;
    drop(turn);
    let head = match &missed {
        Some(changes) if changes.complete => welcome.rev.max(changes.rev),
        _ => welcome.rev,
    };
    let mut frames = client.dialect.greet(&welcome, &app.core);
    match missed {
        Some(changes) if changes.complete => {
            frames.extend(replay(app, client, since.unwrap_or_default(), changes))
        }
        Some(_) => frames.extend(client.dialect.resync(head)),
        None => {}
    }
    send(ws, client, frames).await?;
    let head = read_on(app, client, id, head, ws).await?;
    client.outbox.go_live(head);
    if welcome.last_seq == 0 {
        return Ok(());
    }
    let _turn = app.hub.turn_to_join().await;
    receipts::mark_delivered(&app.core, client.actor.id, id, welcome.last_seq)
        .await
        .map_err(|error| Some(refusal(error)))
}

/// Reads on until the room's beginning: another reader may have opened it with a newer `rev` than this one
/// read, and what lies between was delivered to nobody.
async fn read_on(
    app: &ServerState,
    client: &Client,
    id: ConversationId,
    head: i64,
    ws: &mut WebSocket,
) -> Result<i64, Option<Closing>> {
    let mut reader = Reader::at(head);
    while reader.must_read_on(app.hub.opened(id, reader.head())) {
        let changes = messages::since(&app.core, id, reader.head())
            .await
            .map_err(|error| Some(refusal(error)))?;
        let rev = changes.rev;
        send(ws, client, replay(app, client, reader.head(), changes)).await?;
        reader.has_read(rev);
    }
    Ok(reader.head())
}

/// Writes frames to a socket that is not live yet.
async fn send(ws: &mut WebSocket, client: &Client, frames: Vec<Utf8Bytes>) -> Result<(), Option<Closing>> {
    put(ws, &client.outbox, frames.into_iter())
        .await
        .map_err(|_| None)
}

async fn read(
    app: &ServerState,
    client: &Client,
    id: ConversationId,
    since: Option<i64>,
) -> Result<(Welcome, Option<Changes>), Error> {
    let conversation = conversations::roster(&app.core, id).await?;
    let missed = match since {
        Some(rev) => Some(messages::since(&app.core, id, rev).await?),
        None => None,
    };
    let welcome = Welcome {
        actor: client.actor.clone(),
        online: presence::online_for(&app.core, &client.actor, id).await,
        rev: conversation.row.last_rev,
        last_seq: conversation.row.last_seq,
        conversation,
    };
    Ok((welcome, missed))
}

fn replay(app: &ServerState, client: &Client, since: i64, changes: Changes) -> Vec<Utf8Bytes> {
    let frames = changes.messages.into_iter().filter_map(|message| {
        let event = crate::dialect::as_event(Arc::new(message), since);
        if !client.may_hear(&event) {
            return None;
        }
        client
            .dialect
            .encode_in(&event, client.class, client.alias.as_deref(), &app.core)
    });
    frames.collect()
}

/// Everything up to now was written to this client.
async fn mark_delivered(app: &ServerState, client: &Client, id: ConversationId) -> Result<(), Error> {
    if client.outbox.closing().is_some() {
        return Ok(());
    }
    let _turn = app.hub.turn_to_join().await;
    let seq = conversations::last_seq(&app.core, id).await?;
    if seq == 0 {
        return Ok(());
    }
    receipts::mark_delivered(&app.core, client.actor.id, id, seq).await
}

//! Joining: who is it, may they, what did they miss, and only then the live events. No gap, no duplicate:
//! live events are held from before the database is read, and those that the reading covers are left out.

use super::{Client, close, code, pump};
use crate::app::App;
use crate::dialect::{Dialect, Welcome};
use crate::hub::{Closing, Outbox};
use crate::upgrade::{self, Upgrade, WebSocket};
use poem::{Request, Response};
use shared::actor::Actor;
use shared::entity::ConversationId;
use shared::error::{AuthFailure, Error};
use shared::event::Person;
use shared::messages::{self, Changes};
use shared::{conversations, presence, receipts, tokens};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// Where a socket wants to go.
struct Wish {
    dialect: &'static dyn Dialect,
    token: Option<String>,
    /// The conversation as the path names it; none for the inbox.
    place: Option<String>,
    since: Option<i64>,
    address: std::net::IpAddr,
}

/// Answers an upgrade request. Refusals are close codes after accepting, so that a browser can read them.
pub fn serve(app: &App, dialect: &'static dyn Dialect, request: &Request, place: Option<String>) -> Response {
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
    let since = upgrade::url_pairs(query).find(|(name, _)| name == "since");
    let wish = Wish {
        dialect,
        token: upgrade::token(request),
        place,
        since: since.and_then(|(_, rev)| rev.parse().ok()),
        address: crate::bearer::client_address(request, &app.core.settings.trusted_proxies),
    };
    let served = app.clone();
    upgrade.accept(move |ws| run(served, wish, ws), &app.hub.tasks)
}

async fn run(app: App, wish: Wish, ws: WebSocket) {
    let (dialect, since) = (wish.dialect, wish.since);
    // what is over when the socket lives is boxed: an idle socket must not hold its size
    let client = match Box::pin(admit(&app, wish)).await {
        Ok(client) => client,
        Err(error) => return Box::pin(close(ws, refusal(&error))).await,
    };
    if !app.hub.admit(&client) {
        return Box::pin(close(ws, Closing::new(code::TOO_FAST, "Too many connections"))).await;
    }
    match client.conversation {
        Some(id) => Box::pin(converse(&app, &client, id, since, ws)).await,
        None => {
            app.hub.watch_inbox(client.clone());
            client.outbox.go_live(0);
            client.outbox.push(0, dialect.greet_inbox(&client.actor));
            Box::pin(pump(&app.core, &client, ws)).await;
            app.hub.leave_inbox(client.id);
        }
    }
    app.hub.dismiss(&client);
}

/// Who it is, and whether they may.
async fn admit(app: &App, wish: Wish) -> Result<Arc<Client>, Error> {
    let _turn = app.hub.turn_to_join().await;
    let token = wish.token.ok_or(Error::Unauthorized(AuthFailure::Missing))?;
    let actor = tokens::authenticate(&app.core, &token).await?;
    let conversation = match wish.place {
        Some(place) => Some(find(app, &actor, &place).await?),
        None => None,
    };
    Ok(Arc::new(Client {
        id: app.hub.next_id(),
        dialect: wish.dialect,
        class: wish.dialect.class(&actor),
        actor,
        address: wish.address,
        conversation,
        outbox: Outbox::default(),
    }))
}

async fn find(app: &App, actor: &Actor, place: &str) -> Result<ConversationId, Error> {
    let id = conversations::resolve(&app.core, place).await?;
    conversations::authorize(&app.core, actor, id).await?;
    Ok(id)
}

/// The close code for a refusal: a foreign conversation is refused like one that does not exist.
fn refusal(error: &Error) -> Closing {
    match error {
        Error::Unauthorized(AuthFailure::Missing) => {
            Closing::new(code::TOKEN, "Authentication credentials were not provided.")
        }
        Error::Unauthorized(AuthFailure::Expired) => Closing::new(code::TOKEN, "Token has expired"),
        Error::Unauthorized(AuthFailure::Revoked) => {
            Closing::new(code::REVOKED, "Session has been signed out")
        }
        Error::Unauthorized(_) => Closing::new(code::TOKEN, "Invalid token"),
        Error::NotFound(_) | Error::Forbidden(_) => {
            Closing::new(code::NO_ACCESS, "No access to this conversation")
        }
        _ => Closing::new(1011, "Internal error, try again"),
    }
}

async fn converse(
    app: &App,
    client: &Arc<Client>,
    id: ConversationId,
    since: Option<i64>,
    mut ws: WebSocket,
) {
    let who = Person::from(&client.actor);
    // before subscribing: a newcomer is told who is there, not that they have come
    Box::pin(presence::enter(&app.core, id, &who)).await;
    app.hub.subscribe(id, client.clone());
    match Box::pin(catch_up(app, client, id, since, &mut ws)).await {
        Ok(()) => pump(&app.core, client, ws).await,
        Err(Some(why)) => Box::pin(close(ws, why)).await,
        Err(None) => {}
    }
    app.hub.unsubscribe(id, client.id);
    Box::pin(presence::leave(&app.core, id, &who)).await;
    if let Err(error) = Box::pin(mark_delivered(app, client, id)).await {
        tracing::debug!(conversation = %id, %error, "what was delivered was not recorded");
    }
}

/// Sends the welcome and what was missed, then lets the live events through.
async fn catch_up(
    app: &App,
    client: &Client,
    id: ConversationId,
    since: Option<i64>,
    ws: &mut WebSocket,
) -> Result<(), Option<Closing>> {
    let turn = app.hub.turn_to_join().await;
    let (welcome, missed) = read(app, client, id, since)
        .await
        .map_err(|error| Some(refusal(&error)))?;
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
    send(ws, frames).await?;
    let head = read_on(app, client, id, head, ws).await?;
    client.outbox.go_live(head);
    if welcome.last_seq == 0 {
        return Ok(());
    }
    let _turn = app.hub.turn_to_join().await;
    receipts::mark_delivered(&app.core, client.actor.id, id, welcome.last_seq)
        .await
        .map_err(|error| Some(refusal(&error)))
}

/// Reads on until the room's beginning: another reader may have opened it with a newer `rev` than this one
/// read, and what lies between was delivered to nobody.
async fn read_on(
    app: &App,
    client: &Client,
    id: ConversationId,
    mut head: i64,
    ws: &mut WebSocket,
) -> Result<i64, Option<Closing>> {
    while app.hub.opened(id, head) > head {
        let changes = messages::since(&app.core, id, head)
            .await
            .map_err(|error| Some(refusal(&error)))?;
        let next = changes.rev;
        send(ws, replay(app, client, head, changes)).await?;
        if next <= head {
            break;
        }
        head = next;
    }
    Ok(head)
}

/// Writes frames to a socket that is not live yet; one that takes none for half a minute is given up.
///
/// They go straight to the stream: the codec, which has written and read nothing so far, would keep a buffer of
/// the greeting's size for as long as the socket lives.
async fn send(ws: &mut WebSocket, frames: Vec<Utf8Bytes>) -> Result<(), Option<Closing>> {
    let mut bytes = Vec::new();
    for frame in frames {
        let frame = Frame::message(frame, OpCode::Data(Data::Text), true);
        frame.format(&mut bytes).map_err(|_| None)?;
    }
    let stream = ws.get_mut();
    let sent = timeout(Duration::from_secs(30), async {
        stream.write_all(&bytes).await?;
        stream.flush().await
    });
    match sent.await {
        Ok(Ok(())) => Ok(()),
        _ => Err(None),
    }
}

async fn read(
    app: &App,
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
        online: presence::online(&app.core, id).await,
        rev: conversation.row.last_rev,
        last_seq: conversation.row.last_seq,
        conversation,
    };
    Ok((welcome, missed))
}

fn replay(app: &App, client: &Client, since: i64, changes: Changes) -> Vec<Utf8Bytes> {
    let frames = changes.messages.into_iter().filter_map(|message| {
        let event = crate::dialect::as_event(Arc::new(message), since);
        client.dialect.encode(&event, client.class, &app.core)
    });
    frames.collect()
}

/// Everything up to now was written to this client.
async fn mark_delivered(app: &App, client: &Client, id: ConversationId) -> Result<(), Error> {
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

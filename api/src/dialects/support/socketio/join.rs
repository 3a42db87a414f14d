//! The namespace `/notifications`: signing in, and what a client may ask for.

use super::engine::session_of;
use super::registry::{Member, Registry};
use super::socket_frames::{self, Frame};
use crate::client::Connected;
use crate::costs;
use accounts::tokens;
use app::App;
use chat::access::{self, Ended};
use desk::notifications;
use entity::NotificationId;
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error, Result};
use serde_json::{Value, json};
use socketioxide::extract::{AckSender, SocketRef, TryData};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Notifications that are sent again at once.
const MAX_SYNC: u64 = 500;
/// The error of a client whose account could not be read.
const UNAVAILABLE: &str = "Internal error, try again";

/// Somebody has connected. Refusals are an event and a disconnection, which every client can read.
pub(super) async fn join(registry: Arc<Registry>, socket: SocketRef, auth: Value) {
    if let Err(why) = enter(&registry, &socket, &auth).await {
        if let Err(error) = socket.emit(Frame::error(why).name, &Frame::error(why).body) {
            tracing::debug!(%error, "a refused client was gone");
        }
        // its session ends when it overstays, if the client does not end it before
        if let Err(error) = socket.disconnect() {
            tracing::debug!(%error, "a refused client was gone");
        }
    }
}

async fn enter(registry: &Arc<Registry>, socket: &SocketRef, auth: &Value) -> Result<(), &'static str> {
    let session = session_of(socket).ok_or(UNAVAILABLE)?;
    let given = auth["token"].as_str().map(|token| bare(token).to_owned());
    let token = given
        .or_else(|| session.token.clone())
        .filter(|token| !token.is_empty());
    let token = token.ok_or("Authentication required")?;
    let turn = registry.server.hub.turn_to_join().await;
    let actor = authenticate(registry, &token).await?;
    let member = Arc::new(Member::new(registry.number(), actor, socket.clone(), session));
    handle(registry, &member);
    if !registry.enter(&member) {
        return Err("Too many connections");
    }
    drop(turn);
    // it may have gone, or its session may have been signed out, before it was counted in
    let confirmed = confirm(registry, &member).await;
    if !socket.connected() || confirmed.is_err() {
        registry.leave(member.actor.id, member.number);
    }
    confirmed?;
    member.greet();
    Ok(())
}

/// Looks once more at somebody who has been counted in.
async fn confirm(registry: &Registry, member: &Arc<Member>) -> Result<(), &'static str> {
    match registry.server.hub.revoker.confirm(member.clone()).await {
        Ok(None) => Ok(()),
        Ok(Some(Ended::Expired)) => Err(AuthFailure::Expired.detail()),
        Ok(Some(_)) => Err(AuthFailure::Revoked.detail()),
        Err(error) => {
            tracing::warn!(%error, "a Socket.IO client could not be confirmed");
            Err(UNAVAILABLE)
        }
    }
}

/// What a client asks for is done only while it may be here; else it is disconnected.
async fn check(app: &App, member: &Member) -> Result<()> {
    if let Some(why) = access::ended(app, &member.actor, None).await? {
        member.end(why);
        return Err(why.into());
    }
    app.limits.spend(&member.actor, costs::FRAME)
}

/// `Bearer <token>` is taken for the token.
fn bare(token: &str) -> &str {
    let token = token.trim();
    match token.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
        _ => token,
    }
}

async fn authenticate(registry: &Registry, token: &str) -> Result<Actor, &'static str> {
    tokens::authenticate(&registry.server.app, token)
        .await
        .map_err(|error| match error {
            Error::Unauthorized(AuthFailure::Missing) => "Authentication required",
            Error::Unauthorized(_) => "Invalid token",
            error => {
                tracing::warn!(%error, "a Socket.IO client could not sign in");
                UNAVAILABLE
            }
        })
}

/// What the client may ask for. The handlers live as long as the socket: they hold nothing that holds it.
fn handle(registry: &Arc<Registry>, member: &Arc<Member>) {
    let (user, number) = (member.actor.id, member.number);
    let weak = Arc::downgrade(registry);
    member.socket.on_disconnect(async move || {
        if let Some(registry) = weak.upgrade() {
            registry.leave(user, number);
        }
    });
    let around = (Arc::downgrade(registry), Arc::downgrade(member));
    member.socket.on(
        "notifications:sync",
        move |TryData(request): TryData<Value>, ack: AckSender| {
            let (registry, member) = (around.0.upgrade(), around.1.upgrade());
            async move {
                if let (Some(registry), Some(member)) = (registry, member) {
                    answer(
                        &member,
                        ack,
                        sync(&registry, &member, request.unwrap_or_default()).await,
                    );
                }
            }
        },
    );
    let around = (Arc::downgrade(registry), Arc::downgrade(member));
    member.socket.on(
        "notifications:read",
        move |TryData(request): TryData<Value>, ack: AckSender| {
            let (registry, member) = (around.0.upgrade(), around.1.upgrade());
            async move {
                if let (Some(registry), Some(member)) = (registry, member) {
                    answer(
                        &member,
                        ack,
                        read(&registry, &member, request.unwrap_or_default()).await,
                    );
                }
            }
        },
    );
}

/// Acknowledges what was asked for; a failure is an event too, for clients that ask for no acknowledgement.
fn answer(member: &Member, ack: AckSender, done: Result<Value>) {
    let body = match done {
        Ok(body) => body,
        Err(error) => {
            if let Error::Internal(cause) = &error {
                tracing::error!(
                    cause = format!("{cause:#}"),
                    "a Socket.IO client's request failed"
                );
            }
            member.send(&Frame::error(&error.to_string()));
            json!({"status": "error", "message": error.to_string(), "code": error.code()})
        }
    };
    if let Err(error) = ack.send(&body) {
        tracing::debug!(%error, "a client left before its acknowledgement");
    }
}

/// Sends again what the person has not read, oldest first. Waits for a client that is slow to take it.
async fn sync(registry: &Registry, member: &Member, request: Value) -> Result<Value> {
    let app = &registry.server.app;
    check(app, member).await?;
    app.limits.spend(&member.actor, costs::SYNC)?;
    let since = socket_frames::since(&request).map_err(|why| Error::invalid("since", why))?;
    if member.syncing.swap(true, Ordering::AcqRel) {
        return Err(Error::Conflict {
            code: "sync_in_progress",
            field: None,
            detail: "The synchronisation before is still going on".into(),
        });
    }
    let missed = notifications::unread_since(app, &member.actor, since, MAX_SYNC).await;
    if let Ok(missed) = &missed {
        for notification in missed {
            if !member.session.has_space().await {
                member.session.end();
                break;
            }
            member.send(&Frame::notified(notification));
        }
    }
    member.syncing.store(false, Ordering::Release);
    let count = missed?.len();
    Ok(json!({"status": "success", "count": count, "complete": (count as u64) < MAX_SYNC}))
}

/// Marks one as read.
async fn read(registry: &Registry, member: &Member, request: Value) -> Result<Value> {
    let app = &registry.server.app;
    check(app, member).await?;
    let id = request["id"]
        .as_str()
        .and_then(|id| id.parse::<NotificationId>().ok());
    let id = id.ok_or_else(|| Error::NotFound("Notification".into()))?;
    notifications::mark_read(app, &member.actor, id).await?;
    Ok(json!({"status": "success", "id": id}))
}

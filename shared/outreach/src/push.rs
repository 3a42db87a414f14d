//! Web Push (RFC 8030): notifications for browsers that are closed. Encrypted for the browser (RFC 8291), signed with
//! the server's VAPID key (RFC 8292), sent to whatever push service the browser named.

mod seal;
mod vapid;

pub use vapid::Signer;
#[cfg(feature = "testing")]
pub use vapid::make as make_key;

use crate::Outreach;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chat::policy;
use chat::scope;
use chrono::SecondsFormat;
use entity::notification::{self, Priority};
use entity::{NotificationId, Secret, SubscriptionId, UserId, push_subscription, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use platform::job_store::{self, Lease};
use platform::outbound_http::OutboundError;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};
use uuid::Uuid;

/// What a browser's `PushSubscription` holds.
#[derive(Clone, Debug)]
pub struct Subscribe {
    /// The push service's address for this browser: whoever knows it may push to it.
    pub endpoint: Secret,
    /// The browser's public key: a P-256 point, base64url.
    pub p256dh: String,
    /// The browser's secret: 16 bytes, base64url.
    pub auth: Secret,
}

/// Browsers of one person; one more replaces the oldest.
pub const MAX_SUBSCRIPTIONS: u64 = 20;
/// Seconds that a push service keeps a notification for a browser that is not there.
const TTL: u32 = 24 * 60 * 60;
/// Bytes of a notification's text that are sent; RFC 8030 §7.2 lets a push service refuse more than 4096 in all.
const MAX_TEXT: usize = 1000;
/// Bytes of the whole before it is encrypted, which adds 103.
const MAX_PAYLOAD: usize = 3900;

/// The key that browsers are to subscribe with (`applicationServerKey`), base64url.
pub fn public_key(outreach: &Outreach) -> Result<&str> {
    Ok(signer(outreach)?.public_key())
}

fn signer(outreach: &Outreach) -> Result<&Signer> {
    outreach.push.as_ref().ok_or(Error::Conflict {
        code: "push_off",
        field: None,
        detail: "Web Push is not set up on this server".into(),
    })
}

/// Remembers the actor's browser. An endpoint belongs to whoever subscribed with it last.
pub async fn subscribe(
    outreach: &Outreach,
    actor: &Actor,
    wish: Subscribe,
) -> Result<push_subscription::Model> {
    signer(outreach)?;
    check_endpoint(outreach, wish.endpoint.expose()).await?;
    receiver(&wish.p256dh, wish.auth.expose())?;
    let row = push_subscription::Model {
        id: SubscriptionId(Uuid::now_v7()),
        user_id: actor.id,
        endpoint: wish.endpoint,
        p256dh: trim(&wish.p256dh).to_owned(),
        auth: trim(wish.auth.expose()).into(),
        created_at: outreach.clock.now(),
    };
    let tx = outreach.db.begin().await?;
    // a new id: what was on its way to whoever had the endpoint before is not sent to this person
    push_subscription::Entity::delete_many()
        .filter(push_subscription::Column::Endpoint.eq(row.endpoint.clone()))
        .exec(&*tx)
        .await?;
    push_subscription::Entity::insert(push_subscription::ActiveModel::from(row.clone()))
        .on_conflict(
            OnConflict::column(push_subscription::Column::Endpoint)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&*tx)
        .await?;
    make_room(&*tx, actor.id).await?;
    tx.commit().await?;
    Ok(row)
}

/// Forgets the person's oldest browsers where they have too many.
async fn make_room<C: ConnectionTrait>(tx: &C, user: UserId) -> Result<()> {
    let over: Vec<SubscriptionId> = push_subscription::Entity::of(user)
        .select_only()
        .column(push_subscription::Column::Id)
        .order_by_desc(push_subscription::Column::Id)
        .offset(MAX_SUBSCRIPTIONS)
        .limit(100)
        .into_tuple()
        .all(tx)
        .await?;
    if !over.is_empty() {
        push_subscription::Entity::delete_many()
            .filter(push_subscription::Column::Id.is_in(over))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Forgets the actor's browser; one that is not theirs, or not there, is left alone.
pub async fn unsubscribe(outreach: &Outreach, actor: &Actor, endpoint: &str) -> Result<()> {
    push_subscription::Entity::delete_many()
        .filter(push_subscription::Column::UserId.eq(actor.id))
        .filter(push_subscription::Column::Endpoint.eq(endpoint))
        .exec(&*outreach.db)
        .await?;
    Ok(())
}

/// Public, and over HTTPS unless the operator named its network.
async fn check_endpoint(outreach: &Outreach, endpoint: &str) -> Result<()> {
    let refused = |why: OutboundError| Error::invalid("endpoint", why.to_string());
    let url = outreach.outbound.check(endpoint).await.map_err(refused)?;
    if url.scheme() == "https" || is_inside(outreach, &url) {
        return Ok(());
    }
    Err(Error::invalid("endpoint", "Must begin with https://"))
}

fn is_inside(outreach: &Outreach, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = match host {
        "localhost" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        host => host.trim_start_matches('[').trim_end_matches(']').parse().ok(),
    };
    let nets = &outreach.settings.webhook_allow_nets;
    address.is_some_and(|address| nets.iter().any(|net| net.contains(&address)))
}

/// Some browsers pad, some do not.
fn trim(key: &str) -> &str {
    key.trim_end_matches('=')
}

/// A browser's keys.
fn receiver(p256dh: &str, auth: &str) -> Result<seal::Browser> {
    let decode = |key: &str| URL_SAFE_NO_PAD.decode(trim(key)).ok();
    let point = decode(p256dh).and_then(|bytes| seal::point(&bytes));
    let point = point.ok_or_else(|| Error::invalid("p256dh", "Must be a P-256 point in base64url"))?;
    let secret = decode(auth).and_then(|bytes| bytes.try_into().ok());
    let secret = secret.ok_or_else(|| Error::invalid("auth", "Must be 16 bytes in base64url"))?;
    Ok(seal::Browser { point, secret })
}

/// Sends one notification to one browser; nothing where it has been read or either is gone. A browser that its push
/// service no longer knows is forgotten; any other failure is an error, and tried again.
pub async fn deliver(
    outreach: &Outreach,
    job: Lease,
    id: NotificationId,
    browser: SubscriptionId,
) -> Result<()> {
    let notification = notification::Entity::find_by_id(id).one(&*outreach.db).await?;
    let subscription = push_subscription::Entity::find_by_id(browser)
        .one(&*outreach.db)
        .await?;
    let (Some(signer), Some(notification), Some(subscription)) = (&outreach.push, notification, subscription)
    else {
        return job_store::complete(outreach, job).await;
    };
    if notification.read_at.is_some()
        || notification.user_id != subscription.user_id
        || !may_know(outreach, &notification).await?
    {
        return job_store::complete(outreach, job).await;
    }
    let status = send(outreach, signer, &notification, &subscription).await?;
    // the class alone: the service is the browser's choice, and so is its answer
    metrics::counter!("switchboard_pushes_total", "status" => format!("{}xx", status / 100)).increment(1);
    match status {
        200..=299 => job_store::complete(outreach, job).await,
        404 | 410 => forget(outreach, job, browser).await,
        _ => Err(Error::Unavailable(format!("the push service answered {status}"))),
    }
}

/// Whether its person may still know of it: their account is not disabled, and they may see the conversation that it is
/// about. A push may come a day after its cause.
async fn may_know(outreach: &Outreach, notification: &notification::Model) -> Result<bool> {
    let user = user::Entity::find_by_id(notification.user_id)
        .one(&*outreach.db)
        .await?;
    let Some(user) = user.filter(|user| user.disabled_at.is_none()) else {
        return Ok(false);
    };
    let Some(id) = notification.conversation_id else {
        return Ok(true);
    };
    match scope::scope(outreach, id).await {
        Ok(scope) => Ok(policy::can_see(&Actor::of(&user), &scope)),
        // a notification of the deletion itself may be shown
        Err(Error::NotFound(_)) => Ok(notification.kind == notification::Kind::TicketDeleted),
        Err(error) => Err(error),
    }
}

async fn forget(outreach: &Outreach, job: Lease, browser: SubscriptionId) -> Result<()> {
    let tx = outreach.db.begin().await?;
    push_subscription::Entity::delete_by_id(browser)
        .exec(&*tx)
        .await?;
    job_store::done(&*tx, &[job], outreach.clock.now()).await?;
    Ok(tx.commit().await?)
}

async fn send(
    outreach: &Outreach,
    signer: &Signer,
    notification: &notification::Model,
    subscription: &push_subscription::Model,
) -> Result<u16> {
    let browser = receiver(&subscription.p256dh, subscription.auth.expose())?;
    let body = browser
        .seal(payload(notification))
        .map_err(|_| Error::internal(anyhow::anyhow!("a notification was not encrypted")))?;
    let url = Url::parse(subscription.endpoint.expose()).map_err(Error::internal)?;
    let mut headers = HeaderMap::new();
    let mut set = |name, value: String| -> Result<()> {
        let value = HeaderValue::from_str(&value).map_err(Error::internal)?;
        headers.insert(HeaderName::from_static(name), value);
        Ok(())
    };
    set("content-encoding", "aes128gcm".into())?;
    set("content-type", "application/octet-stream".into())?;
    set("ttl", TTL.to_string())?;
    set("urgency", urgency(notification.priority).into())?;
    set("authorization", signer.authorization(&url, outreach.clock.now())?)?;
    let answer = outreach
        .outbound
        .post(subscription.endpoint.expose(), headers, body)
        .await;
    Ok(answer
        .map_err(|error| Error::Unavailable(error.to_string()))?
        .status)
}

fn urgency(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Medium => "normal",
        Priority::High | Priority::Urgent => "high",
    }
}

/// What the browser's service worker gets. `data` is left out where it is too long.
fn payload(notification: &notification::Model) -> Vec<u8> {
    let mut body = json!({
        "id": notification.id,
        "type": notification.kind,
        "title": cut(&notification.title),
        "message": cut(&notification.message),
        "priority": notification.priority,
        "conversation_id": notification.conversation_id,
        "timestamp": notification.created_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "data": notification.data,
    });
    if body.to_string().len() > MAX_PAYLOAD {
        body["data"] = serde_json::Value::Null;
    }
    body.to_string().into_bytes()
}

fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(MAX_TEXT)).rev();
    let end = end.into_iter().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}

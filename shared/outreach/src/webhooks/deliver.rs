//! Attempts: claimed in small batches, made without touching the database, recorded together.

use crate::Outreach;
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use desk::notifications::{self, NotificationDraft};
use entity::webhook_delivery::{self, Column, Status};
use entity::{DeliveryId, EndpointId, webhook_endpoint};
use kernel::error::Result;
use kernel::event::Event;
use platform::db::Transaction;
use platform::outbound_http::{Answer, OutboundError};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

/// How long a process holds a delivery before others may take it: more than the longest attempt.
pub const LEASE: Duration = Duration::seconds(60);
/// Concurrent attempts to one endpoint, in one process.
pub const PER_ENDPOINT: usize = 4;
/// An endpoint that only failed for so long is disabled.
const PATIENCE: Duration = Duration::days(5);
/// The longest pause that `Retry-After` can ask for.
const MAX_PAUSE: Duration = Duration::hours(24);

/// How much a process may still take on.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// How many more attempts it can make.
    pub free: usize,
    /// Attempts under way to each endpoint.
    pub busy: HashMap<EndpointId, usize>,
}

/// A delivery that this process holds.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The row, with its event and its tries so far.
    pub delivery: webhook_delivery::Model,
    /// The row, read just before the claim.
    pub endpoint: webhook_endpoint::Model,
    /// When the claim runs out; it also tells this claim from a later one.
    lease: DateTime<Utc>,
}

/// An attempt that was made.
#[derive(Clone, Debug)]
pub struct Attempt {
    claim: Claim,
    at: DateTime<Utc>,
    duration: std::time::Duration,
    result: Result<Answer, OutboundError>,
}

/// Takes deliveries that are due, oldest first, no more than there are slots for.
pub async fn claim(outreach: &Outreach, slots: &Slots) -> Result<Vec<Claim>> {
    let endpoints = outreach.endpoints.enabled(&outreach.db).await?;
    let now = outreach.clock.now();
    let mut due: Vec<(DateTime<Utc>, DeliveryId)> = Vec::new();
    for endpoint in &endpoints.endpoints {
        let busy = slots.busy.get(&endpoint.id).copied().unwrap_or_default();
        let room = PER_ENDPOINT.saturating_sub(busy).min(slots.free);
        if room > 0 {
            due.extend(due_at(outreach, endpoint.id, now, room).await?);
        }
    }
    due.sort_unstable();
    due.truncate(slots.free);
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let rows = take(outreach, due.into_iter().map(|(_, id)| id).collect(), now).await?;
    let endpoints: HashMap<_, _> = endpoints.endpoints.iter().map(|row| (row.id, row)).collect();
    let claims = rows.into_iter().filter_map(|row| {
        Some(Claim {
            endpoint: (*endpoints.get(&row.endpoint_id)?).clone(),
            delivery: row,
            lease: now + LEASE,
        })
    });
    Ok(claims.collect())
}

async fn due_at(
    outreach: &Outreach,
    endpoint: EndpointId,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<(DateTime<Utc>, DeliveryId)>, DbErr> {
    webhook_delivery::Entity::find()
        .select_only()
        .columns([Column::NextAttemptAt, Column::Id])
        .filter(Column::EndpointId.eq(endpoint))
        .filter(Column::NextAttemptAt.lte(now))
        .order_by_asc(Column::NextAttemptAt)
        .limit(limit as u64)
        .into_tuple()
        .all(&*outreach.db)
        .await
}

/// Moves those that are still free out of others' reach until the lease runs out.
async fn take(
    outreach: &Outreach,
    ids: Vec<DeliveryId>,
    now: DateTime<Utc>,
) -> Result<Vec<webhook_delivery::Model>, DbErr> {
    let tx = outreach.db.begin().await?;
    // what another process looks at is left to it
    let free: Vec<DeliveryId> = webhook_delivery::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(ids))
        .filter(Column::NextAttemptAt.lte(now))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_tuple()
        .all(&*tx)
        .await?;
    let rows = webhook_delivery::Entity::update_many()
        .col_expr(Column::NextAttemptAt, Expr::value(now + LEASE))
        .filter(Column::Id.is_in(free))
        .exec_with_returning(&*tx)
        .await?;
    tx.commit().await?;
    Ok(rows)
}

/// Posts a delivery, signed. Takes 15 s at most; what goes wrong is in the attempt.
pub async fn attempt(outreach: &Outreach, claim: Claim) -> Attempt {
    let (at, started) = (outreach.clock.now(), Instant::now());
    let result = match headers(&claim, at) {
        Ok(headers) => {
            let body = claim.delivery.payload.clone().into_bytes();
            outreach.outbound.post(&claim.endpoint.url, headers, body).await
        }
        Err(error) => Err(OutboundError::Failed(format!(
            "It could not be signed: {error:#}"
        ))),
    };
    let attempt = Attempt {
        claim,
        at,
        duration: started.elapsed(),
        result,
    };
    let outcome = if attempt.succeeded() { "ok" } else { "failed" };
    metrics::histogram!("switchboard_webhook_seconds", "outcome" => outcome)
        .record(attempt.duration.as_secs_f64());
    attempt
}

/// Standard Webhooks' three headers.
fn headers(claim: &Claim, at: DateTime<Utc>) -> anyhow::Result<HeaderMap> {
    let id = &claim.delivery.event_id;
    let time = at.timestamp();
    let key = Webhook::new(claim.endpoint.secret.expose())?;
    let signature = key.sign(id, time, claim.delivery.payload.as_bytes())?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HEADER_WEBHOOK_ID, HeaderValue::try_from(id.as_str())?);
    headers.insert(HEADER_WEBHOOK_TIMESTAMP, HeaderValue::from(time));
    headers.insert(HEADER_WEBHOOK_SIGNATURE, HeaderValue::try_from(signature)?);
    Ok(headers)
}

impl Attempt {
    /// Whether the endpoint took it.
    pub fn succeeded(&self) -> bool {
        self.result.as_ref().is_ok_and(Answer::is_success)
    }

    fn is_gone(&self) -> bool {
        self.result.as_ref().is_ok_and(|answer| answer.status == 410)
    }

    /// How long the endpoint asks to be left alone.
    fn asked_pause(&self) -> Duration {
        let answer = self.result.as_ref().ok();
        let asked = answer
            .filter(|answer| matches!(answer.status, 429 | 503))
            .and_then(|answer| answer.retry_after)
            .map(|pause| Duration::from_std(pause).unwrap_or(MAX_PAUSE));
        asked.unwrap_or_default().min(MAX_PAUSE)
    }

    fn entry(&self) -> Value {
        let (status, error) = match &self.result {
            Ok(answer) if answer.is_success() => (Some(answer.status), None),
            Ok(answer) => {
                let kind = match answer.status {
                    300..400 => ": redirects are not followed",
                    _ => "",
                };
                (Some(answer.status), Some(format!("HTTP {}{kind}", answer.status)))
            }
            Err(error) => (None, Some(error.to_string())),
        };
        json!({
            "at": self.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            "status_code": status,
            "error": error,
            "duration_ms": u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// Writes attempts into the log, each with when the next one is due, in one transaction; and what follows for their
/// endpoints.
pub async fn record(outreach: &Outreach, attempts: Vec<Attempt>) -> Result<()> {
    if attempts.is_empty() {
        return Ok(());
    }
    let now = outreach.clock.now();
    let tx = outreach.db.begin().await?;
    let rows = webhook_delivery::Entity::find()
        .filter(Column::Id.is_in(attempts.iter().map(|attempt| attempt.claim.delivery.id)))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(&*tx)
        .await?;
    let mut rows: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    for attempt in &attempts {
        // gone with its endpoint
        let Some(row) = rows.get_mut(&attempt.claim.delivery.id) else {
            continue;
        };
        note(outreach, row, attempt, now);
        let active = row.clone().into_active_model().reset_all();
        active.update(&*tx).await?;
    }
    tx.commit().await?;
    // apart from the deliveries: nobody waits for an endpoint while holding one
    mark(outreach, &attempts, now).await
}

/// The row after the attempt.
fn note(outreach: &Outreach, row: &mut webhook_delivery::Model, attempt: &Attempt, now: DateTime<Utc>) {
    if let Value::Array(entries) = &mut row.attempts {
        entries.push(attempt.entry());
    }
    row.updated_at = now;
    // else it was replayed, given up, or taken by another meanwhile: they say what comes next
    let holds = row.next_attempt_at == Some(attempt.claim.lease);
    if attempt.succeeded() && (holds || row.next_attempt_at.is_none()) {
        row.status = Status::Ok;
        row.next_attempt_at = None;
    }
    if !holds {
        return;
    }
    row.tries += 1;
    if attempt.succeeded() {
        return;
    }
    let scheduled = usize::try_from(row.tries - 1)
        .ok()
        .and_then(|tries| outreach.settings.webhook_retry_schedule.get(tries));
    match scheduled {
        Some(pause) if !attempt.is_gone() => {
            row.status = Status::Failed;
            row.next_attempt_at = Some(now + jittered(*pause).max(attempt.asked_pause()));
        }
        _ => {
            row.status = Status::Dead;
            row.next_attempt_at = None;
        }
    }
}

/// Up to a fifth longer, so that what failed together does not come back together.
fn jittered(pause: std::time::Duration) -> Duration {
    let pause = pause.mul_f64(rand::random_range(1.0..1.2));
    Duration::from_std(pause).unwrap_or(MAX_PAUSE)
}

/// Since when endpoints fail; those that are gone or failed for days are disabled.
async fn mark(outreach: &Outreach, attempts: &[Attempt], now: DateTime<Utc>) -> Result<()> {
    let endpoint = |attempt: &Attempt| attempt.claim.endpoint.id;
    let gone: HashSet<_> = attempts
        .iter()
        .filter(|attempt| attempt.is_gone())
        .map(endpoint)
        .collect();
    let well: HashSet<_> = attempts
        .iter()
        .filter(|attempt| attempt.succeeded())
        .map(endpoint)
        .collect();
    let failed: BTreeMap<_, _> = attempts
        .iter()
        .filter(|attempt| !well.contains(&endpoint(attempt)))
        .map(|attempt| (endpoint(attempt), attempt.claim.endpoint.failing_since))
        .collect();
    let mut changed = 0;
    if !well.is_empty() {
        changed += failing(outreach, &well, None).await?;
    }
    let fresh: HashSet<_> = failed
        .iter()
        .filter(|(_, since)| since.is_none())
        .map(|(id, _)| *id)
        .collect();
    if !fresh.is_empty() {
        changed += failing(outreach, &fresh, Some(now)).await?;
    }
    if changed > 0 {
        outreach.bus.publish_one(Event::WebhooksChanged);
    }
    for id in &gone {
        disable(outreach, *id, "The endpoint answered 410 Gone", |_| true).await?;
    }
    let worn = |since: Option<DateTime<Utc>>| since.is_some_and(|since| since <= now - PATIENCE);
    for (id, _) in failed.iter().filter(|(_, since)| worn(**since)) {
        let still = |row: &webhook_endpoint::Model| worn(row.failing_since);
        disable(outreach, *id, "Every delivery failed for 5 days", still).await?;
    }
    Ok(())
}

/// Sets or clears since when endpoints fail, where that is not so already. Returns how many changed.
async fn failing(
    outreach: &Outreach,
    ids: &HashSet<EndpointId>,
    since: Option<DateTime<Utc>>,
) -> Result<u64, DbErr> {
    use webhook_endpoint::Column;
    let differs = match since {
        Some(_) => Column::FailingSince.is_null(),
        None => Column::FailingSince.is_not_null(),
    };
    let result = webhook_endpoint::Entity::update_many()
        .col_expr(Column::FailingSince, Expr::value(since))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(differs)
        .exec(&*outreach.db)
        .await?;
    Ok(result.rows_affected)
}

/// Disables an endpoint, gives up its pending deliveries, and notifies the admins.
async fn disable(
    outreach: &Outreach,
    id: EndpointId,
    why: &str,
    still: impl Fn(&webhook_endpoint::Model) -> bool,
) -> Result<()> {
    let now = outreach.clock.now();
    let tx = outreach.db.begin().await?;
    let row = webhook_endpoint::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&*tx)
        .await?;
    let Some(mut row) = row.filter(|row| row.is_enabled && still(row)) else {
        return Ok(());
    };
    row.is_enabled = false;
    row.disabled_reason = Some(why.into());
    row.updated_at = now;
    row.clone().into_active_model().reset_all().update(&*tx).await?;
    give_up(&tx, id, now).await?;
    let told = notifications::store(outreach, &tx, &alert(&row, why, now)).await?;
    tx.commit().await?;
    tracing::warn!(webhook = %id, why, "a webhook was disabled");
    outreach.bus.publish_one(Event::WebhooksChanged);
    notifications::announce(outreach, told);
    Ok(())
}

/// The admins' notification; without the address's path and query, which may be secret.
fn alert(row: &webhook_endpoint::Model, why: &str, now: DateTime<Utc>) -> NotificationDraft {
    let url = reqwest::Url::parse(&row.url).ok();
    let host = url.as_ref().and_then(reqwest::Url::host_str).unwrap_or("?");
    let words = format!("The webhook to {host} was disabled. {why}.");
    let data = json!({"webhook_id": row.id, "host": host, "reason": why});
    NotificationDraft::alert(
        format!("webhook:{}:{}", row.id, now.timestamp_micros()),
        words,
        data,
    )
}

/// What an endpoint was still to get is dead.
pub(super) async fn give_up(tx: &Transaction, id: EndpointId, now: DateTime<Utc>) -> Result<(), DbErr> {
    webhook_delivery::Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Dead))
        .col_expr(Column::NextAttemptAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::EndpointId.eq(id))
        .filter(Column::NextAttemptAt.is_not_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

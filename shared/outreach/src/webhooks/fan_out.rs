//! Makes of each event one delivery for each endpoint that subscribes to it.

use super::payload;
use crate::Outreach;
use chrono::{DateTime, Utc};
use entity::webhook_delivery::{self, Column, Status};
use entity::{DeliveryId, EndpointId, webhook_endpoint};
use kernel::error::Result;
use kernel::webhook_event::WebhookEvent;
use platform::db::Transaction;
use platform::job_store::{self, Lease};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use std::collections::HashSet;
use uuid::Uuid;

/// Rows in one statement: each takes eleven of SQLite's 32,766 parameters.
const ROWS: usize = 500;

/// Makes the deliveries and marks the job as done, in one transaction. Run twice, it makes none twice.
pub async fn fan_out(
    outreach: &Outreach,
    job: Lease,
    events: &[WebhookEvent],
    at: DateTime<Utc>,
) -> Result<()> {
    let endpoints = outreach.endpoints.enabled(&outreach.db).await?;
    let wanted: Vec<_> = events
        .iter()
        .filter(|event| endpoints.wants(event.event_type()))
        .cloned()
        .collect();
    let bodies = payload::bodies(outreach, &wanted, at).await?;
    let now = outreach.clock.now();
    let tx = outreach.db.begin().await?;
    let open = still_enabled(&tx).await?;
    let mut rows = Vec::new();
    for (event, body) in &bodies {
        let kind = event.event_type();
        for endpoint in endpoints.of(kind).filter(|endpoint| open.contains(&endpoint.id)) {
            rows.push(row(endpoint.id, event.event_id(), kind.word(), body.clone(), now));
        }
    }
    insert(&*tx, rows).await?;
    job_store::done(&*tx, &[job], now).await?;
    tx.commit().await?;
    outreach.endpoints.wake();
    Ok(())
}

/// The endpoints that nobody can disable or delete before the transaction is over.
async fn still_enabled(tx: &Transaction) -> Result<HashSet<EndpointId>, DbErr> {
    let ids: Vec<EndpointId> = webhook_endpoint::Entity::find()
        .select_only()
        .column(webhook_endpoint::Column::Id)
        .filter(webhook_endpoint::Column::IsEnabled.eq(true))
        .order_by_asc(webhook_endpoint::Column::Id)
        .lock_shared()
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(ids.into_iter().collect())
}

/// A delivery that is due now.
pub(super) fn row(
    endpoint: EndpointId,
    event_id: String,
    event_type: &str,
    payload: String,
    now: DateTime<Utc>,
) -> webhook_delivery::Model {
    webhook_delivery::Model {
        id: DeliveryId(Uuid::now_v7()),
        endpoint_id: endpoint,
        event_id,
        event_type: event_type.into(),
        payload,
        status: Status::Pending,
        attempts: json!([]),
        tries: 0,
        next_attempt_at: Some(now),
        created_at: now,
        updated_at: now,
    }
}

/// Stores deliveries; an event that an endpoint has already is left out.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    rows: Vec<webhook_delivery::Model>,
) -> Result<(), DbErr> {
    for chunk in rows.chunks(ROWS) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        let key = [Column::EndpointId, Column::EventId];
        webhook_delivery::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

//! The log of an endpoint's deliveries: reading it, sending one again, trying the endpoint out.

use super::{endpoints, fan_out, payload};
use crate::Outreach;
use chrono::Duration;
use entity::webhook_delivery::{self, Column, Status};
use entity::{DeliveryId, EndpointId};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use platform::paging::{self, Page};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

/// How long what was delivered can be looked at.
pub const KEEP: Duration = Duration::days(30);

/// A page of deliveries.
pub type Listed = Page<webhook_delivery::Model, Uuid>;

/// Where a page of the log begins.
pub type Cursor = paging::Cursor<Uuid>;

/// An endpoint's deliveries, newest first, `limit` (1–100) at a time; admins only.
pub async fn deliveries(
    outreach: &Outreach,
    actor: &Actor,
    id: EndpointId,
    cursor: Option<Cursor>,
    limit: u64,
) -> Result<Listed> {
    endpoints::get(outreach, actor, id).await?;
    let all = webhook_delivery::Entity::find().filter(Column::EndpointId.eq(id));
    let key = |row: &webhook_delivery::Model| row.id.0;
    Ok(Page::read(&*outreach.db, all, &[Column::Id], cursor, limit, key).await?)
}

/// Delivers an event again, with the same `webhook-id` and a new round of tries; admins only.
pub async fn replay(
    outreach: &Outreach,
    actor: &Actor,
    endpoint: EndpointId,
    id: DeliveryId,
) -> Result<webhook_delivery::Model> {
    enabled(outreach, actor, endpoint).await?;
    let now = outreach.clock.now();
    let replayed = webhook_delivery::Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Pending))
        .col_expr(Column::Tries, Expr::value(0))
        .col_expr(Column::NextAttemptAt, Expr::value(now))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::EndpointId.eq(endpoint))
        .exec_with_returning(&*outreach.db)
        .await?;
    let row = replayed.into_iter().next();
    let row = row.ok_or_else(|| Error::NotFound("Delivery".into()))?;
    // wakes whichever process delivers
    outreach.bus.publish_one(Event::WebhooksChanged);
    Ok(row)
}

/// Sends a `webhook.test` event to one endpoint, whatever it subscribes to; admins only.
pub async fn test(outreach: &Outreach, actor: &Actor, id: EndpointId) -> Result<webhook_delivery::Model> {
    enabled(outreach, actor, id).await?;
    let now = outreach.clock.now();
    let kind = "webhook.test";
    let data = json!({"webhook_id": id, "message": "It works.", "sent_by": &*actor.username});
    let event_id = format!("test_{}", Uuid::now_v7().simple());
    let row = fan_out::row(id, event_id, kind, payload::body(kind, now, &data), now);
    fan_out::insert(&*outreach.db, vec![row.clone()]).await?;
    outreach.bus.publish_one(Event::WebhooksChanged);
    Ok(row)
}

async fn enabled(outreach: &Outreach, actor: &Actor, id: EndpointId) -> Result<()> {
    if endpoints::get(outreach, actor, id).await?.is_enabled {
        return Ok(());
    }
    Err(Error::Conflict {
        code: "webhook_disabled",
        field: None,
        detail: "The webhook is disabled; enable it first".into(),
    })
}

/// Deletes what was delivered more than [`KEEP`] ago. Returns how many.
pub async fn sweep(outreach: &Outreach) -> Result<u64> {
    let result = webhook_delivery::Entity::delete_many()
        .filter(Column::Status.eq(Status::Ok))
        .filter(Column::UpdatedAt.lt(outreach.clock.now() - KEEP))
        .exec(&*outreach.db)
        .await?;
    Ok(result.rows_affected)
}

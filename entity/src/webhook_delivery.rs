//! Deliveries, one per event and endpoint: `webhook_delivery`.

use crate::{DeliveryId, EndpointId};
use sea_orm::entity::prelude::*;

/// Where a delivery stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Not yet tried.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// The endpoint answered 2xx.
    #[sea_orm(string_value = "ok")]
    Ok,
    /// Tried without success; to be tried again at `next_attempt_at`.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// Given up; an admin may replay it.
    #[sea_orm(string_value = "dead")]
    Dead,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "webhook_delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryId,
    pub endpoint_id: EndpointId,
    /// The `webhook-id` header: the same for every attempt, and unique per endpoint.
    pub event_id: String,
    pub event_type: String,
    /// The body's exact bytes: what is signed.
    pub payload: String,
    pub status: Status,
    /// A JSON list of `{at, status_code, error, duration_ms}`, oldest first.
    pub attempts: Json,
    /// Attempts of the current round: a replay begins a new one.
    pub tries: i32,
    pub next_attempt_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

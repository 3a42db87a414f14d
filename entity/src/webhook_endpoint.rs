//! Webhook endpoints: `webhook_endpoint`.

use crate::{EndpointId, Secret, UserId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_endpoint")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EndpointId,
    pub url: String,
    /// Event types that it wants, a JSON list of their names.
    pub events: Json,
    pub description: Option<String>,
    pub is_enabled: bool,
    /// Why it was disabled, where that was not an admin's doing.
    pub disabled_reason: Option<String>,
    /// `whsec_…`: signs its deliveries (Standard Webhooks 1.0).
    pub secret: Secret,
    /// Since when no delivery has succeeded; none: the last one did.
    pub failing_since: Option<DateTimeUtc>,
    pub created_by: Option<UserId>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Browsers that asked for Web Push (RFC 8030): `push_subscription`.

use crate::{Secret, SubscriptionId, UserId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_subscription")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubscriptionId,
    pub user_id: UserId,
    /// The push service's address for this browser, which is a capability (RFC 8030 §8.3); unique: who signs in there last
    /// has it.
    #[sea_orm(unique)]
    pub endpoint: Secret,
    /// The browser's public key (P-256, base64url).
    pub p256dh: String,
    /// The browser's authentication secret (16 bytes, base64url).
    pub auth: Secret,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// This person's browsers.
    pub fn of(user: UserId) -> Select<Self> {
        Self::find().filter(Column::UserId.eq(user))
    }
}

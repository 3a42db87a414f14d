//! Refresh tokens, by hash: `auth_refresh_token`.

use crate::{Secret, SessionId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "auth_refresh_token")]
pub struct Model {
    /// SHA-256 of the token, in hex: a read of the database gives no usable token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Secret,
    pub session_id: SessionId,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// When it was exchanged; its second use revokes the session.
    pub spent_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Codes that were mailed to people, by hash: `account_token`.

use crate::{Secret, UserId};
use sea_orm::entity::prelude::*;

/// What a code is good for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Choosing another password without the old one.
    #[sea_orm(string_value = "password_reset")]
    PasswordReset,
    /// Showing that mail to the account's address reaches its owner.
    #[sea_orm(string_value = "email_confirmation")]
    EmailConfirmation,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_token")]
pub struct Model {
    /// SHA-256 of the code, in hex: a read of the database gives no usable code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Secret,
    pub kind: Kind,
    pub user_id: UserId,
    /// The e-mail address that it was sent to: good as long as that is the account's.
    pub address: String,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// Good once.
    pub used_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// A person's codes of one kind.
    pub fn of(user: UserId, kind: Kind) -> Select<Self> {
        Self::find()
            .filter(Column::UserId.eq(user))
            .filter(Column::Kind.eq(kind))
    }
}

//! People, visitors and the bot: `accounts_user`.

use crate::{Secret, UserId};
use sea_orm::entity::prelude::*;

/// What an account may do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A customer.
    #[sea_orm(string_value = "user")]
    User,
    /// A customer whom the `support` dialect shows as `driver`; the same rights as `User`.
    #[sea_orm(string_value = "driver")]
    Driver,
    /// A support agent.
    #[sea_orm(string_value = "agent")]
    Agent,
    /// Sees and administers everything.
    #[sea_orm(string_value = "admin")]
    Admin,
    /// Writes automatic replies; cannot sign in.
    #[sea_orm(string_value = "bot")]
    Bot,
}

/// The team that an agent works in, and that a ticket belongs to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
pub enum Department {
    #[sea_orm(string_value = "IT")]
    #[serde(rename = "IT")]
    It,
    #[sea_orm(string_value = "HR")]
    #[serde(rename = "HR")]
    Hr,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts_user")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: UserId,
    /// As the person wrote it.
    pub username: String,
    /// Lower-cased, unique.
    #[sea_orm(unique)]
    pub username_key: String,
    /// Lower-cased, unique.
    #[sea_orm(unique)]
    pub email: Option<String>,
    /// When the person showed that mail to the address reaches them; none: not yet, or the address is another since.
    pub email_verified_at: Option<DateTimeUtc>,
    /// Digits, after a `+` where the country is named; unique.
    #[sea_orm(unique)]
    pub phone: Option<String>,
    pub full_name: Option<String>,
    pub role: Role,
    pub department: Option<Department>,
    /// Argon2id, PHC format; none: cannot sign in with a password.
    pub password_hash: Option<Secret>,
    /// The `sub` of a CRM's visitor token, or a random one for an anonymous visitor; none for an account.
    #[sea_orm(unique)]
    pub visitor_sub: Option<String>,
    pub disabled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How the `visitor_sub` of an anonymous visitor begins.
pub const ANONYMOUS: &str = "anon:";

impl Model {
    /// A visitor whom no site vouches for.
    pub fn is_anonymous(&self) -> bool {
        self.visitor_sub
            .as_deref()
            .is_some_and(|sub| sub.starts_with(ANONYMOUS))
    }
}

impl Entity {
    /// The account of this name, whatever the case.
    pub fn named(username: &str) -> Select<Self> {
        Self::find().filter(Column::UsernameKey.eq(username.to_lowercase()))
    }

    /// The account of this address, whatever the case.
    pub fn with_email(email: &str) -> Select<Self> {
        Self::find().filter(Column::Email.eq(email.to_lowercase()))
    }

    /// The account of this telephone number, as it is stored.
    pub fn with_phone(phone: &str) -> Select<Self> {
        Self::find().filter(Column::Phone.eq(phone))
    }
}

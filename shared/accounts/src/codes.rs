//! Codes that are mailed to people: made, taken once, swept. Only their hashes are stored.

use crate::Accounts;
use chrono::{DateTime, Duration, Utc};
use entity::account_token::{self, Kind};
use entity::{UserId, user};
use kernel::error::{Error, Result};
use platform::db::Transaction;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use sha2::{Digest, Sha256};

/// How long a code is good, from when its mail was made.
pub fn good_for(kind: Kind) -> Duration {
    match kind {
        Kind::PasswordReset => Duration::hours(1),
        Kind::EmailConfirmation => Duration::hours(24),
    }
}

/// Makes a code in the caller's transaction. Those of its kind that the person had before are good no more.
pub(crate) async fn make(
    tx: &Transaction,
    kind: Kind,
    user: UserId,
    address: &str,
    now: DateTime<Utc>,
) -> Result<String, DbErr> {
    forget(&**tx, user, kind).await?;
    let code = kernel::secrets::random_hex(16);
    let row = account_token::ActiveModel {
        token_hash: Set(hash(&code).into()),
        kind: Set(kind),
        user_id: Set(user),
        address: Set(address.to_owned()),
        created_at: Set(now),
        expires_at: Set(now + good_for(kind)),
        used_at: Set(None),
    };
    account_token::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await?;
    Ok(code)
}

/// Refuses a code that [`take`] would refuse, without taking it: before work that costs.
pub(crate) async fn check(accounts: &Accounts, kind: Kind, code: &str) -> Result<()> {
    let good = account_token::Entity::find()
        .filter(account_token::Column::TokenHash.eq(hash(code)))
        .filter(account_token::Column::Kind.eq(kind))
        .filter(account_token::Column::UsedAt.is_null())
        .filter(account_token::Column::ExpiresAt.gt(accounts.clock.now()))
        .one(&*accounts.db)
        .await?;
    good.map(drop).ok_or_else(refused)
}

/// Takes a code, in the transaction of what it is good for: of two concurrent uses the second finds it used. Gives the
/// account, whose row nobody else changes before the transaction ends; it still has the address that the code was sent to.
pub(crate) async fn take(
    tx: &Transaction,
    kind: Kind,
    code: &str,
    now: DateTime<Utc>,
) -> Result<user::Model> {
    let taken = account_token::Entity::update_many()
        .col_expr(account_token::Column::UsedAt, Expr::value(now))
        .filter(account_token::Column::TokenHash.eq(hash(code)))
        .filter(account_token::Column::Kind.eq(kind))
        .filter(account_token::Column::UsedAt.is_null())
        .filter(account_token::Column::ExpiresAt.gt(now))
        .exec_with_returning(&**tx)
        .await?;
    let taken = taken.into_iter().next().ok_or_else(refused)?;
    user::Entity::find_by_id(taken.user_id)
        .lock_exclusive()
        .one(&**tx)
        .await?
        .filter(|user| user.disabled_at.is_none() && user.email.as_ref() == Some(&taken.address))
        .ok_or_else(refused)
}

/// Makes a person's codes of one kind good for nothing.
pub(crate) async fn forget<C: ConnectionTrait>(db: &C, user: UserId, kind: Kind) -> Result<(), DbErr> {
    account_token::Entity::delete_many()
        .filter(account_token::Column::UserId.eq(user))
        .filter(account_token::Column::Kind.eq(kind))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes codes that have run out.
pub async fn sweep(accounts: &Accounts) -> Result<()> {
    account_token::Entity::delete_many()
        .filter(account_token::Column::ExpiresAt.lt(accounts.clock.now()))
        .exec(&*accounts.db)
        .await?;
    Ok(())
}

/// One answer for every reason, so that it does not say which codes there are.
fn refused() -> Error {
    Error::Conflict {
        code: "code_refused",
        field: Some("token"),
        detail: "This code is not good: it was used, it ran out, or a newer one was sent".into(),
    }
}

fn hash(code: &str) -> String {
    hex::encode(Sha256::digest(code.trim().as_bytes()))
}

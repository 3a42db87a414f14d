//! Sign-ins: opened by login, renewed by refresh tokens that are good once, ended by logout or reuse.

use super::{Keys, REFRESH_TTL};
use crate::Accounts;
use chrono::{DateTime, Utc};
use entity::{SessionId, UserId, refresh_token, session, user};
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error, Result};
use kernel::event::Event;
use platform::db::Transaction;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;

/// An access and a refresh token.
#[derive(Clone)]
pub struct Pair {
    /// A JWT (HS256) that says what is in [`super::Claims`].
    pub access: String,
    /// 64 hex digits; good once.
    pub refresh: String,
    /// Seconds that the access token is good for.
    pub expires_in: i64,
    /// Whose session it is, as the account was when the pair was made.
    pub user: user::Model,
}

impl std::fmt::Debug for Pair {
    /// Shows whose it is, never the tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pair")
            .field("user", &self.user.id)
            .finish_non_exhaustive()
    }
}

/// How long a refresh token is, in hex.
const REFRESH_CHARS: usize = 64;

/// The answer to a refresh can be lost (the page was left, the telephone slept): for so long a repeat gets it again.
const LOST_ANSWER: chrono::Duration = chrono::Duration::seconds(60);

/// Opens a session for somebody whose identity is established.
pub async fn open_session(accounts: &Accounts, user: user::Model) -> Result<Pair> {
    let now = accounts.clock.now();
    let sid = SessionId(Uuid::now_v7());
    let tx = accounts.db.begin().await?;
    let row = session::ActiveModel {
        id: Set(sid),
        user_id: Set(user.id),
        created_at: Set(now),
        expires_at: Set(now + REFRESH_TTL),
        revoked_at: Set(None),
    };
    row.insert(&*tx).await?;
    let refresh = kernel::secrets::random_hex(REFRESH_CHARS / 2);
    store(&tx, sid, &refresh, now).await?;
    tx.commit().await?;
    pair(&accounts.keys, user, sid, refresh, now)
}

/// Exchanges a refresh token for a new pair. A token that was spent before gets the same refresh token as the first time
/// while its answer may have been lost: for [`LOST_ANSWER`], and until somebody uses that one. Any other use of a spent
/// token means that two have it: the whole session ends.
pub async fn refresh(accounts: &Accounts, token: &str) -> Result<Pair> {
    let now = accounts.clock.now();
    let successor = accounts.keys.successor(token)?;
    let invalid = || Error::Unauthorized(AuthFailure::Invalid);
    let tx = accounts.db.begin().await?;
    let (sid, is_first) = match spend(&tx, token, &successor, now).await? {
        Spent::First(sid) => (sid, true),
        Spent::Again(sid) => (sid, false),
        Spent::Reused(sid) => {
            tx.commit().await?;
            tracing::warn!(session = %sid, "a spent refresh token was used again; its session ends");
            revoke(accounts, sid).await?;
            return Err(invalid());
        }
        Spent::Never => return Err(invalid()),
    };
    let session = session::Entity::find_by_id(sid)
        .one(&*tx)
        .await?
        .ok_or_else(invalid)?;
    if session.revoked_at.is_some() {
        return Err(Error::Unauthorized(AuthFailure::Revoked));
    }
    let user = user::Entity::find_by_id(session.user_id)
        .one(&*tx)
        .await?
        .ok_or_else(invalid)?;
    if user.disabled_at.is_some() {
        return Err(invalid());
    }
    if is_first {
        store(&tx, sid, &successor, now).await?;
        let renewed = session::ActiveModel {
            id: Set(sid),
            expires_at: Set(now + REFRESH_TTL),
            ..Default::default()
        };
        renewed.update(&*tx).await?;
    }
    tx.commit().await?;
    pair(&accounts.keys, user, sid, successor, now)
}

/// What the use of a refresh token was.
enum Spent {
    First(SessionId),
    /// Spent a moment ago, and what it was exchanged for has not been used.
    Again(SessionId),
    Reused(SessionId),
    /// There is no such token, or it has run out.
    Never,
}

/// Spends a token. Of two concurrent uses the second waits for the first one's commit (at the row on Postgres, at the
/// database on SQLite) and finds its successor.
async fn spend(tx: &Transaction, token: &str, successor: &str, now: DateTime<Utc>) -> Result<Spent, DbErr> {
    let hashed = hash(token);
    let spent = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::SpentAt, Expr::value(now))
        .filter(refresh_token::Column::TokenHash.eq(hashed.as_str()))
        .filter(refresh_token::Column::SpentAt.is_null())
        .filter(refresh_token::Column::ExpiresAt.gt(now))
        .exec_with_returning(&**tx)
        .await?;
    if let Some(row) = spent.into_iter().next() {
        return Ok(Spent::First(row.session_id));
    }
    let known = refresh_token::Entity::find_by_id(hashed).one(&**tx).await?;
    let Some((row, spent_at)) = known.and_then(|row| row.spent_at.map(|at| (row, at))) else {
        return Ok(Spent::Never);
    };
    if now - spent_at < LOST_ANSWER {
        let unused = refresh_token::Entity::find_by_id(hash(successor))
            .filter(refresh_token::Column::SpentAt.is_null())
            .one(&**tx)
            .await?;
        if unused.is_some() {
            return Ok(Spent::Again(row.session_id));
        }
    }
    Ok(Spent::Reused(row.session_id))
}

/// Ends the actor's session, and that of the given refresh token where it is the actor's too.
pub async fn logout(accounts: &Accounts, actor: &Actor, token: Option<&str>) -> Result<()> {
    if let Some(token) = token
        && let Some(row) = refresh_token::Entity::find_by_id(hash(token))
            .one(&*accounts.db)
            .await?
        && let Some(session) = session::Entity::find_by_id(row.session_id)
            .one(&*accounts.db)
            .await?
        && session.user_id == actor.id
    {
        revoke(accounts, session.id).await?;
    }
    match actor.session {
        Some(sid) => revoke(accounts, sid).await,
        None => Ok(()),
    }
}

/// Ends the session of a refresh token, whoever presents it; nothing where there is no such session.
///
/// # Errors
///
/// What cannot be a refresh token is [`AuthFailure::Invalid`].
pub async fn logout_by_token(accounts: &Accounts, token: &str) -> Result<()> {
    let is_one = token.len() == REFRESH_CHARS && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_one {
        return Err(Error::Unauthorized(AuthFailure::Invalid));
    }
    let known = refresh_token::Entity::find_by_id(hash(token))
        .one(&*accounts.db)
        .await?;
    match known {
        Some(row) => revoke(accounts, row.session_id).await,
        None => Ok(()),
    }
}

/// Ends a person's sessions, but for the one in which they asked for it, in the transaction of its cause. Gives those that
/// are to be announced after the commit.
pub(crate) async fn end_sessions(
    tx: &Transaction,
    user: UserId,
    kept: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, DbErr> {
    let mut live = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::RevokedAt.is_null());
    if let Some(kept) = kept {
        live = live.filter(session::Column::Id.ne(kept));
    }
    let ended = live.exec_with_returning(&**tx).await?;
    Ok(ended.into_iter().map(|session| session.id).collect())
}

/// Says after the commit which sessions ended: their sockets close.
pub(crate) fn announce_ended(accounts: &Accounts, ended: &[SessionId]) {
    for session in ended {
        let ended = Event::SessionRevoked { session: *session };
        accounts.bus.publish_one(ended);
    }
}

async fn revoke(accounts: &Accounts, sid: SessionId) -> Result<()> {
    let revoked = session::ActiveModel {
        id: Set(sid),
        revoked_at: Set(Some(accounts.clock.now())),
        ..Default::default()
    };
    match revoked.update(&*accounts.db).await {
        Ok(_) | Err(DbErr::RecordNotUpdated) => {}
        Err(error) => return Err(error.into()),
    }
    accounts.bus.publish_one(Event::SessionRevoked { session: sid });
    Ok(())
}

/// When these people last signed in or renewed a session; those of whom no session is left are left out.
pub async fn last_used(accounts: &Accounts, people: &[UserId]) -> Result<HashMap<UserId, DateTime<Utc>>> {
    let newest: Vec<(UserId, DateTime<Utc>)> = session::Entity::find()
        .select_only()
        .column(session::Column::UserId)
        .column_as(session::Column::ExpiresAt.max(), "expires_at")
        .filter(session::Column::UserId.is_in(people.iter().copied()))
        .group_by(session::Column::UserId)
        .into_tuple()
        .all(&*accounts.db)
        .await?;
    // each use puts the end off by as much
    let used = newest.into_iter().map(|(user, ends)| (user, ends - REFRESH_TTL));
    Ok(used.collect())
}

/// Deletes sessions and refresh tokens that have run out.
pub async fn sweep(accounts: &Accounts) -> Result<()> {
    let now = accounts.clock.now();
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::ExpiresAt.lt(now))
        .exec(&*accounts.db)
        .await?;
    session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lt(now))
        .exec(&*accounts.db)
        .await?;
    Ok(())
}

async fn store(tx: &Transaction, sid: SessionId, token: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = refresh_token::ActiveModel {
        token_hash: Set(hash(token).into()),
        session_id: Set(sid),
        created_at: Set(now),
        expires_at: Set(now + REFRESH_TTL),
        spent_at: Set(None),
    };
    refresh_token::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

fn pair(keys: &Keys, user: user::Model, sid: SessionId, refresh: String, now: DateTime<Utc>) -> Result<Pair> {
    let access = keys.sign(&user, sid, now)?;
    Ok(Pair {
        access,
        refresh,
        expires_in: super::ACCESS_TTL.num_seconds(),
        user,
    })
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

//! Visitors: people of a site that embeds the widget, without accounts of their own.

use super::{Pair, decode, open_session};
use crate::Accounts;
use crate::names;
use chrono::{DateTime, Duration, Utc};
use entity::user;
use entity::user::{ANONYMOUS, Role};
use entity::{UserId, attachment, conversation, message, participant, reaction, refresh_token, session};
use kernel::error::{AuthFailure, Error, Result, check_text};
use kernel::event::Event;
use kernel::settings::Visitors;
use platform::limits::Caller;
use sea_orm::sea_query::{DynIden, Expr, ExprTrait, IntoIden, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select,
};
use serde::Deserialize;
use uuid::Uuid;

/// What a CRM says of its visitor, in a JWT signed (HS256) with `VISITOR_JWT_SECRET`.
#[derive(Clone, Debug, Deserialize)]
pub struct VisitorToken {
    /// The CRM's own id of the visitor: the same `sub` is the same visitor. 1–200 characters.
    pub sub: String,
    /// Seconds since 1970.
    pub exp: i64,
    /// At most 200 characters; none, or one that only the company has: the visitor has no name.
    pub name: Option<String>,
    /// At most 254 characters; kept with a visitor who is new, unless another account has it.
    pub email: Option<String>,
}

/// Opens a session for a visitor who comes over the network. An address can bring only so many whom no site vouches for:
/// then [`Error::ProofRequired`], and in the end [`Error::RateLimited`].
pub async fn welcome(
    accounts: &Accounts,
    token: Option<&str>,
    caller: impl Into<Caller<'_>>,
) -> Result<Pair> {
    if token.is_none() && accounts.settings.visitors == Visitors::Anonymous {
        accounts.limits.admit(caller.into(), accounts.clock.now()).await?;
    }
    visit(accounts, token).await
}

/// Opens a session for a visitor: the one whom the CRM's token names, or a new anonymous one.
pub async fn visit(accounts: &Accounts, token: Option<&str>) -> Result<Pair> {
    let visitor = match (token, accounts.settings.visitors) {
        (_, Visitors::Off) => return Err(Error::Forbidden("Visitors are switched off".into())),
        (None, Visitors::Signed) => return Err(Error::Forbidden("A visitor token is required".into())),
        (None, Visitors::Anonymous) => {
            make(accounts, format!("{ANONYMOUS}{}", Uuid::new_v4()), None, None).await?
        }
        (Some(token), _) => {
            let claims = verify(accounts, token).await?;
            find_or_make(accounts, claims).await?
        }
    };
    open_session(accounts, visitor).await
}

/// A visitor who did nothing for so long is forgotten.
const UNUSED_FOR: Duration = Duration::days(1);

/// So many are forgotten in one statement.
const SWEPT_AT_ONCE: u64 = 1000;

/// Deletes anonymous visitors who began nothing, said nothing and were given no token within a day: whoever comes back
/// later becomes a new one, and has lost nothing. Gives how many there were.
pub async fn sweep_unused(accounts: &Accounts) -> Result<u64> {
    let mut swept = 0;
    loop {
        let unused = unused(accounts.clock.now())
            .limit(SWEPT_AT_ONCE)
            .into_tuple::<UserId>();
        let ids = unused.all(&*accounts.db).await?;
        if ids.is_empty() {
            return Ok(swept);
        }
        let deleted = user::Entity::delete_many()
            .filter(user::Column::Id.is_in(ids))
            .exec(&*accounts.db)
            .await?;
        swept += deleted.rows_affected;
        if deleted.rows_affected < SWEPT_AT_ONCE {
            return Ok(swept);
        }
    }
}

/// Those visitors' ids. Who is older than a refresh token's life holds none, and an earlier run looked at them.
fn unused(now: DateTime<Utc>) -> Select<user::Entity> {
    let me = || Expr::col((user::Entity, user::Column::Id));
    let live = Query::select()
        .expr(Expr::val(1))
        .from(session::Entity)
        .inner_join(
            refresh_token::Entity,
            Expr::col((refresh_token::Entity, refresh_token::Column::SessionId))
                .equals((session::Entity, session::Column::Id)),
        )
        .and_where(Expr::col((session::Entity, session::Column::UserId)).eq(me()))
        .and_where(Expr::col((refresh_token::Entity, refresh_token::Column::CreatedAt)).gt(now - UNUSED_FOR))
        .to_owned();
    let did = |table: DynIden, column: DynIden| {
        Query::select()
            .expr(Expr::val(1))
            .from(table.clone())
            .and_where(Expr::col((table, column)).eq(me()))
            .to_owned()
    };
    let done = [
        did(
            participant::Entity.into_iden(),
            participant::Column::UserId.into_iden(),
        ),
        did(
            conversation::Entity.into_iden(),
            conversation::Column::CreatedBy.into_iden(),
        ),
        did(message::Entity.into_iden(), message::Column::SenderId.into_iden()),
        did(reaction::Entity.into_iden(), reaction::Column::UserId.into_iden()),
        did(
            attachment::Entity.into_iden(),
            attachment::Column::UploaderId.into_iden(),
        ),
        live,
    ];
    let all = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::VisitorSub.is_not_null())
        .filter(user::Column::VisitorSub.starts_with(ANONYMOUS))
        .filter(user::Column::CreatedAt.lt(now - UNUSED_FOR))
        .filter(user::Column::CreatedAt.gt(now - super::REFRESH_TTL - UNUSED_FOR * 2));
    done.into_iter()
        .fold(all, |rest, done| rest.filter(Expr::exists(done).not()))
}

async fn verify(accounts: &Accounts, token: &str) -> Result<VisitorToken> {
    let key = accounts.keys.visitors.as_ref().ok_or_else(|| {
        Error::Forbidden("Signed visitor tokens need VISITOR_JWT_SECRET to be set on the server".into())
    })?;
    let mut claims: VisitorToken = decode(token, key)?;
    if claims.exp <= accounts.clock.now().timestamp() {
        return Err(Error::Unauthorized(AuthFailure::Expired));
    }
    check_text("sub", &claims.sub, 1, 200)?;
    check_text("name", claims.name.as_deref().unwrap_or_default(), 0, MAX_NAME)?;
    claims.name = shown(accounts, claims.name).await?;
    check_text("email", claims.email.as_deref().unwrap_or_default(), 0, 254)?;
    Ok(claims)
}

/// What a visitor is called: what the CRM says, but for what is not seen. The CRM may pass on what the visitor typed, so a
/// name that only the company has is none.
async fn shown(accounts: &Accounts, name: Option<String>) -> Result<Option<String>> {
    let name = name
        .map(|name| kernel::names::clean(&name))
        .filter(|name| !name.is_empty());
    let Some(name) = name else { return Ok(None) };
    let fits = name.chars().count() <= MAX_NAME && names::is_free(accounts, &name).await?;
    Ok(Some(name).filter(|_| fits))
}

const MAX_NAME: usize = 200;

async fn find_or_make(accounts: &Accounts, claims: VisitorToken) -> Result<user::Model> {
    let sub = format!("crm:{}", claims.sub);
    let known = || {
        user::Entity::find()
            .filter(user::Column::VisitorSub.eq(sub.as_str()))
            .one(&*accounts.db)
    };
    let Some(row) = known().await? else {
        return match make(accounts, sub.clone(), claims.name, claims.email).await {
            Ok(row) => Ok(row),
            // a concurrent first visit made it
            Err(error) => known().await?.ok_or(error),
        };
    };
    if row.disabled_at.is_some() {
        return Err(Error::Unauthorized(AuthFailure::Invalid));
    }
    if claims.name.is_none() || claims.name == row.full_name {
        return Ok(row);
    }
    let renamed = user::ActiveModel {
        id: Set(row.id),
        full_name: Set(claims.name),
        updated_at: Set(accounts.clock.now()),
        ..Default::default()
    };
    let renamed = renamed.update(&*accounts.db).await?;
    accounts.bus.publish_one(Event::UserChanged { user: renamed.id });
    Ok(renamed)
}

async fn make(
    accounts: &Accounts,
    sub: String,
    name: Option<String>,
    email: Option<String>,
) -> Result<user::Model> {
    let now = accounts.clock.now();
    let username = format!("visitor-{}", kernel::secrets::random_hex(6));
    let email = match email
        .map(|email| email.to_lowercase())
        .filter(|email| !email.is_empty())
    {
        // the address of an account stays that account's
        Some(email)
            if user::Entity::with_email(&email)
                .one(&*accounts.db)
                .await?
                .is_none() =>
        {
            Some(email)
        }
        _ => None,
    };
    let row = user::ActiveModel {
        username_key: Set(username.clone()),
        username: Set(username),
        email: Set(email),
        email_verified_at: Set(None),
        phone: Set(None),
        full_name: Set(name),
        role: Set(Role::User),
        department: Set(None),
        password_hash: Set(None),
        visitor_sub: Set(Some(sub)),
        disabled_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    Ok(row.insert(&*accounts.db).await?)
}

//! Visitors: people of a site that embeds the widget, without accounts of their own.

use super::{Pair, decode, open_session};
use crate::core::Core;
use crate::error::{AuthFailure, Error, Result, check_text};
use crate::names;
use crate::settings::Visitors;
use entity::user;
use entity::user::Role;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use uuid::Uuid;

/// What a CRM says of its visitor, in a JWT signed (HS256) with `VISITOR_JWT_SECRET`.
#[derive(Clone, Debug, Deserialize)]
pub struct VisitorToken {
    /// The CRM's own id of the visitor: the same `sub` is the same visitor. 1–200 characters.
    pub sub: String,
    /// Seconds since 1970.
    pub exp: i64,
    pub name: Option<String>,
    pub email: Option<String>,
}

/// Opens a session for a visitor: the one whom the CRM's token names, or a new anonymous one.
pub async fn visit(core: &Core, token: Option<&str>) -> Result<Pair> {
    let visitor = match (token, core.settings.visitors) {
        (_, Visitors::Off) => return Err(Error::Forbidden("Visitors are switched off".into())),
        (None, Visitors::Signed) => return Err(Error::Forbidden("A visitor token is required".into())),
        (None, Visitors::Anonymous) => make(core, format!("anon:{}", Uuid::new_v4()), None, None).await?,
        (Some(token), _) => {
            let claims = verify(core, token).await?;
            find_or_make(core, claims).await?
        }
    };
    open_session(core, visitor).await
}

async fn verify(core: &Core, token: &str) -> Result<VisitorToken> {
    let key = core.keys.visitors.as_ref().ok_or_else(|| {
        Error::Forbidden("Signed visitor tokens need VISITOR_JWT_SECRET to be set on the server".into())
    })?;
    let mut claims: VisitorToken = decode(token, key)?;
    if claims.exp <= core.clock.now().timestamp() {
        return Err(Error::Unauthorized(AuthFailure::Expired));
    }
    check_text("sub", &claims.sub, 1, 200)?;
    check_text("name", claims.name.as_deref().unwrap_or_default(), 0, MAX_NAME)?;
    claims.name = shown(core, claims.name).await?;
    check_text("email", claims.email.as_deref().unwrap_or_default(), 0, 254)?;
    Ok(claims)
}

/// What a visitor is called: what the CRM says, but for what is not seen. The CRM may pass on what the visitor typed, so a
/// name that only the company has is none.
async fn shown(core: &Core, name: Option<String>) -> Result<Option<String>> {
    let name = name
        .map(|name| names::clean(&name))
        .filter(|name| !name.is_empty());
    let Some(name) = name else { return Ok(None) };
    let fits = name.chars().count() <= MAX_NAME && names::is_free(core, &name).await?;
    Ok(Some(name).filter(|_| fits))
}

const MAX_NAME: usize = 200;

async fn find_or_make(core: &Core, claims: VisitorToken) -> Result<user::Model> {
    let sub = format!("crm:{}", claims.sub);
    let known = || {
        user::Entity::find()
            .filter(user::Column::VisitorSub.eq(sub.as_str()))
            .one(&*core.db)
    };
    let Some(row) = known().await? else {
        return match make(core, sub.clone(), claims.name, claims.email).await {
            Ok(row) => Ok(row),
            // two first visits at once: the other one made it
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
        updated_at: Set(core.clock.now()),
        ..Default::default()
    };
    Ok(renamed.update(&*core.db).await?)
}

async fn make(core: &Core, sub: String, name: Option<String>, email: Option<String>) -> Result<user::Model> {
    let now = core.clock.now();
    let username = format!("visitor-{}", crate::secrets::random_hex(6));
    let email = match email
        .map(|email| email.to_lowercase())
        .filter(|email| !email.is_empty())
    {
        // the address of an account stays that account's
        Some(email) if user::Entity::with_email(&email).one(&*core.db).await?.is_none() => Some(email),
        _ => None,
    };
    let row = user::ActiveModel {
        username_key: Set(username.clone()),
        username: Set(username),
        email: Set(email),
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
    Ok(row.insert(&*core.db).await?)
}

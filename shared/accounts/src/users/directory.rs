//! Looking people up: the company everybody, everybody those whom they may write to.

use super::administer::narrowed;
use crate::Accounts;
use entity::UserId;
use entity::user::{self, Column, Role};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::roles;
use platform::like::contains;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

/// Which accounts, newest first.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// A part of the username, the full name or the e-mail address, whatever the case; at most 200 characters.
    pub search: Option<String>,
    /// None: of every role but the bot's.
    pub role: Option<Role>,
    /// 1–100.
    pub limit: u64,
    /// How many are skipped.
    pub offset: u64,
}

/// Accounts without the bot's and visitors', and how many there are in all; agents and admins.
pub async fn directory(
    accounts: &Accounts,
    actor: &Actor,
    query: &Directory,
) -> Result<(Vec<user::Model>, u64)> {
    roles::staff(actor)?;
    check_text("search", query.search.as_deref().unwrap_or_default(), 0, 200)?;
    let bot = accounts.bot.account()?.id;
    let all = narrowed(bot, query.search.as_deref(), query.role).filter(Column::VisitorSub.is_null());
    let count = all.clone().count(&*accounts.db).await?;
    let page = all
        .order_by_desc(Column::Id)
        .limit(query.limit)
        .offset(query.offset);
    Ok((page.all(&*accounts.db).await?, count))
}

/// One account: one's own, and for agents and admins anybody's but the bot's. To others it does not exist.
pub async fn find(accounts: &Accounts, actor: &Actor, id: UserId) -> Result<user::Model> {
    let unknown = || Error::NotFound("User".into());
    if id != actor.id && !actor.is_staff() {
        return Err(unknown());
    }
    user::Entity::find_by_id(id)
        .one(&*accounts.db)
        .await?
        .filter(|user| user.role != Role::Bot)
        .ok_or_else(unknown)
}

/// The people whom the actor may bring into a conversation ([`super::may_bring`]) and whose username has this part,
/// whatever the case, by username; not the actor, nobody who is disabled. Nobody for an empty part. `limit` is 1–50.
pub async fn search(accounts: &Accounts, actor: &Actor, part: &str, limit: u64) -> Result<Vec<user::Model>> {
    roles::member(actor)?;
    if actor.is_unproven {
        return Err(Error::Forbidden("People without an account find nobody".into()));
    }
    let part = part.trim();
    check_text("q", part, 0, 200)?;
    if part.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = user::Entity::find()
        .filter(Expr::col(Column::UsernameKey).like(contains(part)))
        .filter(Column::Role.ne(Role::Bot))
        .filter(Column::DisabledAt.is_null())
        .filter(Column::Id.ne(actor.id));
    if !actor.is_staff() {
        found = found.filter(Column::VisitorSub.is_null());
    }
    // along the index of usernames, up to the limit
    let found = found.order_by_asc(Column::UsernameKey).limit(limit);
    Ok(found.all(&*accounts.db).await?)
}

//! Accounts as the command line keeps them.

use super::names;
use crate::{Accounts, tokens};
use entity::user::{self, Department, Role};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::roles;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// All accounts but the bot's and visitors', by name; admins only (or the command line, with no actor).
pub async fn list(accounts: &Accounts, actor: Option<&Actor>) -> Result<Vec<user::Model>> {
    actor.map_or(Ok(()), roles::admin)?;
    let found = user::Entity::find()
        .filter(user::Column::Role.ne(Role::Bot))
        .filter(user::Column::VisitorSub.is_null())
        .order_by_asc(user::Column::UsernameKey)
        .all(&*accounts.db)
        .await?;
    Ok(found)
}

/// Gives an account another role.
pub async fn set_role(
    accounts: &Accounts,
    username: &str,
    role: Role,
    department: Option<Department>,
) -> Result<user::Model> {
    let user = by_name(accounts, username).await?;
    let changed = user::ActiveModel {
        id: Set(user.id),
        role: Set(role),
        department: Set(department),
        updated_at: Set(accounts.clock.now()),
        ..Default::default()
    };
    let changed = changed.update(&*accounts.db).await?;
    accounts.bus.publish_one(Event::UserChanged { user: user.id });
    Ok(changed)
}

/// Disables an account: it cannot sign in, and its sessions end.
pub async fn disable(accounts: &Accounts, username: &str) -> Result<user::Model> {
    let user = by_name(accounts, username).await?;
    let now = accounts.clock.now();
    let changed = user::ActiveModel {
        id: Set(user.id),
        disabled_at: Set(Some(now)),
        updated_at: Set(now),
        ..Default::default()
    };
    let tx = accounts.db.begin().await?;
    let changed = changed.update(&*tx).await?;
    let ended = tokens::end_sessions(&tx, user.id, None, now).await?;
    tx.commit().await?;
    tokens::announce_ended(accounts, &ended);
    accounts.bus.publish_one(Event::UserChanged { user: user.id });
    Ok(changed)
}

/// Whether anybody could administer this server.
pub async fn has_admin(accounts: &Accounts) -> Result<bool> {
    let admin = user::Entity::find()
        .filter(user::Column::Role.eq(Role::Admin))
        .filter(user::Column::DisabledAt.is_null())
        .one(&*accounts.db)
        .await?;
    Ok(admin.is_some())
}

async fn by_name(accounts: &Accounts, username: &str) -> Result<user::Model> {
    let found = names::called(&*accounts.db, username)
        .await?
        .filter(|user| user.role != Role::Bot);
    found.ok_or_else(|| Error::NotFound(format!("User {username}")))
}

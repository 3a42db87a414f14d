//! Who works for the company, who else has an account, and who of them is there.

use accounts::tokens;
use accounts::users::{self, Directory, shown};
use chat::{Chat, presence};
use chrono::{DateTime, Utc};
use entity::user::{self, Column, Role};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::roles;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Somebody who works for the company.
#[derive(Clone, Debug)]
pub struct StaffMember {
    /// The account of an agent or admin.
    pub row: user::Model,
    /// Has a socket, on whichever instance.
    pub is_online: bool,
}

/// The agents and admins who can sign in, by name; agents and admins.
pub async fn list(chat: &Chat, actor: &Actor) -> Result<Vec<StaffMember>> {
    roles::staff(actor)?;
    let mut rows = user::Entity::find()
        .filter(Column::Role.is_in([Role::Agent, Role::Admin]))
        .filter(Column::DisabledAt.is_null())
        .all(&*chat.db)
        .await?;
    rows.sort_by_cached_key(|row| (shown(row).to_lowercase(), row.id));
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let online = presence::present(chat, &ids).await;
    let members = rows.into_iter().map(|row| StaffMember {
        is_online: online.contains(&row.id),
        row,
    });
    Ok(members.collect())
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct SeenPerson {
    /// The account.
    pub row: user::Model,
    /// Has a socket, on whichever instance.
    pub is_online: bool,
    /// Now for somebody who has, else when they last signed in or renewed a session; none where no session is left of it.
    pub last_seen: Option<DateTime<Utc>>,
}

/// Accounts without the bot's and visitors', newest first; admins only. `limit` is 1–100.
pub async fn people(chat: &Chat, actor: &Actor, limit: u64, offset: u64) -> Result<Vec<SeenPerson>> {
    roles::admin(actor)?;
    let query = Directory {
        limit,
        offset,
        ..Directory::default()
    };
    let (rows, _) = users::directory(chat, actor, &query).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let online = presence::present(chat, &ids).await;
    let used = tokens::last_used(chat, &ids).await?;
    let now = chat.clock.now();
    let people = rows.into_iter().map(|row| {
        let is_online = online.contains(&row.id);
        SeenPerson {
            is_online,
            last_seen: is_online.then_some(now).or_else(|| used.get(&row.id).copied()),
            row,
        }
    });
    Ok(people.collect())
}

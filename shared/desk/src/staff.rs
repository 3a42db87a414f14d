//! Who works for the company, and who of them is there.

use accounts::users::shown;
use chat::{Chat, presence};
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

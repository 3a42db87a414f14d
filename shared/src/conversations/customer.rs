//! The customer behind a conversation, as agents see them beside it.

use super::authorize;
use crate::core::Core;
use crate::{policy, presence};
use entity::conversation::{self, Column, Kind};
use entity::participant::Part;
use entity::{ConversationId, UserId, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// Whom a conversation is with.
#[derive(Clone, Debug)]
pub struct Customer {
    pub row: user::Model,
    /// Their conversations with the company that the actor may see.
    pub conversations: u64,
    /// Has a socket, on whichever instance.
    pub is_online: bool,
}

/// The owner of a customer's conversation or ticket; agents and admins who see it.
pub async fn customer(core: &Core, actor: &Actor, id: ConversationId) -> Result<Customer> {
    let scope = authorize(core, actor, id).await?;
    policy::staff(actor)?;
    let missing = || Error::NotFound("Customer".into());
    if !matches!(scope.kind, Kind::Support | Kind::Ticket) {
        return Err(missing());
    }
    let owner = scope
        .people()
        .find(|person| scope.part_of(*person) == Some(Part::Owner));
    let row = user::Entity::find_by_id(owner.ok_or_else(missing)?)
        .one(&*core.db)
        .await?
        .ok_or_else(missing)?;
    Ok(Customer {
        conversations: count(core, actor, row.id).await?,
        is_online: presence::present(core, &[row.id]).await.contains(&row.id),
        row,
    })
}

/// Conversations with the company that the customer takes part in and the actor may see.
async fn count(core: &Core, actor: &Actor, customer: UserId) -> Result<u64> {
    let found = conversation::Entity::find()
        .filter(Column::Id.in_subquery(policy::places_of(customer)))
        .filter(Column::Kind.is_in([Kind::Support, Kind::Ticket]))
        .filter(policy::visible_to(actor))
        .count(&*core.db)
        .await?;
    Ok(found)
}

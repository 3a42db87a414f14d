//! The customer behind a conversation, as agents see them beside it.

use crate::Chat;
use crate::access::authorize;
use crate::policy;
use crate::presence;
use entity::conversation::{self, Column, Kind};
use entity::participant::Part;
use entity::{ConversationId, UserId, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::roles;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// Whom a conversation is with.
#[derive(Clone, Debug)]
pub struct Customer {
    /// The customer's account, or visitor.
    pub row: user::Model,
    /// Their conversations with the company that the actor may see.
    pub conversations: u64,
    /// Has a socket, on whichever instance.
    pub is_online: bool,
}

/// The owner of a customer's conversation or ticket; agents and admins who see it.
pub async fn customer(chat: &Chat, actor: &Actor, id: ConversationId) -> Result<Customer> {
    let scope = authorize(chat, actor, id).await?;
    roles::staff(actor)?;
    let missing = || Error::NotFound("Customer".into());
    if !matches!(scope.kind, Kind::Support | Kind::Ticket) {
        return Err(missing());
    }
    let owner = scope
        .people()
        .find(|person| scope.part_of(*person) == Some(Part::Owner));
    let row = user::Entity::find_by_id(owner.ok_or_else(missing)?)
        .one(&*chat.db)
        .await?
        .ok_or_else(missing)?;
    Ok(Customer {
        conversations: count(chat, actor, row.id).await?,
        is_online: presence::present(chat, &[row.id]).await.contains(&row.id),
        row,
    })
}

/// Conversations with the company that the customer takes part in and the actor may see.
async fn count(chat: &Chat, actor: &Actor, customer: UserId) -> Result<u64> {
    let found = conversation::Entity::find()
        .filter(Column::Id.in_subquery(policy::places_of(customer)))
        .filter(Column::Kind.is_in([Kind::Support, Kind::Ticket]))
        .filter(policy::visible_to(actor))
        .count(&*chat.db)
        .await?;
    Ok(found)
}

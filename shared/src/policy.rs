//! May they? Every access rule of the application, on facts already loaded.

use crate::{actor::Actor, conversations::Scope, error::Error, error::Result};
use entity::conversation::Kind;
use entity::participant::Part;
use entity::user::Role;

/// Whether the actor may see the conversation: its people; every agent for a customer's; an admin for all.
pub fn can_see(actor: &Actor, scope: &Scope) -> bool {
    scope.has(actor.id)
        || match actor.role {
            Role::Admin => true,
            Role::Agent => scope.kind == Kind::Support,
            Role::Bot => scope.kind == Kind::Support,
            Role::User | Role::Driver => false,
        }
}

/// Whether the actor may rename it, switch its bot, add or remove people: its owner and staff who see it.
pub fn can_manage(actor: &Actor, scope: &Scope) -> bool {
    can_see(actor, scope) && (actor.is_staff() || scope.part_of(actor.id) == Some(Part::Owner))
}

/// Refuses whoever may not see the conversation with the answer for one that does not exist.
pub fn see(actor: &Actor, scope: &Scope) -> Result<()> {
    if can_see(actor, scope) {
        Ok(())
    } else {
        Err(Error::no_conversation())
    }
}

/// Refuses whoever may not manage the conversation.
pub fn manage(actor: &Actor, scope: &Scope) -> Result<()> {
    see(actor, scope)?;
    if can_manage(actor, scope) {
        Ok(())
    } else {
        Err(Error::Forbidden(
            "Only the conversation's owner or an agent may do this".into(),
        ))
    }
}

/// Refuses everybody but agents and admins.
pub fn staff(actor: &Actor) -> Result<()> {
    if actor.is_staff() {
        Ok(())
    } else {
        Err(Error::Forbidden("Agents and admins only".into()))
    }
}

/// Refuses everybody but admins.
pub fn admin(actor: &Actor) -> Result<()> {
    if actor.is_admin() {
        Ok(())
    } else {
        Err(Error::Forbidden("Admins only".into()))
    }
}

//! May they? Every access rule of the application, on facts already loaded.

mod visibility;

pub(crate) use visibility::places_of;
pub use visibility::{can_see, serving, visible_tickets, visible_to};

use crate::actor::Actor;
use crate::conversations::Scope;
use crate::error::{AuthFailure, Error, Result};
use crate::event::Person;
use crate::settings::RoomsAccess;
use entity::conversation::Kind;
use entity::participant::Part;
use entity::user::Role;

/// Whether everybody in the conversation may know that this person is there: not of somebody of the company who looks
/// at a customer's conversation and takes no part in it.
pub fn is_seen(who: &Person, scope: &Scope) -> bool {
    scope.kind != Kind::Support || scope.has(who.id) || !matches!(who.role, Role::Agent | Role::Admin)
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

/// Lets people without a token in where rooms are open.
pub fn believe(access: RoomsAccess) -> Result<()> {
    match access {
        RoomsAccess::Open => Ok(()),
        RoomsAccess::Token => Err(Error::Unauthorized(AuthFailure::Missing)),
    }
}

/// Refuses somebody without a token, who names nobody, everything but rooms.
pub fn walk_in(access: RoomsAccess, scope: &Scope) -> Result<()> {
    believe(access)?;
    if scope.kind == Kind::Room {
        Ok(())
    } else {
        Err(Error::no_conversation())
    }
}

/// Refuses whoever speaks for somebody else; staff may, in rooms' lists.
pub fn speak_for(actor: &Actor, name: &str) -> Result<()> {
    if actor.is_staff() || actor.is_named(name) {
        Ok(())
    } else {
        Err(Error::Forbidden("You may only name yourself".into()))
    }
}

/// Refuses visitors, who talk to the company only.
pub fn member(actor: &Actor) -> Result<()> {
    if actor.is_visitor {
        Err(Error::Forbidden("Visitors talk to the company only".into()))
    } else {
        Ok(())
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

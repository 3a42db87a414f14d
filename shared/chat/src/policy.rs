//! May they? Every access rule of the application, on facts already loaded.

mod visibility;

pub(crate) use visibility::places_of;
pub use visibility::{before_their_time, can_see, said_in_time, serving, visible_tickets, visible_to};

use crate::scope::Scope;
use entity::UserId;
use entity::conversation::{self, Kind, Status};
use entity::participant::Part;
use entity::user::{self, Role};
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error, Result};
use kernel::person::Person;
use kernel::settings::RoomsAccess;

/// Whether everybody in the conversation may know that this person is there: not of somebody of the company who looks
/// at a customer's conversation and takes no part in it.
pub fn is_seen(who: &Person, scope: &Scope) -> bool {
    scope.kind != Kind::Support || scope.has(who.id) || !matches!(who.role, Role::Agent | Role::Admin)
}

/// Whether the actor may rename it and add people: its owner and staff who see it.
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

/// Refuses a customer who would name the people of the company in their own conversation or ticket: the desk says who
/// serves it.
pub fn bring(actor: &Actor, scope: &Scope, people: &[user::Model]) -> Result<()> {
    let is_company = |user: &user::Model| Actor::of(user).is_staff();
    if is_served_by_company(scope.kind) && !actor.is_staff() && people.iter().any(is_company) {
        return Err(Error::Forbidden(
            "The company says who of it takes part: ask for a person instead".into(),
        ));
    }
    Ok(())
}

/// What somebody is in a conversation that they are added to.
pub(crate) fn part_of_newcomer(user: &user::Model, scope: &Scope) -> Part {
    if is_served_by_company(scope.kind) && Actor::of(user).is_staff() {
        Part::Agent
    } else {
        Part::Member
    }
}

fn is_served_by_company(kind: Kind) -> bool {
    match kind {
        Kind::Support | Kind::Ticket => true,
        Kind::Direct | Kind::Group | Kind::Room => false,
    }
}

/// Refuses whoever may not remove this person: everybody removes themselves and whom they added, but never who serves
/// them; staff who see the conversation remove anybody.
pub fn remove(actor: &Actor, scope: &Scope, who: UserId) -> Result<()> {
    see(actor, scope)?;
    let added = scope
        .standing_of(who)
        .is_some_and(|standing| standing.added_by == Some(actor.id) && standing.part != Part::Agent);
    if who == actor.id || actor.is_staff() || added {
        Ok(())
    } else {
        Err(Error::Forbidden(
            "You may only remove yourself and whom you added".into(),
        ))
    }
}

/// Refuses a customer who would switch the bot of a conversation that is the desk's: a person was asked for, or somebody
/// of the company has it or takes part. `row` is as it is under its lock.
pub fn switch_bot(actor: &Actor, scope: &Scope, row: &conversation::Model) -> Result<()> {
    let is_desks = row.assignee_id.is_some() || row.status != Status::Open || scope.is_served();
    if is_desks && !actor.is_staff() {
        return Err(Error::Forbidden(
            "An agent has this conversation: the bot is theirs to switch".into(),
        ));
    }
    Ok(())
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

//! Who is in a room: believing names, guests, adding and removing.

use super::{find, named};
use crate::conversations::{self, Participant};
use crate::core::Core;
use crate::users::{self, Named};
use crate::{names, participants, policy};
use entity::user::Role;
use entity::{UserId, conversation, user};
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error, Result};
use kernel::settings::RoomsAccess;

/// People in one request at most.
const MAX_NAMED: usize = 500;

/// Who opens a socket under this name: the token's holder, if the name is theirs; without a token whoever has the
/// name, where rooms are open. An unknown name is a stranger, who takes part in nothing, and is not stored.
pub async fn identify(core: &Core, holder: Option<Actor>, name: Option<&str>) -> Result<Actor> {
    match (holder, name) {
        (Some(actor), None) => Ok(actor),
        (Some(actor), Some(name)) if actor.is_named(name) => Ok(actor),
        (Some(_), Some(_)) => Err(Error::Unauthorized(AuthFailure::Invalid)),
        (None, name) => {
            policy::believe(core.settings.rooms_access)?;
            let name = name.ok_or(Error::Unauthorized(AuthFailure::Missing))?;
            let known = named(core, name).await?.filter(is_person);
            Ok(match known {
                Some(user) => Actor::unproven(&user),
                None => Actor::stranger(name),
            })
        }
    }
}

/// Neither the bot nor disabled.
fn is_person(user: &user::Model) -> bool {
    user.role != Role::Bot && user.disabled_at.is_none()
}

/// Whose room it will be.
pub(super) async fn owner(
    core: &Core,
    caller: Option<&Actor>,
    named: Option<&str>,
) -> Result<Option<UserId>> {
    let name = match (caller, named) {
        (Some(actor), name) => {
            policy::member(actor)?;
            match name {
                Some(name) if !actor.is_named(name) => name,
                _ => return Ok(Some(actor.id)),
            }
        }
        (None, name) => {
            policy::believe(core.settings.rooms_access)?;
            let Some(name) = name else { return Ok(None) };
            name
        }
    };
    if let Some(actor) = caller {
        policy::speak_for(actor, name)?;
    }
    let found = accounts(core, caller, "created_by", &[name.to_owned()]).await?;
    Ok(found.first().map(|user| user.id))
}

/// Adds people by username; who was there already is left alone. Returns the room and those newly added. The first
/// unknown name is [`Error::NotFound`], except where rooms are open, where it becomes a guest.
pub async fn add(
    core: &Core,
    caller: Option<&Actor>,
    chat: &str,
    names: &[String],
) -> Result<(conversation::Model, Vec<Participant>)> {
    let scope = find(core, caller, chat).await?;
    if let Some(actor) = caller {
        policy::manage(actor, &scope)?;
        policy::member(actor)?;
    }
    if names.is_empty() || names.len() > MAX_NAMED {
        let problem = format!("Must name 1 to {MAX_NAMED} people");
        return Err(Error::invalid("participant_ids", problem));
    }
    let people = accounts(core, caller, "participant_ids", names).await?;
    if let Some(actor) = caller {
        policy::bring(actor, &scope, &people)?;
    }
    let by = caller.map(|actor| actor.id);
    let added = participants::join(core, &scope, people, by).await?;
    let room = conversations::roster(core, scope.id).await?;
    let is_new = |part: &Participant| added.iter().any(|user| user.id == part.person.id);
    let people = room.participants.into_iter().filter(is_new).collect();
    Ok((room.row, people))
}

/// Removes a person: staff anybody, everybody themselves and whom they added, and whoever has no token anybody where
/// rooms are open. Their sockets close.
pub async fn remove(core: &Core, caller: Option<&Actor>, chat: &str, who: &str) -> Result<()> {
    let scope = find(core, caller, chat).await?;
    let user = participants::find(core, &scope, &Named::Name(who.to_owned())).await?;
    if let Some(actor) = caller {
        policy::remove(actor, &scope, user.id)?;
    }
    participants::part(core, scope.id, user.id).await
}

/// The accounts of these names, in their order, each once. Every name is checked before the first guest is made.
async fn accounts(
    core: &Core,
    caller: Option<&Actor>,
    field: &str,
    names: &[String],
) -> Result<Vec<user::Model>> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let user = named(core, name).await?;
        match &user {
            Some(user) if is_person(user) && policy::may_bring(caller, user) => {}
            None if core.settings.rooms_access == RoomsAccess::Open => {
                users::check_name(field, name)?;
                names::check_free(core, field, name).await?;
            }
            _ => return Err(Error::NotFound(format!("User {name}"))),
        }
        found.push((name, user));
    }
    let mut people: Vec<user::Model> = Vec::with_capacity(found.len());
    for (name, user) in found {
        let user = match user {
            Some(user) => user,
            None => users::guest(core, &users::check_name(field, name)?).await?,
        };
        if !people.iter().any(|known| known.id == user.id) {
            people.push(user);
        }
    }
    Ok(people)
}

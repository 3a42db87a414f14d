//! Who is in a room: believing names, guests, adding and removing.

use super::{find, named};
use crate::Chat;
use crate::conversations::{self, Participant};
use crate::participants;
use crate::policy;
use accounts::names;
use accounts::users::{self, Named};
use entity::user::Role;
use entity::{UserId, conversation, user};
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error, Result};
use kernel::roles;
use kernel::settings::RoomsAccess;

/// People in one request at most.
const MAX_NAMED: usize = 500;

/// Who opens a socket under this name: the token's holder, if the name is theirs; without a token whoever has the
/// name, where rooms are open. An unknown name is a stranger, who takes part in nothing, and is not stored.
pub async fn identify(chat: &Chat, holder: Option<Actor>, name: Option<&str>) -> Result<Actor> {
    match (holder, name) {
        (Some(actor), None) => Ok(actor),
        (Some(actor), Some(name)) if actor.is_named(name) => Ok(actor),
        (Some(_), Some(_)) => Err(Error::Unauthorized(AuthFailure::Invalid)),
        (None, name) => {
            policy::believe(chat.settings.rooms_access)?;
            let name = name.ok_or(Error::Unauthorized(AuthFailure::Missing))?;
            let known = named(chat, name).await?.filter(is_person);
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
    chat: &Chat,
    caller: Option<&Actor>,
    named: Option<&str>,
) -> Result<Option<UserId>> {
    let name = match (caller, named) {
        (Some(actor), name) => {
            roles::member(actor)?;
            match name {
                Some(name) if !actor.is_named(name) => name,
                _ => return Ok(Some(actor.id)),
            }
        }
        (None, name) => {
            policy::believe(chat.settings.rooms_access)?;
            let Some(name) = name else { return Ok(None) };
            name
        }
    };
    if let Some(actor) = caller {
        policy::speak_for(actor, name)?;
    }
    let found = accounts(chat, caller, "created_by", &[name.to_owned()]).await?;
    Ok(found.first().map(|user| user.id))
}

/// Adds people by username; who was there already is left alone. Returns the room and those newly added. The first
/// unknown name is [`Error::NotFound`], except where rooms are open, where it becomes a guest.
pub async fn add(
    chat: &Chat,
    caller: Option<&Actor>,
    room: &str,
    names: &[String],
) -> Result<(conversation::Model, Vec<Participant>)> {
    let scope = find(chat, caller, room).await?;
    if let Some(actor) = caller {
        policy::manage(actor, &scope)?;
        roles::member(actor)?;
    }
    if names.is_empty() || names.len() > MAX_NAMED {
        let problem = format!("Must name 1 to {MAX_NAMED} people");
        return Err(Error::invalid("participant_ids", problem));
    }
    let people = accounts(chat, caller, "participant_ids", names).await?;
    if let Some(actor) = caller {
        policy::bring(actor, &scope, &people)?;
    }
    let by = caller.map(|actor| actor.id);
    let added = participants::join(chat, &scope, people, by).await?;
    let room = conversations::roster(chat, scope.id).await?;
    let is_new = |part: &Participant| added.iter().any(|user| user.id == part.person.id);
    let people = room.participants.into_iter().filter(is_new).collect();
    Ok((room.row, people))
}

/// Removes a person: staff anybody, everybody themselves and whom they added, and whoever has no token anybody where
/// rooms are open. Their sockets close.
pub async fn remove(chat: &Chat, caller: Option<&Actor>, room: &str, who: &str) -> Result<()> {
    let scope = find(chat, caller, room).await?;
    let user = participants::find(chat, &scope, &Named::Name(who.to_owned())).await?;
    if let Some(actor) = caller {
        policy::remove(actor, &scope, user.id)?;
    }
    participants::part(chat, scope.id, user.id).await
}

/// The accounts of these names, in their order, each once. Every name is checked before the first guest is made.
async fn accounts(
    chat: &Chat,
    caller: Option<&Actor>,
    field: &str,
    names: &[String],
) -> Result<Vec<user::Model>> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let user = named(chat, name).await?;
        match &user {
            Some(user) if is_person(user) && accounts::users::may_bring(caller, user) => {}
            None if chat.settings.rooms_access == RoomsAccess::Open => {
                users::check_name(field, name)?;
                names::check_free(chat, field, name).await?;
            }
            _ => return Err(Error::NotFound(format!("User {name}"))),
        }
        found.push((name, user));
    }
    let mut people: Vec<user::Model> = Vec::with_capacity(found.len());
    for (name, user) in found {
        let user = match user {
            Some(user) => user,
            None => users::guest(chat, &users::check_name(field, name)?).await?,
        };
        if !people.iter().any(|known| known.id == user.id) {
            people.push(user);
        }
    }
    Ok(people)
}

//! Accounts: register, sign in, look up, administer.

mod administer;
mod passwords;

pub use administer::{Cursor, Listed, Query, StaffMember, UpdateUser, add, browse, change, shown, staff};
pub use passwords::Passwords;

use crate::actor::Actor;
use crate::core::Core;
use crate::error::{AuthFailure, Error, Result, check_text};
use crate::event::{Event, Person};
use crate::policy;
use crate::settings::Registration;
use crate::tokens::{self, Pair};
use chrono::{DateTime, Utc};
use entity::UserId;
use entity::user::{self, Department, Role};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, SqlErr,
};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::net::IpAddr;

/// A new account.
#[derive(Clone, Debug)]
pub struct Register {
    /// 3–50 characters without white space or slashes, at least one of them not a digit.
    pub username: String,
    /// 8–128 characters.
    pub password: SecretString,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub full_name: Option<String>,
    /// `User` unless given; other than `User` and `Driver` takes an admin.
    pub role: Option<Role>,
    pub department: Option<Department>,
}

/// Registers an account for whoever asks: a stranger, or an admin for somebody else.
pub async fn register(core: &Core, actor: Option<&Actor>, command: Register) -> Result<user::Model> {
    let by_admin = actor.is_some_and(Actor::is_admin);
    if core.settings.registration == Registration::Closed && !by_admin {
        return Err(Error::Forbidden("Registration is closed".into()));
    }
    let plain =
        matches!(command.role, None | Some(Role::User | Role::Driver)) && command.department.is_none();
    if !plain && !by_admin {
        return Err(Error::Forbidden("Only an admin may register this role".into()));
    }
    create(core, command).await
}

/// Creates an account without asking who: the command line and the demo people.
pub async fn create(core: &Core, command: Register) -> Result<user::Model> {
    check(&command)?;
    if user::Entity::named(&command.username)
        .one(&*core.db)
        .await?
        .is_some()
    {
        return Err(taken("username", "Username already exists"));
    }
    let email = command.email.as_deref().map(str::to_lowercase);
    if let Some(email) = &email
        && user::Entity::with_email(email).one(&*core.db).await?.is_some()
    {
        return Err(taken("email", "Email already exists"));
    }
    let hash = core.passwords.hash(command.password).await?;
    let row = new_row(
        &command.username,
        command.role.unwrap_or(Role::User),
        core.clock.now(),
    );
    let row = user::ActiveModel {
        email: Set(email),
        phone: Set(command.phone),
        full_name: Set(command.full_name),
        department: Set(command.department),
        password_hash: Set(Some(hash.into())),
        ..row
    };
    row.insert(&*core.db)
        .await
        .map_err(|error| match error.sql_err() {
            // two registrations at once
            Some(SqlErr::UniqueConstraintViolation(which)) if which.contains("email") => {
                taken("email", "Email already exists")
            }
            Some(SqlErr::UniqueConstraintViolation(_)) => taken("username", "Username already exists"),
            _ => error.into(),
        })
}

pub(crate) fn new_row(username: &str, role: Role, now: DateTime<Utc>) -> user::ActiveModel {
    user::ActiveModel {
        username: Set(username.to_owned()),
        username_key: Set(username.to_lowercase()),
        email: Set(None),
        phone: Set(None),
        full_name: Set(None),
        role: Set(role),
        department: Set(None),
        password_hash: Set(None),
        visitor_sub: Set(None),
        disabled_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}

fn taken(field: &'static str, detail: &str) -> Error {
    let code = if field == "email" {
        "email_taken"
    } else {
        "username_taken"
    };
    Error::Conflict {
        code,
        field: Some(field),
        detail: detail.into(),
    }
}

const MAX_NAME: usize = 50;

/// Checks a username under the name of the field that holds it: 3–50 characters without white space or slashes, at
/// least one of them not a digit.
pub(crate) fn check_name(field: &str, name: &str) -> Result<()> {
    check_text(field, name, 3, MAX_NAME)?;
    // the key that makes it unique may be longer than the name itself
    check_text(field, &name.to_lowercase(), 3, MAX_NAME)?;
    if name.chars().all(|c| c.is_ascii_digit()) {
        return Err(Error::invalid(
            field,
            "Must have at least one character that is not a digit",
        ));
    }
    if name
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '/' | '\\'))
    {
        return Err(Error::invalid(
            field,
            "Must not contain white space, slashes or control characters",
        ));
    }
    Ok(())
}

/// The account of this name, made without a password if there is none: nobody can sign in to it.
pub(crate) async fn guest(core: &Core, name: &str) -> Result<user::Model> {
    let known = || user::Entity::named(name).one(&*core.db);
    if let Some(row) = known().await? {
        return Ok(row);
    }
    let made = new_row(name, Role::User, core.clock.now())
        .insert(&*core.db)
        .await;
    match made {
        Ok(row) => Ok(row),
        // two at once: the other one made it
        Err(error) => known().await?.ok_or(error.into()),
    }
}

fn check(command: &Register) -> Result<()> {
    if command.role == Some(Role::Bot) {
        return Err(Error::invalid(
            "role",
            "There is one bot, and it is there already",
        ));
    }
    check_name("username", &command.username)?;
    check_text("password", command.password.expose_secret(), 8, 128)?;
    if let Some(email) = &command.email {
        check_text("email", &email.to_lowercase(), 3, 254)?;
        let plausible = email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
        });
        if !plausible
            || email.matches('@').count() != 1
            || email.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            return Err(Error::invalid("email", "Must be an e-mail address"));
        }
    }
    if let Some(phone) = &command.phone {
        check_text("phone", phone, 3, 32)?;
        if !phone.chars().all(|c| c.is_ascii_digit() || "+-(). ".contains(c)) {
            return Err(Error::invalid("phone", "Must be a telephone number"));
        }
    }
    check_text(
        "full_name",
        command.full_name.as_deref().unwrap_or_default(),
        0,
        200,
    )
}

/// Signs in with a username, an e-mail address or a telephone number. An unknown account takes the same time
/// and gets the same answer as a wrong password. Too many failures: [`Error::RateLimited`].
pub async fn login(core: &Core, who: &str, password: SecretString, address: IpAddr) -> Result<Pair> {
    check_text("username", who, 1, 254)?;
    check_text("password", password.expose_secret(), 1, 128)?;
    let account = find_account(core, who).await?;
    // an account has one count, by whichever of its names it is guessed at
    let counted = match &account {
        Some(user) => &user.username,
        None => who,
    };
    core.limits.may_login(counted, address).await?;
    let turn = core.passwords.turn().await?;
    // again, now that it is this one's turn: guesses that came together have failed meanwhile
    core.limits.may_login(counted, address).await?;
    let hash = account.as_ref().and_then(|user| user.password_hash.clone());
    let hash = hash.map(String::from);
    let (right, turn) = turn.verify(password, hash).await?;
    let account = account.clone().filter(|user| user.disabled_at.is_none());
    match account {
        Some(user) if right => {
            drop(turn);
            tokens::open_session(core, user).await
        }
        _ => {
            core.limits.login_failed(counted, address).await;
            drop(turn);
            Err(Error::Unauthorized(AuthFailure::Credentials))
        }
    }
}

async fn find_account(core: &Core, who: &str) -> Result<Option<user::Model>> {
    let (by_name, by_email) = (user::Entity::named(who), user::Entity::with_email(who));
    // an address is its owner's, whoever took it for a name
    let ways = if who.contains('@') {
        [by_email, by_name]
    } else {
        [by_name, by_email]
    };
    for way in ways {
        if let Some(user) = way.one(&*core.db).await? {
            return Ok(Some(user));
        }
    }
    let mut phones = user::Entity::find()
        .filter(user::Column::Phone.eq(who))
        .all(&*core.db)
        .await?;
    // a number that two people share names nobody
    Ok(if phones.len() == 1 { phones.pop() } else { None })
}

/// The actor's own account.
pub async fn me(core: &Core, actor: &Actor) -> Result<user::Model> {
    user::Entity::find_by_id(actor.id)
        .one(&*core.db)
        .await?
        .ok_or(Error::Unauthorized(AuthFailure::Invalid))
}

/// A person named by a client: an id, or a username (which is never all digits).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    Id(UserId),
    Name(String),
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// The accounts that a client named, in its order, each once. The first unknown one is [`Error::NotFound`].
pub async fn resolve(core: &Core, named: &[Named]) -> Result<Vec<user::Model>> {
    let mut found: Vec<user::Model> = Vec::with_capacity(named.len());
    for name in named {
        let query = match name {
            Named::Id(id) => user::Entity::find_by_id(*id),
            Named::Name(name) if name.contains('\0') => return Err(Error::NotFound("User".into())),
            Named::Name(name) => user::Entity::named(name),
        };
        let user = query
            .one(&*core.db)
            .await?
            .filter(|user| user.role != Role::Bot && user.disabled_at.is_none());
        let user = user.ok_or_else(|| Error::NotFound(format!("User {name}")))?;
        if !found.iter().any(|known| known.id == user.id) {
            found.push(user);
        }
    }
    Ok(found)
}

/// The people behind ids, as events name them.
pub async fn people<C: ConnectionTrait>(
    db: &C,
    ids: impl Iterator<Item = UserId>,
) -> Result<HashMap<UserId, Person>, DbErr> {
    let ids: std::collections::BTreeSet<_> = ids.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = user::Entity::find()
        .filter(user::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(found
        .iter()
        .map(|user| (user.id, Person::from(&Actor::of(user))))
        .collect())
}

/// Stands for a sender who is no longer there.
pub(crate) fn unknown(id: UserId) -> Person {
    Person {
        id,
        username: "deleted".into(),
        name: "Deleted user".into(),
        role: Role::User,
        department: None,
    }
}

/// All accounts but the bot's and visitors', by name; admins only (or the command line, with no actor).
pub async fn list(core: &Core, actor: Option<&Actor>) -> Result<Vec<user::Model>> {
    actor.map_or(Ok(()), policy::admin)?;
    let found = user::Entity::find()
        .filter(user::Column::Role.ne(Role::Bot))
        .filter(user::Column::VisitorSub.is_null())
        .order_by_asc(user::Column::UsernameKey)
        .all(&*core.db)
        .await?;
    Ok(found)
}

/// Gives an account another role.
pub async fn set_role(
    core: &Core,
    username: &str,
    role: Role,
    department: Option<Department>,
) -> Result<user::Model> {
    let user = by_name(core, username).await?;
    let changed = user::ActiveModel {
        id: Set(user.id),
        role: Set(role),
        department: Set(department),
        updated_at: Set(core.clock.now()),
        ..Default::default()
    };
    let changed = changed.update(&*core.db).await?;
    core.bus.publish_one(Event::UserChanged { user: user.id });
    Ok(changed)
}

/// Disables an account: it cannot sign in, and its sessions end.
pub async fn disable(core: &Core, username: &str) -> Result<user::Model> {
    let user = by_name(core, username).await?;
    let now = core.clock.now();
    let changed = user::ActiveModel {
        id: Set(user.id),
        disabled_at: Set(Some(now)),
        updated_at: Set(now),
        ..Default::default()
    };
    let changed = changed.update(&*core.db).await?;
    tokens::revoke_user(core, user.id).await?;
    Ok(changed)
}

/// Whether anybody could administer this server.
pub async fn has_admin(core: &Core) -> Result<bool> {
    let admin = user::Entity::find()
        .filter(user::Column::Role.eq(Role::Admin))
        .filter(user::Column::DisabledAt.is_null())
        .one(&*core.db)
        .await?;
    Ok(admin.is_some())
}

async fn by_name(core: &Core, username: &str) -> Result<user::Model> {
    let found = user::Entity::named(username)
        .one(&*core.db)
        .await?
        .filter(|user| user.role != Role::Bot);
    found.ok_or_else(|| Error::NotFound(format!("User {username}")))
}

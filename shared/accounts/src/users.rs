//! Accounts: register, sign in, look up, administer.

mod administer;
mod contact;
mod directory;
mod names;
mod operate;
mod own;
mod passwords;

pub use administer::{Cursor, Listed, Query, UpdateUser, add, browse, change, shown};
pub use contact::ChangeContact;
pub use directory::{Directory, directory, find, search};
pub use names::{called, check_name};
pub use operate::{disable, has_admin, list, set_role};
pub use own::{ChangeOwn, change_own};
pub use passwords::Passwords;

use crate::Accounts;
use crate::tokens::{self, Pair};
use chrono::{DateTime, Utc};
use entity::UserId;
use entity::user::{self, Department, Role};
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error, Result, check_text};
use kernel::person::Person;
use kernel::settings::Registration;
use platform::limits::Caller;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SqlErr,
};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;

/// A new account.
#[derive(Clone, Debug)]
pub struct Register {
    /// 3–50 characters without white space, slashes or what is not seen; no telephone number, and no e-mail address but
    /// the account's own.
    pub username: String,
    /// 8–128 characters.
    pub password: SecretString,
    /// Kept in lower case; unique. None: the account signs in by username, or by telephone number.
    pub email: Option<String>,
    /// 3–15 digits, after a `+` where the country is named, with any of `-(). ` between; unique.
    pub phone: Option<String>,
    /// At most 200 characters. A stranger is not called like the company or its people.
    pub full_name: Option<String>,
    /// `User` unless given; other than `User` and `Driver` takes an admin.
    pub role: Option<Role>,
    /// The team of an agent. Any takes an admin.
    pub department: Option<Department>,
}

/// Registers an account for whoever asks: a stranger, or an admin for somebody else.
pub async fn register(accounts: &Accounts, actor: Option<&Actor>, command: Register) -> Result<user::Model> {
    let by_admin = actor.is_some_and(Actor::is_admin);
    if accounts.settings.registration == Registration::Closed && !by_admin {
        return Err(Error::Forbidden("Registration is closed".into()));
    }
    let plain =
        matches!(command.role, None | Some(Role::User | Role::Driver)) && command.department.is_none();
    if !plain && !by_admin {
        return Err(Error::Forbidden("Only an admin may register this role".into()));
    }
    if by_admin {
        return create(accounts, command).await;
    }
    let command = checked(command)?;
    refuse_taken(accounts, &command).await?;
    crate::names::check_free(accounts, "username", &command.username).await?;
    if let Some(name) = &command.full_name {
        crate::names::check_free(accounts, "full_name", name).await?;
    }
    insert(accounts, command, Confirmation::Asked).await
}

/// Creates an account without asking who: the command line, admins and the demo people. They may be called like the company.
pub async fn create(accounts: &Accounts, command: Register) -> Result<user::Model> {
    let command = checked(command)?;
    refuse_taken(accounts, &command).await?;
    insert(accounts, command, Confirmation::NotAsked).await
}

/// Refuses what another account signs in by.
async fn refuse_taken(accounts: &Accounts, command: &Register) -> Result<()> {
    if names::called(&*accounts.db, &command.username).await?.is_some() {
        return Err(taken("username"));
    }
    if let Some(email) = &command.email
        && user::Entity::with_email(email)
            .one(&*accounts.db)
            .await?
            .is_some()
    {
        return Err(taken("email"));
    }
    if let Some(phone) = &command.phone
        && user::Entity::with_phone(phone)
            .one(&*accounts.db)
            .await?
            .is_some()
    {
        return Err(taken("phone"));
    }
    Ok(())
}

/// Whether a new account's owner is mailed a code to confirm the address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Confirmation {
    Asked,
    /// Somebody of the company gave the address.
    NotAsked,
}

async fn insert(accounts: &Accounts, command: Register, confirmation: Confirmation) -> Result<user::Model> {
    let hash = accounts.passwords.hash(command.password).await?;
    let now = accounts.clock.now();
    let row = new_row(&command.username, command.role.unwrap_or(Role::User), now);
    let row = user::ActiveModel {
        email: Set(command.email),
        phone: Set(command.phone),
        full_name: Set(command.full_name),
        department: Set(command.department),
        password_hash: Set(Some(hash.into())),
        ..row
    };
    let tx = accounts.db.begin().await?;
    let row = row.insert(&*tx).await.map_err(taken_meanwhile)?;
    let jobs = match confirmation {
        Confirmation::Asked => contact::ask_confirmation(&tx, &row, now).await?,
        Confirmation::NotAsked => Vec::new(),
    };
    tx.commit().await?;
    accounts.push_jobs(jobs);
    Ok(row)
}

/// What the database says of a name, an address or a number that somebody else took meanwhile.
fn taken_meanwhile(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(which)) if which.contains("email") => taken("email"),
        Some(SqlErr::UniqueConstraintViolation(which)) if which.contains("phone") => taken("phone"),
        Some(SqlErr::UniqueConstraintViolation(_)) => taken("username"),
        _ => error.into(),
    }
}

/// A row for an account that cannot sign in yet: no password, no addresses, no name but this one.
pub fn new_row(username: &str, role: Role, now: DateTime<Utc>) -> user::ActiveModel {
    user::ActiveModel {
        username: Set(username.to_owned()),
        username_key: Set(username.to_lowercase()),
        email: Set(None),
        email_verified_at: Set(None),
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

fn taken(field: &'static str) -> Error {
    let (code, detail) = match field {
        "email" => ("email_taken", "Email already exists"),
        "phone" => ("phone_taken", "Phone number already exists"),
        _ => ("username_taken", "Username already exists"),
    };
    Error::Conflict {
        code,
        field: Some(field),
        detail: detail.into(),
    }
}

/// The account of this name, made without a password if there is none: nobody can sign in to it.
pub async fn guest(accounts: &Accounts, name: &str) -> Result<user::Model> {
    let known = || names::called(&*accounts.db, name);
    if let Some(row) = known().await? {
        return Ok(row);
    }
    let made = new_row(name, Role::User, accounts.clock.now())
        .insert(&*accounts.db)
        .await;
    match made {
        Ok(row) => Ok(row),
        // a concurrent request made it
        Err(error) => known().await?.ok_or(error.into()),
    }
}

/// Checks what is asked for, and answers it as it is kept: names in plain form, the address in lower case, the number in
/// one form.
fn checked(mut command: Register) -> Result<Register> {
    if command.role == Some(Role::Bot) {
        return Err(Error::invalid(
            "role",
            "There is one bot, and it is there already",
        ));
    }
    command.username = names::check_name("username", &command.username)?;
    check_text("password", command.password.expose_secret(), 8, 128)?;
    if let Some(email) = &mut command.email {
        *email = email.to_lowercase();
        names::check_email("email", email)?;
    }
    names::check_no_address("username", &command.username, command.email.as_deref())?;
    if let Some(phone) = &mut command.phone {
        *phone = names::check_phone("phone", phone)?;
    }
    command.full_name = match command.full_name {
        Some(name) => check_full_name(&name)?,
        None => None,
    };
    Ok(command)
}

/// A name as people see it: at most 200 characters, without what is not seen; nothing is left of an empty one.
pub(crate) fn check_full_name(name: &str) -> Result<Option<String>> {
    check_text("full_name", name, 0, MAX_FULL_NAME)?;
    let name = kernel::names::clean(name);
    check_text("full_name", &name, 0, MAX_FULL_NAME)?;
    Ok(Some(name).filter(|name| !name.is_empty()))
}

const MAX_FULL_NAME: usize = 200;

/// Signs in with a username, an e-mail address or a telephone number. An unknown account takes the same time
/// and gets the same answer as a wrong password. Too many failures from one address: [`Error::RateLimited`]. Very many
/// from everywhere: [`Error::ProofRequired`], except for where the account was signed in to before.
pub async fn login(
    accounts: &Accounts,
    who: &str,
    password: SecretString,
    caller: impl Into<Caller<'_>>,
) -> Result<Pair> {
    let caller = caller.into();
    check_text("username", who, 1, 254)?;
    check_text("password", password.expose_secret(), 1, 128)?;
    let account = names::find_account(accounts, who).await?;
    // an account has one count, by whichever of its names it is guessed at
    let counted = match &account {
        Some(user) => &user.username,
        None => who,
    };
    accounts
        .limits
        .may_login(counted, caller, accounts.clock.now())
        .await?;
    let turn = accounts.passwords.turn().await?;
    // again, now that it is this one's turn: guesses that came together have failed meanwhile
    accounts.limits.may_still_login(counted, caller).await?;
    let hash = account.as_ref().and_then(|user| user.password_hash.clone());
    let hash = hash.map(String::from);
    let (right, turn) = turn.verify(password, hash).await?;
    let account = account.clone().filter(|user| user.disabled_at.is_none());
    match account {
        Some(user) if right => {
            drop(turn);
            accounts.limits.login_succeeded(counted, caller).await;
            tokens::open_session(accounts, user).await
        }
        _ => {
            accounts.limits.login_failed(counted, caller).await;
            drop(turn);
            Err(Error::Unauthorized(AuthFailure::Credentials))
        }
    }
}

/// The actor's own account.
pub async fn me(accounts: &Accounts, actor: &Actor) -> Result<user::Model> {
    user::Entity::find_by_id(actor.id)
        .one(&*accounts.db)
        .await?
        .ok_or(Error::Unauthorized(AuthFailure::Invalid))
}

/// A person named by a client: an id, or a username (which is never all digits).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// The id, which every dialect shows in its own form.
    Id(UserId),
    /// The username, whatever the case.
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

/// The accounts that a client named, in its order, each once. The first unknown one is [`Error::NotFound`]; whom the actor
/// may not bring into a conversation does not exist for them.
pub async fn resolve(accounts: &Accounts, actor: &Actor, named: &[Named]) -> Result<Vec<user::Model>> {
    let mut found: Vec<user::Model> = Vec::with_capacity(named.len());
    for name in named {
        let user = match name {
            Named::Id(id) => user::Entity::find_by_id(*id).one(&*accounts.db).await?,
            Named::Name(name) if name.contains('\0') => return Err(Error::NotFound("User".into())),
            Named::Name(name) => names::called(&*accounts.db, name).await?,
        };
        let user = user
            .filter(|user| user.role != Role::Bot && user.disabled_at.is_none())
            .filter(|user| may_bring(Some(actor), user));
        let user = user.ok_or_else(|| Error::NotFound(format!("User {name}")))?;
        if !found.iter().any(|known| known.id == user.id) {
            found.push(user);
        }
    }
    Ok(found)
}

/// Whether somebody may bring this person into a conversation: nobody but the company brings visitors, who talk to it
/// only. Without a caller there is no token.
pub fn may_bring(caller: Option<&Actor>, who: &user::Model) -> bool {
    who.visitor_sub.is_none() || caller.is_some_and(Actor::is_staff)
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
pub fn unknown(id: UserId) -> Person {
    Person {
        id,
        username: "deleted".into(),
        name: "Deleted user".into(),
        role: Role::User,
        department: None,
    }
}

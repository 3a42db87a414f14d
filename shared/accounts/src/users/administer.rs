//! Accounts as admins keep them, and who works for the company.

use super::contact::{self, ChangeContact};
use super::{Register, check_full_name, create, taken_meanwhile};
use crate::{Accounts, codes, tokens};
use entity::UserId;
use entity::account_token::Kind;
use entity::user::{self, Column, Department, Role};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::event::Event;
use kernel::roles;
use platform::db::Transaction;
use platform::like::contains;
use platform::paging::{self, Page};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use secrecy::{ExposeSecret, SecretString};

/// Which accounts, newest first.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// A part of the username, the full name or the e-mail address, whatever the case; at most 200 characters.
    pub search: Option<String>,
    /// None: accounts of every role but the bot's, and visitors.
    pub role: Option<Role>,
    /// Where the page begins; none: at the newest account.
    pub cursor: Option<Cursor>,
    /// 1–100.
    pub limit: u64,
}

/// A page of accounts.
pub type Listed = Page<user::Model, i64>;

/// Where a page of the list of accounts begins.
pub type Cursor = paging::Cursor<i64>;

/// Change an account; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct UpdateUser {
    /// Any but `Bot`. Nobody takes the admin's role from themselves.
    pub role: Option<Role>,
    /// `Some(None)`: no team. Only agents have one; who is none any more loses it.
    pub department: Option<Option<Department>>,
    /// `Some(None)`: none. At most 200 characters.
    pub full_name: Option<Option<String>>,
    /// Whether sign-in is refused from now on; disabling ends all sessions. Nobody disables themselves.
    pub is_disabled: Option<bool>,
    /// 8–128 characters.
    pub password: Option<SecretString>,
    /// Where the person is reached.
    pub contact: ChangeContact,
}

/// Accounts and visitors without the bot; admins only.
pub async fn browse(accounts: &Accounts, actor: &Actor, query: &Query) -> Result<Listed> {
    roles::admin(actor)?;
    check_text("search", query.search.as_deref().unwrap_or_default(), 0, 200)?;
    let all = narrowed(accounts.bot.account()?.id, query.search.as_deref(), query.role);
    let key = |row: &user::Model| row.id.0;
    Ok(Page::read(&*accounts.db, all, &[Column::Id], query.cursor, query.limit, key).await?)
}

/// All but the bot, of a role and with a part of a name or an address where these are given.
pub(super) fn narrowed(bot: UserId, search: Option<&str>, role: Option<Role>) -> Select<user::Entity> {
    let mut select = user::Entity::find().filter(Column::Id.ne(bot));
    if let Some(role) = role {
        select = select.filter(Column::Role.eq(role));
    }
    if let Some(search) = search.map(str::trim).filter(|search| !search.is_empty()) {
        let any = Condition::any()
            .add(Expr::col(Column::UsernameKey).like(contains(search)))
            .add(Expr::col(Column::Email).like(contains(search)))
            // SQLite lowers ASCII only: there a name's other letters are found as they are written
            .add(Expr::expr(Func::lower(Expr::col(Column::FullName))).like(contains(search)));
        select = select.filter(any);
    }
    select
}

/// Creates an account of any role; admins only.
pub async fn add(accounts: &Accounts, actor: &Actor, command: Register) -> Result<user::Model> {
    roles::admin(actor)?;
    check_department(command.role.unwrap_or(Role::User), command.department)?;
    create(accounts, command).await
}

/// Changes an account; admins only. Nobody demotes or disables themselves, and an admin who can sign in stays. Whoever
/// is disabled or gets another password is signed out; other sockets come back as who their person is now.
pub async fn change(
    accounts: &Accounts,
    actor: &Actor,
    id: UserId,
    command: UpdateUser,
) -> Result<user::Model> {
    roles::admin(actor)?;
    check_change(actor, id, &command)?;
    let hash = match &command.password {
        Some(password) => Some(accounts.passwords.hash(password.clone()).await?),
        None => None,
    };
    let tx = accounts.db.begin().await?;
    // two admins must not demote one another concurrently
    let admins = admins(&tx).await?;
    let before = user::Entity::find_by_id(id)
        .one(&*tx)
        .await?
        .filter(|user| user.role != Role::Bot)
        .ok_or_else(|| Error::NotFound("User".into()))?;
    let mut row = before.clone();
    let is_new_address = contact::apply(&mut row, &command.contact)?;
    apply(&mut row, command, accounts)?;
    check_admins(&admins, &before, &row)?;
    if let Some(hash) = &hash {
        row.password_hash = Some(hash.as_str().into());
    }
    let now = accounts.clock.now();
    row.updated_at = now;
    let row = row.into_active_model().reset_all().update(&*tx).await;
    let row = row.map_err(taken_meanwhile)?;
    let mut ended = Vec::new();
    if hash.is_some() || row.disabled_at.is_some() {
        let kept = actor.session.filter(|_| actor.id == id);
        codes::forget(&*tx, id, Kind::PasswordReset).await?;
        ended = tokens::end_sessions(&tx, id, kept, now).await?;
    }
    let jobs = if is_new_address {
        contact::ask_confirmation(&tx, &row, now).await?
    } else {
        Vec::new()
    };
    tx.commit().await?;
    accounts.push_jobs(jobs);
    tokens::announce_ended(accounts, &ended);
    accounts.bus.publish_one(Event::UserChanged { user: id });
    Ok(row)
}

/// Refuses what depends on nothing that is stored.
fn check_change(actor: &Actor, id: UserId, command: &UpdateUser) -> Result<()> {
    if actor.id == id && command.role.is_some_and(|role| role != Role::Admin) {
        return Err(Error::invalid("role", "You cannot change your own role"));
    }
    if actor.id == id && command.is_disabled == Some(true) {
        return Err(Error::invalid("is_disabled", "You cannot disable yourself"));
    }
    if command.role == Some(Role::Bot) {
        return Err(Error::invalid(
            "role",
            "There is one bot, and it is there already",
        ));
    }
    if let Some(name) = command.full_name.as_ref().and_then(Option::as_deref) {
        check_full_name(name)?;
    }
    match &command.password {
        Some(password) => check_text("password", password.expose_secret(), 8, 128),
        None => Ok(()),
    }
}

/// Refuses what would leave no admin who can sign in.
fn check_admins(admins: &[UserId], before: &user::Model, row: &user::Model) -> Result<()> {
    let reigns = |user: &user::Model| user.role == Role::Admin && user.disabled_at.is_none();
    if reigns(before) && !reigns(row) && admins.iter().all(|admin| *admin == row.id) {
        let field = if row.role == Role::Admin {
            "is_disabled"
        } else {
            "role"
        };
        return Err(Error::invalid(field, "There must be an admin who can sign in"));
    }
    Ok(())
}

fn apply(row: &mut user::Model, command: UpdateUser, accounts: &Accounts) -> Result<()> {
    let is_account = command.role.is_some()
        || command.department.is_some()
        || command.password.is_some()
        || command.contact != ChangeContact::default();
    if row.visitor_sub.is_some() && is_account {
        return Err(Error::invalid(
            "id",
            "A visitor has no account: only the name changes, and whether they are let in",
        ));
    }
    row.role = command.role.unwrap_or(row.role);
    row.department = match command.department {
        Some(department) => department,
        None => row.department.filter(|_| row.role == Role::Agent),
    };
    check_department(row.role, row.department)?;
    if let Some(name) = command.full_name {
        row.full_name = match name {
            Some(name) => check_full_name(&name)?,
            None => None,
        };
    }
    match command.is_disabled {
        Some(true) => row.disabled_at = row.disabled_at.or(Some(accounts.clock.now())),
        Some(false) => row.disabled_at = None,
        None => {}
    }
    Ok(())
}

fn check_department(role: Role, department: Option<Department>) -> Result<()> {
    if department.is_some() && role != Role::Agent {
        return Err(Error::invalid("department", "Only agents have a department"));
    }
    Ok(())
}

/// The admins who can sign in, whose rows nobody else changes before the transaction ends.
async fn admins(tx: &Transaction) -> Result<Vec<UserId>> {
    let rows = user::Entity::find()
        .filter(Column::Role.eq(Role::Admin))
        .filter(Column::DisabledAt.is_null())
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// What others see of an account: the full name, else the username.
pub fn shown(row: &user::Model) -> &str {
    row.full_name.as_deref().unwrap_or(&row.username)
}

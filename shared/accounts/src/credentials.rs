//! What people sign in with, changed by themselves: the password, known or forgotten, and the e-mail address, confirmed.

mod letters;

pub use letters::{mail_confirmation, mail_reset};

use crate::users::ChangeOwn;
use crate::{Accounts, codes, tokens};
use entity::account_token::Kind;
use entity::user::Role;
use entity::{UserId, user};
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error, Result, check_text};
use kernel::roles;
use platform::job::{Job, NOBODY};
use platform::job_store;
use platform::limits::Caller;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Another password for one's own account.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// The present one.
    pub current: SecretString,
    /// 8–128 characters.
    pub new: SecretString,
}

/// An account is mailed a code of a kind once in so many seconds; whoever asks more often is not told.
const MAILED_EVERY: i64 = 5 * 60;

/// Changes the actor's own password. The present one is guessed at under the limits of sign-in. Other sessions end, and
/// so do codes to reset the password.
pub async fn change_password(
    accounts: &Accounts,
    actor: &Actor,
    command: ChangePassword,
    caller: impl Into<Caller<'_>>,
) -> Result<()> {
    roles::member(actor)?;
    check_text("current_password", command.current.expose_secret(), 1, 128)?;
    check_new(&command.new)?;
    let caller = caller.into();
    let account = crate::users::me(accounts, actor).await?;
    verify(accounts, &account, command.current, caller).await?;
    let hash = accounts.passwords.hash(command.new).await?;
    let now = accounts.clock.now();
    let tx = accounts.db.begin().await?;
    let changed = user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(account.id))
        // nobody gave it another one meanwhile
        .filter(user::Column::PasswordHash.eq(account.password_hash))
        .exec(&*tx)
        .await?;
    if changed.rows_affected == 0 {
        return Err(wrong());
    }
    codes::forget(&*tx, account.id, Kind::PasswordReset).await?;
    let ended = tokens::end_sessions(&tx, account.id, actor.session, now).await?;
    tx.commit().await?;
    tokens::announce_ended(accounts, &ended);
    Ok(())
}

/// Changes the actor's own account. Another e-mail address takes the present password: whoever merely holds a session must
/// not be able to have the next one mailed to themselves.
pub async fn change_own(
    accounts: &Accounts,
    actor: &Actor,
    command: ChangeOwn,
    current: Option<SecretString>,
    caller: impl Into<Caller<'_>>,
) -> Result<user::Model> {
    if let Some(email) = &command.contact.email {
        let account = crate::users::me(accounts, actor).await?;
        if email.as_deref().map(str::to_lowercase) != account.email {
            let missing = || Error::invalid("current_password", "Another e-mail address takes the password");
            verify(accounts, &account, current.ok_or_else(missing)?, caller.into()).await?;
        }
    }
    crate::users::change_own(accounts, actor, command).await
}

/// Refuses a password that is not the account's, and counts it.
async fn verify(
    accounts: &Accounts,
    account: &user::Model,
    password: SecretString,
    caller: Caller<'_>,
) -> Result<()> {
    let (limits, who) = (&accounts.limits, &account.username);
    limits.may_login(who, caller, accounts.clock.now()).await?;
    let turn = accounts.passwords.turn().await?;
    limits.may_still_login(who, caller).await?;
    let hash = account.password_hash.clone().map(String::from);
    let (right, turn) = turn.verify(password, hash).await?;
    if !right {
        limits.login_failed(who, caller).await;
    }
    drop(turn);
    if right { Ok(()) } else { Err(wrong()) }
}

fn wrong() -> Error {
    Error::invalid("current_password", "This is not the account's password")
}

fn check_new(password: &SecretString) -> Result<()> {
    check_text("new_password", password.expose_secret(), 8, 128)
}

/// Mails a code to whoever has this address and forgot the password. Nothing says whether anybody has: the same is stored
/// and answered either way, and the job finds nobody.
pub async fn forgot_password(accounts: &Accounts, email: &str, address: IpAddr) -> Result<()> {
    check_text("email", email, 1, 254)?;
    accounts.limits.admit_code(address)?;
    let user = reached_by(accounts, email).await?;
    ask(accounts, Job::MailPasswordReset { user }, email).await
}

/// Mails a code to confirm an address with: the one that is named, else the actor's own. As quiet as [`forgot_password`].
pub async fn resend_confirmation(
    accounts: &Accounts,
    actor: Option<&Actor>,
    email: Option<&str>,
    address: IpAddr,
) -> Result<()> {
    let email = match (email, actor) {
        (Some(email), _) => email.to_owned(),
        (None, Some(actor)) => match crate::users::me(accounts, actor).await?.email {
            Some(email) => email,
            // there is nothing to confirm
            None => return Ok(()),
        },
        (None, None) => return Err(Error::Unauthorized(AuthFailure::Missing)),
    };
    check_text("email", &email, 1, 254)?;
    accounts.limits.admit_code(address)?;
    let user = reached_by(accounts, &email).await?;
    ask(accounts, Job::MailAddressConfirmation { user }, &email).await
}

/// Whose account mail to this address reaches.
async fn reached_by(accounts: &Accounts, email: &str) -> Result<UserId> {
    let found = user::Entity::with_email(email).one(&*accounts.db).await?;
    Ok(found.filter(takes_codes).map_or(NOBODY, |user| user.id))
}

/// Whether codes are mailed to somebody: people with an account that is not disabled.
fn takes_codes(user: &user::Model) -> bool {
    user.role != Role::Bot && user.visitor_sub.is_none() && user.disabled_at.is_none()
}

/// Stores the job, unless there was one for the address a moment ago.
async fn ask(accounts: &Accounts, job: Job, email: &str) -> Result<()> {
    let slot = accounts.clock.now().timestamp() / MAILED_EVERY;
    let whom = hex::encode(Sha256::digest(email.to_lowercase().as_bytes()));
    job_store::enqueue_once(accounts, &job, format!("{}:{whom}:{slot}", job.kind())).await
}

/// Gives an account another password by a code that was mailed to its address, which is confirmed thereby. Every session
/// ends, and the failures to sign in that were counted from there and in all are forgotten.
pub async fn reset_password(
    accounts: &Accounts,
    code: &str,
    new: SecretString,
    caller: impl Into<Caller<'_>>,
) -> Result<()> {
    check_new(&new)?;
    codes::check(accounts, Kind::PasswordReset, code).await?;
    let hash = accounts.passwords.hash(new).await?;
    let now = accounts.clock.now();
    let tx = accounts.db.begin().await?;
    let account = codes::take(&tx, Kind::PasswordReset, code, now).await?;
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .col_expr(
            user::Column::EmailVerifiedAt,
            Expr::value(account.email_verified_at.or(Some(now))),
        )
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(account.id))
        .exec(&*tx)
        .await?;
    let ended = tokens::end_sessions(&tx, account.id, None, now).await?;
    tx.commit().await?;
    tokens::announce_ended(accounts, &ended);
    accounts
        .limits
        .forgive_login(&account.username, caller.into())
        .await;
    Ok(())
}

/// Confirms the address that a code was mailed to.
pub async fn confirm_address(accounts: &Accounts, code: &str) -> Result<user::Model> {
    let now = accounts.clock.now();
    let tx = accounts.db.begin().await?;
    let mut account = codes::take(&tx, Kind::EmailConfirmation, code, now).await?;
    account.email_verified_at = account.email_verified_at.or(Some(now));
    user::Entity::update_many()
        .col_expr(
            user::Column::EmailVerifiedAt,
            Expr::value(account.email_verified_at),
        )
        .filter(user::Column::Id.eq(account.id))
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(account)
}

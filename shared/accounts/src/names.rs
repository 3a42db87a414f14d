//! Who may be called what: nobody but the company is called like the company, its people, the bot or the server.

use crate::Accounts;
use entity::user::{self, Role};
use kernel::error::{Error, Result};
use kernel::names::{is_reserved, key};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// One answer for every reason, so that it does not say who works for the company.
fn reserved(field: &str) -> Error {
    Error::invalid(field, "This name is reserved")
}

/// Refuses a conversation's title that passes for the company's or the server's own.
pub fn check_title(accounts: &Accounts, field: &str, title: &str) -> Result<()> {
    let title = key(title);
    let bot = accounts.bot.account()?;
    if is_reserved(&title) || title == key(&bot.name) || title == key(&bot.username) {
        return Err(reserved(field));
    }
    Ok(())
}

/// Whether somebody who does not work for the company may be called this: not like the company, the bot, or any of its
/// people.
pub async fn is_free(accounts: &Accounts, name: &str) -> Result<bool> {
    let name = key(name);
    if name.is_empty() {
        return Ok(true);
    }
    if is_reserved(&name) {
        return Ok(false);
    }
    let staff = user::Entity::find()
        .filter(user::Column::Role.is_in([Role::Agent, Role::Admin, Role::Bot]))
        .all(&*accounts.db)
        .await?;
    let is_theirs = |user: &user::Model| {
        key(&user.username) == name || user.full_name.as_deref().is_some_and(|full| key(full) == name)
    };
    Ok(!staff.iter().any(is_theirs))
}

/// The same, as an error of the field that holds the name.
pub async fn check_free(accounts: &Accounts, field: &str, name: &str) -> Result<()> {
    if is_free(accounts, name).await? {
        Ok(())
    } else {
        Err(reserved(field))
    }
}

//! One's own account, changed by oneself.

use super::contact::{self, ChangeContact};
use super::{check_full_name, taken_meanwhile};
use crate::Accounts;
use entity::user;
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error, Result};
use kernel::event::Event;
use kernel::roles;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect};

/// Change one's own account; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct ChangeOwn {
    /// `Some(None)`: none. At most 200 characters; nobody is called like the company or its people.
    pub full_name: Option<Option<String>>,
    /// Where one is reached.
    pub contact: ChangeContact,
}

/// Changes the actor's own account. Another address is not confirmed: a code is mailed to it.
pub async fn change_own(accounts: &Accounts, actor: &Actor, command: ChangeOwn) -> Result<user::Model> {
    roles::member(actor)?;
    let full_name = match &command.full_name {
        Some(Some(name)) => Some(check_full_name(name)?),
        Some(None) => Some(None),
        None => None,
    };
    if let Some(Some(name)) = &full_name
        && !actor.is_staff()
    {
        crate::names::check_free(accounts, "full_name", name).await?;
    }
    let now = accounts.clock.now();
    let tx = accounts.db.begin().await?;
    let mut row = user::Entity::find_by_id(actor.id)
        .lock_exclusive()
        .one(&*tx)
        .await?
        .ok_or(Error::Unauthorized(AuthFailure::Invalid))?;
    let before = row.clone();
    row.full_name = full_name.unwrap_or(row.full_name);
    let is_new_address = contact::apply(&mut row, &command.contact)?;
    if row == before {
        return Ok(row);
    }
    row.updated_at = now;
    let row = row.into_active_model().reset_all().update(&*tx).await;
    let row = row.map_err(taken_meanwhile)?;
    let jobs = if is_new_address {
        contact::ask_confirmation(&tx, &row, now).await?
    } else {
        Vec::new()
    };
    tx.commit().await?;
    accounts.push_jobs(jobs);
    accounts.bus.publish_one(Event::UserChanged { user: row.id });
    Ok(row)
}

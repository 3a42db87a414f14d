//! The bot's own account: whom its messages, and the server's own sentences, are from.

use crate::users::new_row;
use chrono::{DateTime, Utc};
use entity::user::{self, Role};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use platform::db::Db;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use std::sync::OnceLock;

/// The bot's account; there is one.
#[derive(Default)]
pub struct BotAccount {
    /// None until the database was there.
    account: OnceLock<Actor>,
}

impl BotAccount {
    /// The bot's account.
    ///
    /// # Errors
    ///
    /// `Unavailable` as long as the database has not been there since the start.
    pub fn account(&self) -> Result<&Actor> {
        self.account
            .get()
            .ok_or_else(|| Error::Unavailable("The database does not answer".into()))
    }

    /// Makes the account where it is missing, and reads it.
    ///
    /// # Errors
    ///
    /// The database does not answer, or the name `bot` is a person's.
    pub async fn prepare(&self, db: &Db, now: DateTime<Utc>) -> Result<()> {
        let mut row = new_row("bot", Role::Bot, now);
        row.full_name = Set(Some("CRM Assistant".into()));
        user::Entity::insert(row)
            .on_conflict(
                OnConflict::column(user::Column::UsernameKey)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&**db)
            .await?;
        let account = user::Entity::named("bot")
            .one(&**db)
            .await?
            .filter(|user| user.role == Role::Bot);
        let account =
            account.ok_or_else(|| Error::internal(anyhow::anyhow!("the name `bot` is somebody else's")))?;
        // a second preparation finds the same
        let _ = self.account.set(Actor::of(&account));
        Ok(())
    }
}

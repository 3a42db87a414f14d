//! Stations: places that a ticket may be about. Admins make them, everybody who is signed in sees them.

use chat::Chat;
use entity::{StationId, station};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::roles;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QueryOrder};

/// A new station.
#[derive(Clone, Debug)]
pub struct CreateStation {
    /// 1–100 characters.
    pub name: String,
    /// At most 200 characters.
    pub address: Option<String>,
}

/// Every station, by number.
pub async fn list(chat: &Chat) -> Result<Vec<station::Model>> {
    let found = station::Entity::find()
        .order_by_asc(station::Column::Id)
        .all(&*chat.db)
        .await?;
    Ok(found)
}

/// One station.
pub async fn get(chat: &Chat, id: StationId) -> Result<station::Model> {
    station::Entity::find_by_id(id)
        .one(&*chat.db)
        .await?
        .ok_or_else(|| Error::NotFound("Station".into()))
}

/// Makes a station; admins only.
pub async fn create(chat: &Chat, actor: &Actor, command: CreateStation) -> Result<station::Model> {
    roles::admin(actor)?;
    if command.name.trim().is_empty() {
        return Err(Error::invalid("name", "This field may not be blank."));
    }
    check_text("name", &command.name, 1, 100)?;
    check_text("address", command.address.as_deref().unwrap_or_default(), 0, 200)?;
    Ok(add(chat, command).await?)
}

/// Adds a station without checks: the demo's, and one that [`create`] has checked.
pub async fn add(chat: &Chat, command: CreateStation) -> Result<station::Model, sea_orm::DbErr> {
    let now = chat.clock.now();
    let row = station::ActiveModel {
        name: Set(command.name),
        address: Set(command.address),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    row.insert(&*chat.db).await
}

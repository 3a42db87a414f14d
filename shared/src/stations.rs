//! Stations: places that a ticket may be about. Admins make them, everybody who is signed in sees them.

use crate::core::Core;
use crate::policy;
use entity::{StationId, station};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
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
pub async fn list(core: &Core) -> Result<Vec<station::Model>> {
    let found = station::Entity::find()
        .order_by_asc(station::Column::Id)
        .all(&*core.db)
        .await?;
    Ok(found)
}

/// One station.
pub async fn get(core: &Core, id: StationId) -> Result<station::Model> {
    station::Entity::find_by_id(id)
        .one(&*core.db)
        .await?
        .ok_or_else(|| Error::NotFound("Station".into()))
}

/// Makes a station; admins only.
pub async fn create(core: &Core, actor: &Actor, command: CreateStation) -> Result<station::Model> {
    policy::admin(actor)?;
    if command.name.trim().is_empty() {
        return Err(Error::invalid("name", "This field may not be blank."));
    }
    check_text("name", &command.name, 1, 100)?;
    check_text("address", command.address.as_deref().unwrap_or_default(), 0, 200)?;
    Ok(add(core, command).await?)
}

pub(crate) async fn add(core: &Core, command: CreateStation) -> Result<station::Model, sea_orm::DbErr> {
    let now = core.clock.now();
    let row = station::ActiveModel {
        name: Set(command.name),
        address: Set(command.address),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    row.insert(&*core.db).await
}

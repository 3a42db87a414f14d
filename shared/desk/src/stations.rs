//! Stations: places that a ticket may be about. Admins make them, everybody who is signed in sees them.

use chat::Chat;
use entity::StationId;
use entity::station::{self, Column, Status};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::roles;
use platform::like::contains;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

/// A new station.
#[derive(Clone, Debug)]
pub struct CreateStation {
    /// 1–100 characters.
    pub name: String,
    /// At most 200 characters.
    pub address: Option<String>,
    /// Whether it can be used.
    pub status: Status,
    /// Degrees north, -90 to 90.
    pub latitude: Option<f64>,
    /// Degrees east, -180 to 180.
    pub longitude: Option<f64>,
}

/// Stations that a search finds at most.
const FOUND: u64 = 50;

/// Every station, by number.
pub async fn list(chat: &Chat) -> Result<Vec<station::Model>> {
    let found = station::Entity::find()
        .order_by_asc(station::Column::Id)
        .all(&*chat.db)
        .await?;
    Ok(found)
}

/// Those that can be used, by number.
pub async fn active(chat: &Chat) -> Result<Vec<station::Model>> {
    let found = station::Entity::find()
        .filter(Column::Status.eq(Status::Active))
        .order_by_asc(Column::Id)
        .all(&*chat.db)
        .await?;
    Ok(found)
}

/// Those whose name or address has this part, whatever the case, by number; 50 at most. None for an empty part.
pub async fn search(chat: &Chat, part: &str) -> Result<Vec<station::Model>> {
    let part = part.trim();
    check_text("q", part, 0, 200)?;
    if part.is_empty() {
        return Ok(Vec::new());
    }
    // SQLite lowers ASCII only: there other letters are found as they are written
    let has = |column| Expr::expr(Func::lower(Expr::col(column))).like(contains(part));
    let found = station::Entity::find()
        .filter(Condition::any().add(has(Column::Name)).add(has(Column::Address)))
        .order_by_asc(Column::Id)
        .limit(FOUND)
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
    check_degrees("latitude", command.latitude, 90.0)?;
    check_degrees("longitude", command.longitude, 180.0)?;
    Ok(add(chat, command).await?)
}

fn check_degrees(field: &str, degrees: Option<f64>, most: f64) -> Result<()> {
    match degrees {
        Some(degrees) if !(-most..=most).contains(&degrees) => {
            Err(Error::invalid(field, format!("Must be -{most} to {most}")))
        }
        _ => Ok(()),
    }
}

/// Adds a station without checks: the demo's, and one that [`create`] has checked.
pub async fn add(chat: &Chat, command: CreateStation) -> Result<station::Model, sea_orm::DbErr> {
    let now = chat.clock.now();
    let row = station::ActiveModel {
        name: Set(command.name),
        address: Set(command.address),
        status: Set(command.status),
        latitude: Set(command.latitude),
        longitude: Set(command.longitude),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    row.insert(&*chat.db).await
}

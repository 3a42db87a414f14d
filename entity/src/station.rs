//! Stations that a ticket may be about: `station`.

use crate::StationId;
use sea_orm::entity::prelude::*;

/// Whether a station can be used.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "lowercase")]
pub enum Status {
    #[sea_orm(string_value = "active")]
    Active,
    #[sea_orm(string_value = "inactive")]
    Inactive,
    /// Somebody works on it.
    #[sea_orm(string_value = "maintenance")]
    Maintenance,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "station")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: StationId,
    /// 1–100 characters.
    pub name: String,
    /// Where it is, in words.
    pub address: Option<String>,
    pub status: Status,
    /// Degrees north, -90 to 90.
    #[sea_orm(column_type = "Double", nullable)]
    pub latitude: Option<f64>,
    /// Degrees east, -180 to 180.
    #[sea_orm(column_type = "Double", nullable)]
    pub longitude: Option<f64>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

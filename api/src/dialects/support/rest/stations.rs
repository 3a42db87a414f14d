//! Stations, as the `support` dialect shows them.

use crate::wire::time::Timestamp;
use desk::stations::CreateStation;
use entity::station::{self, Status};
use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use serde::Deserialize;

/// Whether a station can be used.
#[derive(Enum, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum StationStatus {
    Active,
    Inactive,
    /// Somebody works on it.
    Maintenance,
}

impl From<Status> for StationStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Inactive => Self::Inactive,
            Status::Maintenance => Self::Maintenance,
        }
    }
}

impl From<StationStatus> for Status {
    fn from(word: StationStatus) -> Self {
        match word {
            StationStatus::Active => Self::Active,
            StationStatus::Inactive => Self::Inactive,
            StationStatus::Maintenance => Self::Maintenance,
        }
    }
}

/// A place that a ticket may be about.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Station")]
pub struct StationObject {
    pub station_id: i64,
    pub name: String,
    /// In words.
    #[oai(nullable)]
    pub address: Option<String>,
    pub status: StationStatus,
    /// Degrees north.
    #[oai(nullable)]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[oai(nullable)]
    pub longitude: Option<f64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<station::Model> for StationObject {
    fn from(row: station::Model) -> Self {
        Self {
            station_id: row.id.0,
            name: row.name,
            address: row.address,
            status: row.status.into(),
            latitude: row.latitude,
            longitude: row.longitude,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// A station to add.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "CreateStation", example)]
pub struct CreateStationBody {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(nullable, validator(max_length = 200))]
    pub address: Option<String>,
    /// `active` unless given.
    #[oai(nullable)]
    pub status: Option<StationStatus>,
    /// Degrees north, -90 to 90.
    #[oai(nullable, validator(minimum(value = "-90"), maximum(value = "90")))]
    pub latitude: Option<f64>,
    /// Degrees east, -180 to 180.
    #[oai(nullable, validator(minimum(value = "-180"), maximum(value = "180")))]
    pub longitude: Option<f64>,
}

impl Example for CreateStationBody {
    fn example() -> Self {
        Self {
            name: "Main Street".into(),
            address: Some("1 Main Street".into()),
            status: Some(StationStatus::Active),
            latitude: Some(52.52),
            longitude: Some(13.405),
        }
    }
}

impl From<CreateStationBody> for CreateStation {
    fn from(body: CreateStationBody) -> Self {
        Self {
            name: body.name,
            address: body.address.filter(|address| !address.is_empty()),
            status: body.status.map_or(Status::Active, Into::into),
            latitude: body.latitude,
            longitude: body.longitude,
        }
    }
}

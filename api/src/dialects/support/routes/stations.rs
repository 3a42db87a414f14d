//! Stations.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::support::openapi::Tag;
use crate::dialects::support::rest::{CreateStationBody, StationObject};
use crate::problem::Problem;
use crate::wire::params::PathText;
use app::App;
use desk::stations;
use entity::{StationId, station};
use kernel::error::Error;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

pub(super) struct StationsApi(pub App);

type Listed = Result<Json<Vec<StationObject>>, Problem>;

fn listed(found: Result<Vec<station::Model>, Error>) -> Listed {
    Ok(Json(found?.into_iter().map(Into::into).collect()))
}

#[derive(ApiResponse)]
enum Added {
    /// The station.
    #[oai(status = 201)]
    Created(Json<StationObject>),
}

#[OpenApi(prefix_path = "/api/v1/stations", tag = "Tag::Support")]
impl StationsApi {
    /// List the stations
    ///
    /// All of them, by number.
    #[oai(path = "/", method = "get", operation_id = "list_stations")]
    async fn list(&self, _caller: Bearer) -> Listed {
        listed(stations::list(&self.0).await)
    }

    /// List the active stations
    ///
    /// Those that can be used, by number.
    #[oai(path = "/active", method = "get", operation_id = "list_active_stations")]
    async fn active(&self, _caller: Bearer) -> Listed {
        listed(stations::active(&self.0).await)
    }

    /// List the available stations
    ///
    /// The same as the active ones: who uses a station is not known here.
    #[oai(path = "/available", method = "get", operation_id = "list_available_stations")]
    async fn available(&self, _caller: Bearer) -> Listed {
        listed(stations::active(&self.0).await)
    }

    /// Find stations
    ///
    /// 50 at most, by number.
    #[oai(path = "/search", method = "get", operation_id = "search_stations")]
    async fn search(
        &self,
        _caller: Bearer,
        /// A part of the name or the address; nothing is found for an empty one.
        q: Query<Option<String>>,
    ) -> Listed {
        listed(stations::search(&self.0, &q.0.unwrap_or_default()).await)
    }

    /// A station
    ///
    /// Whatever its status.
    #[oai(path = "/:id", method = "get", operation_id = "get_station")]
    async fn get(
        &self,
        _caller: Bearer,
        /// The station's number.
        id: Path<PathText>,
    ) -> Result<Json<StationObject>, Problem> {
        let id = id.0.0.parse().map(StationId);
        let id = id.map_err(|_| Error::NotFound("Station".into()))?;
        Ok(Json(stations::get(&self.0, id).await?.into()))
    }

    /// Add a station
    ///
    /// Admins only.
    #[oai(path = "/", method = "post", operation_id = "create_station")]
    async fn create(&self, caller: Bearer, body: Body<CreateStationBody>) -> Result<Added, Problem> {
        let station = stations::create(&self.0, &caller.0, body.0.into()).await?;
        Ok(Added::Created(Json(station.into())))
    }
}

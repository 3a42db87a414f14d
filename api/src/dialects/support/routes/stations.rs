//! Stations.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::support::openapi::Tag;
use crate::dialects::support::rest::{CreateStationBody, StationObject};
use crate::problem::Problem;
use app::App;
use desk::stations;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

pub(super) struct StationsApi(pub App);

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
    async fn list(&self, _caller: Bearer) -> Result<Json<Vec<StationObject>>, Problem> {
        let found = stations::list(&self.0).await?;
        Ok(Json(found.into_iter().map(Into::into).collect()))
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

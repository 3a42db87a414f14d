//! Tickets by number.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::support::error::reworded;
use crate::dialects::support::openapi::Tag;
use crate::dialects::support::rest::{
    CreateSupportBody, RatingBody, StatusBody, StatusWord, SupportObject, SupportStatistics,
    UpdateSupportBody,
};
use crate::mounted;
use crate::problem::Problem;
use crate::wire::params::{Count, Number, PathText};
use accounts::users::{self, Named};
use app::App;
use desk::stations;
use desk::tickets::{self, Deleters, UpdateTicket, Which};
use entity::{StationId, SupportId, UserId};
use kernel::actor::Actor;
use kernel::error::Error;
use kernel::roles;
use poem::Request;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

pub(super) struct SupportApi(pub App);

#[derive(ApiResponse)]
enum Opened {
    /// The ticket.
    #[oai(status = 201)]
    Created(Json<SupportObject>),
}

type Listed = Result<Json<Vec<SupportObject>>, Problem>;
type One = Result<Json<SupportObject>, Problem>;
type Limit = Query<Option<Number<1, 100>>>;
type Offset = Query<Option<Count>>;

#[OpenApi(prefix_path = "/api/v1/support", tag = "Tag::Support")]
impl SupportApi {
    /// Open a ticket
    ///
    /// For oneself; agents and admins may for anybody. Admins and agents are told of it. All of this is under
    /// `/api/v1/supports`, too.
    #[oai(path = "/", method = "post", operation_id = "create_support")]
    async fn create(&self, caller: Bearer, body: Body<CreateSupportBody>) -> Result<Opened, Problem> {
        let created = tickets::create(&self.0, &caller.0, body.0.into()).await;
        Ok(Opened::Created(Json(created.map_err(reworded)?.into())))
    }

    /// List tickets
    ///
    /// All that the caller sees, newest first. Agents and admins only.
    #[oai(path = "/", method = "get", operation_id = "list_supports")]
    async fn list(
        &self,
        caller: Bearer,
        /// How many; 100 unless given, which is the most.
        limit: Limit,
        /// How many to skip.
        offset: Offset,
    ) -> Listed {
        roles::staff(&caller.0)?;
        self.found(&caller.0, tickets::Query::default(), limit, offset)
            .await
    }

    /// Figures
    ///
    /// Of the tickets that the caller sees. Agents and admins only.
    #[oai(path = "/statistics", method = "get", operation_id = "support_statistics")]
    async fn statistics(&self, caller: Bearer) -> Result<Json<SupportStatistics>, Problem> {
        let figures = tickets::statistics(&self.0, &caller.0).await?;
        Ok(Json(figures.into()))
    }

    /// A user's tickets
    ///
    /// The caller's own; agents and admins may name anybody.
    #[oai(path = "/user/:id", method = "get", operation_id = "list_supports_of_user")]
    async fn of_user(
        &self,
        caller: Bearer,
        /// The user's number.
        id: Path<PathText>,
        /// How many; 100 unless given, which is the most.
        limit: Limit,
        /// How many to skip.
        offset: Offset,
    ) -> Listed {
        let owner = user(&self.0, &caller.0, &id.0).await.map_err(reworded)?;
        let query = tickets::Query {
            owner: Some(owner),
            ..tickets::Query::default()
        };
        self.found(&caller.0, query, limit, offset).await
    }

    /// A station's tickets
    ///
    /// Those that the caller sees.
    #[oai(
        path = "/station/:id",
        method = "get",
        operation_id = "list_supports_of_station"
    )]
    async fn of_station(
        &self,
        caller: Bearer,
        /// The station's number.
        id: Path<PathText>,
        /// How many; 100 unless given, which is the most.
        limit: Limit,
        /// How many to skip.
        offset: Offset,
    ) -> Listed {
        let unknown = || Error::NotFound("Station".into());
        let id = StationId(id.0.0.parse().map_err(|_| unknown())?);
        let query = tickets::Query {
            station: Some(stations::get(&self.0, id).await?.id),
            ..tickets::Query::default()
        };
        self.found(&caller.0, query, limit, offset).await
    }

    /// Tickets of a status
    ///
    /// Those that the caller sees.
    #[oai(
        path = "/status/:status",
        method = "get",
        operation_id = "list_supports_with_status"
    )]
    async fn with_status(
        &self,
        caller: Bearer,
        /// `open`, `in_progress` or `closed`.
        status: Path<PathText>,
        /// How many; 100 unless given, which is the most.
        limit: Limit,
        /// How many to skip.
        offset: Offset,
    ) -> Listed {
        let unknown = || Problem::invalid("status", "Must be open, in_progress or closed");
        let query = tickets::Query {
            statuses: StatusWord::of(&status.0.0).ok_or_else(unknown)?.statuses(),
            ..tickets::Query::default()
        };
        self.found(&caller.0, query, limit, offset).await
    }

    /// A ticket
    ///
    /// To another customer it does not exist; an agent of another department is refused.
    #[oai(path = "/:id", method = "get", operation_id = "get_support")]
    async fn get(
        &self,
        caller: Bearer,
        /// The ticket's number.
        id: Path<PathText>,
    ) -> One {
        one(tickets::get(&self.0, &caller.0, &which(id)).await)
    }

    /// Change a ticket
    ///
    /// Agents and admins only. `closed` resolves and closes in one step; a status that may not follow the present one
    /// is refused with 400.
    #[oai(path = "/:id", method = "patch", operation_id = "update_support")]
    async fn update(
        &self,
        caller: Bearer,
        /// The ticket's number.
        id: Path<PathText>,
        body: Body<UpdateSupportBody>,
    ) -> One {
        one(tickets::update(&self.0, &caller.0, &which(id), body.0.into()).await)
    }

    /// Set a ticket's status
    ///
    /// Agents and admins only.
    #[oai(path = "/:id/status", method = "patch", operation_id = "set_support_status")]
    async fn set_status(
        &self,
        request: &Request,
        caller: Bearer,
        /// The ticket's number.
        id: Path<PathText>,
        body: Body<StatusBody>,
    ) -> One {
        let body = UpdateSupportBody {
            status: Some(body.0.status),
            ..UpdateSupportBody::default()
        };
        let command = UpdateTicket {
            reopens: mounted::mount(request).is_some(),
            ..body.into()
        };
        one(tickets::update(&self.0, &caller.0, &which(id), command).await)
    }

    /// Rate a ticket
    ///
    /// Its user only, once it is closed.
    #[oai(path = "/:id/rating", method = "patch", operation_id = "rate_support")]
    async fn rate(
        &self,
        caller: Bearer,
        /// The ticket's number.
        id: Path<PathText>,
        body: Body<RatingBody>,
    ) -> One {
        one(tickets::rate(&self.0, &caller.0, &which(id), body.0.rating).await)
    }

    /// Delete a ticket
    ///
    /// With its messages. Agents and admins only. Answers what it was.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_support")]
    async fn delete(
        &self,
        caller: Bearer,
        /// The ticket's number.
        id: Path<PathText>,
    ) -> One {
        one(tickets::delete(&self.0, &caller.0, &which(id), Deleters::Staff).await)
    }
}

impl SupportApi {
    async fn found(&self, actor: &Actor, query: tickets::Query, limit: Limit, offset: Offset) -> Listed {
        let query = tickets::Query {
            limit: limit.0.map_or(100, Number::unsigned),
            offset: offset.0.map_or(0, Number::unsigned),
            ..query
        };
        let (found, _) = tickets::list(&self.0, actor, &query).await?;
        Ok(Json(found.into_iter().map(Into::into).collect()))
    }
}

fn one(ticket: Result<tickets::Ticket, Error>) -> One {
    Ok(Json(ticket.map_err(reworded)?.into()))
}

/// A ticket by its number; by its other names, too.
fn which(id: Path<PathText>) -> Which {
    match id.0.0.parse() {
        Ok(number) => Which::Number(SupportId(number)),
        Err(_) => Which::Name(id.0.0),
    }
}

/// Whom a path names. A customer knows of nobody but themselves.
async fn user(app: &App, actor: &Actor, id: &PathText) -> Result<UserId, Error> {
    let id = id.0.parse().map(UserId);
    let id = id.map_err(|_| Error::NotFound("User".into()))?;
    if id == actor.id {
        return Ok(id);
    }
    if !actor.is_staff() {
        return Err(Error::NotFound("User".into()));
    }
    users::resolve(app, actor, &[Named::Id(id)]).await?;
    Ok(id)
}

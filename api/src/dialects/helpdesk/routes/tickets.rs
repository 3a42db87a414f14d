//! Tickets: opening, listing, reading, changing, deleting them.

use super::which;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{
    CreateTicketBody, DepartmentWord, StatusWord, TicketObject, TicketPage, UpdateTicketBody,
};
use crate::problem::Problem;
use crate::wire::params::{Done, Number, PathText, given};
use app::App;
use desk::tickets::{self, Deleters};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

pub(super) struct TicketsApi(pub App);

#[derive(ApiResponse)]
enum Opened {
    /// The ticket.
    #[oai(status = 201)]
    Created(Json<TicketObject>),
}

#[OpenApi(prefix_path = "/tickets", tag = "Tag::Tickets")]
impl TicketsApi {
    /// Open a ticket
    ///
    /// Its words decide on the department. Admins and that department's agents are told of it.
    #[oai(path = "/", method = "post", operation_id = "create_ticket")]
    async fn create(&self, caller: Bearer, body: Body<CreateTicketBody>) -> Result<Opened, Problem> {
        let ticket = tickets::create(&self.0, &caller.0, body.0.into()).await?;
        Ok(Opened::Created(Json(ticket.into())))
    }

    /// List tickets
    ///
    /// The caller's own; for an agent the department's; for an admin all. Newest first.
    #[oai(path = "/", method = "get", operation_id = "list_tickets")]
    #[allow(clippy::too_many_arguments, reason = "each is a query parameter")]
    async fn list(
        &self,
        caller: Bearer,
        /// Only those with this status.
        status: Query<Option<StatusWord>>,
        /// Only this department's.
        department: Query<Option<DepartmentWord>>,
        /// A part of the title, or a `TKT-…`.
        search: Query<Option<String>>,
        /// From 1; 1 unless given.
        page: Query<Option<Number<1, 1_000_000_000>>>,
        /// How many a page; 10 unless given, 100 at most.
        limit: Query<Option<Number<1, 100>>>,
    ) -> Result<Json<TicketPage>, Problem> {
        let page = page.0.map_or(1, Number::unsigned);
        let limit = limit.0.map_or(10, Number::unsigned);
        let query = tickets::Query {
            statuses: status.0.into_iter().map(Into::into).collect(),
            department: department.0.map(Into::into),
            search: given(search.0),
            offset: (page - 1) * limit,
            limit,
            ..tickets::Query::default()
        };
        let (found, total) = tickets::list(&self.0, &caller.0, &query).await?;
        Ok(Json(TicketPage::new(found, total, page, limit)))
    }

    /// A ticket
    ///
    /// To another customer it does not exist; an agent of another department is refused.
    #[oai(path = "/:id", method = "get", operation_id = "get_ticket")]
    async fn get(
        &self,
        caller: Bearer,
        /// The ticket's UUID, `TKT-…` or number.
        id: Path<PathText>,
    ) -> Result<Json<TicketObject>, Problem> {
        let ticket = tickets::get(&self.0, &caller.0, &which(id.0)).await?;
        Ok(Json(ticket.into()))
    }

    /// Change a ticket
    ///
    /// Its user what they wrote; agents and admins also its status, department and assignee. A status that may not
    /// follow the present one is refused with 400.
    #[oai(path = "/:id", method = "put", operation_id = "update_ticket")]
    async fn update(
        &self,
        caller: Bearer,
        /// The ticket's UUID, `TKT-…` or number.
        id: Path<PathText>,
        body: Body<UpdateTicketBody>,
    ) -> Result<Json<TicketObject>, Problem> {
        let ticket = tickets::update(&self.0, &caller.0, &which(id.0), body.0.into()).await?;
        Ok(Json(ticket.into()))
    }

    /// Delete a ticket
    ///
    /// With its messages; its sockets close with 4004. Admins only.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_ticket")]
    async fn delete(
        &self,
        caller: Bearer,
        /// The ticket's UUID, `TKT-…` or number.
        id: Path<PathText>,
    ) -> Result<Done, Problem> {
        tickets::delete(&self.0, &caller.0, &which(id.0), Deleters::Admins).await?;
        Ok(Done::NoContent)
    }
}

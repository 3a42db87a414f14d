//! Reports of misuse, for admins.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{ReportObject, ReportPage, ReviewBody, ReviewedObject};
use crate::problem::Problem;
use crate::wire::params::{Number, PathText, given};
use app::App;
use desk::misuse;
use entity::{ReportId, UserId};
use kernel::error::Error;
use kernel::roles;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

pub(super) struct MisuseApi(pub App);

#[OpenApi(prefix_path = "/admin/misuse-reports", tag = "Tag::Panel")]
impl MisuseApi {
    /// List the reports of misuse
    ///
    /// What the content check found (`MISUSE_CHECK`), and what other processes reported; newest first. Admins only.
    #[oai(path = "/", method = "get", operation_id = "list_misuse_reports")]
    #[allow(clippy::too_many_arguments, reason = "each is a query parameter")]
    async fn list(
        &self,
        caller: Bearer,
        /// From 1; 1 unless given.
        page: Query<Option<Number<1, 1_000_000_000>>>,
        /// How many a page; 20 unless given, 100 at most.
        limit: Query<Option<Number<1, 100>>>,
        /// Only those that an admin has, or none has, looked at.
        reviewed: Query<Option<bool>>,
        /// `true`: the same as `reviewed=false`.
        unreviewed_only: Query<Option<bool>>,
        /// Only those about this person.
        user_id: Query<Option<String>>,
    ) -> Result<Json<ReportPage>, Problem> {
        let page = page.0.map_or(1, Number::unsigned);
        let limit = limit.0.map_or(20, Number::unsigned);
        let open = unreviewed_only.0 == Some(true);
        let query = misuse::Query {
            reviewed: if open { Some(false) } else { reviewed.0 },
            // what is no id is nobody's
            user: given(user_id.0).map(|id| UserId(id.parse().unwrap_or_default())),
            offset: (page - 1) * limit,
            limit,
        };
        let listed = misuse::list(&self.0, &caller.0, &query).await?;
        Ok(Json(ReportPage::new(listed, page, limit)))
    }

    /// A report of misuse
    ///
    /// Admins only.
    #[oai(path = "/:id", method = "get", operation_id = "get_misuse_report")]
    async fn get(
        &self,
        caller: Bearer,
        /// The report's id.
        id: Path<PathText>,
    ) -> Result<Json<ReportObject>, Problem> {
        let id = report(&caller, &id.0)?;
        Ok(Json(misuse::get(&self.0, &caller.0, id).await?.into()))
    }

    /// Mark a report of misuse as reviewed
    ///
    /// Who looked at it first, and when, is kept; what was done may be said in the query or in the body, and again. Admins
    /// only.
    #[oai(
        path = "/:id/mark-reviewed",
        method = "post",
        operation_id = "review_misuse_report"
    )]
    async fn review(
        &self,
        caller: Bearer,
        /// The report's id.
        id: Path<PathText>,
        /// What was done about it.
        action_taken: Query<Option<String>>,
        body: Body<ReviewBody>,
    ) -> Result<Json<ReviewedObject>, Problem> {
        let id = report(&caller, &id.0)?;
        let note = body.0.note(given(action_taken.0));
        let report = misuse::review(&self.0, &caller.0, id, note).await?;
        Ok(Json(report.into()))
    }
}

/// Refuses whoever may not see any report before it is looked up: the refusal does not say whether it is there.
fn report(caller: &Bearer, id: &PathText) -> Result<ReportId, Error> {
    roles::admin(&caller.0)?;
    id.0.parse().map_err(|_| misuse::unknown())
}

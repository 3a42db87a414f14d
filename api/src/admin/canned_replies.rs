//! Canned replies, kept by agents and admins.

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::problem::Problem;
use crate::wire::params::{Done, PathText, given};
use crate::wire::time::Timestamp;
use app::App;
use desk::canned_replies::{self, WriteCannedReply};
use entity::{CannedReplyId, canned_reply};
use kernel::error::Error;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;

pub(super) struct CannedRepliesApi(pub App);

#[derive(ApiResponse)]
enum Added {
    /// It is kept.
    #[oai(status = 201)]
    Created(Json<CannedReplyObject>),
}

#[OpenApi(prefix_path = "/api/chat/canned-replies", tag = "Tag::CannedReplies")]
impl CannedRepliesApi {
    /// List the canned replies
    ///
    /// All of them, by shortcut; agents and admins.
    #[oai(path = "/", method = "get", operation_id = "list_canned_replies")]
    async fn list(
        &self,
        caller: Bearer,
        /// A part of the shortcut or the text, whatever the case.
        search: Query<Option<String>>,
    ) -> Result<Json<Vec<CannedReplyObject>>, Problem> {
        let search = given(search.0);
        let rows = canned_replies::list(&self.0, &caller.0, search.as_deref()).await?;
        Ok(Json(rows.into_iter().map(Into::into).collect()))
    }

    /// Add a canned reply
    ///
    /// For all agents and admins. 409 `shortcut_taken` where another one has the shortcut; there are 500 at most.
    #[oai(path = "/", method = "post", operation_id = "add_canned_reply")]
    async fn add(&self, caller: Bearer, body: Body<WriteCannedReplyBody>) -> Result<Added, Problem> {
        let row = canned_replies::add(&self.0, &caller.0, body.0.into()).await?;
        Ok(Added::Created(Json(row.into())))
    }

    /// Replace a canned reply
    ///
    /// Its shortcut and its text; agents and admins.
    #[oai(path = "/:id", method = "put", operation_id = "replace_canned_reply")]
    async fn replace(
        &self,
        caller: Bearer,
        /// The canned reply's id.
        id: Path<PathText>,
        body: Body<WriteCannedReplyBody>,
    ) -> Result<Json<CannedReplyObject>, Problem> {
        let id = canned_reply(&caller, &id.0)?;
        let row = canned_replies::replace(&self.0, &caller.0, id, body.0.into()).await?;
        Ok(Json(row.into()))
    }

    /// Delete a canned reply
    ///
    /// For everybody; agents and admins.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_canned_reply")]
    async fn delete(
        &self,
        caller: Bearer,
        /// The canned reply's id.
        id: Path<PathText>,
    ) -> Result<Done, Problem> {
        let id = canned_reply(&caller, &id.0)?;
        canned_replies::remove(&self.0, &caller.0, id).await?;
        Ok(Done::NoContent)
    }
}

/// Refuses whoever may not see any before it is looked up: the refusal does not say whether it is there.
fn canned_reply(caller: &Bearer, id: &PathText) -> Result<CannedReplyId, Error> {
    kernel::roles::staff(&caller.0)?;
    let id = id.0.parse().map(CannedReplyId);
    id.map_err(|_| Error::NotFound("Canned reply".into()))
}

impl From<WriteCannedReplyBody> for WriteCannedReply {
    fn from(body: WriteCannedReplyBody) -> Self {
        Self {
            shortcut: body.shortcut,
            text: body.text,
        }
    }
}

/// A text that is put into an answer by its shortcut.
#[derive(Object, Clone, Debug)]
#[oai(rename = "CannedReply")]
pub struct CannedReplyObject {
    pub id: i64,
    pub shortcut: String,
    /// Markdown.
    pub text: String,
    pub updated_at: Timestamp,
}

impl From<canned_reply::Model> for CannedReplyObject {
    fn from(row: canned_reply::Model) -> Self {
        Self {
            id: row.id.0,
            shortcut: row.shortcut,
            text: row.text,
            updated_at: row.updated_at.into(),
        }
    }
}

/// A canned reply to be kept.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "WriteCannedReply", example)]
pub struct WriteCannedReplyBody {
    /// Unique among them.
    #[oai(validator(min_length = 1, max_length = 40, pattern = "^[a-z0-9_-]+$"))]
    pub shortcut: String,
    /// Markdown.
    #[oai(validator(min_length = 1, max_length = 4000))]
    pub text: String,
}

impl Example for WriteCannedReplyBody {
    fn example() -> Self {
        Self {
            shortcut: "refund".into(),
            text: "Your refund is on its way; banks take *three to five* days.".into(),
        }
    }
}

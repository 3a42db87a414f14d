//! Notes: what agents and admins write to each other about a conversation.

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::rest::NoteObject;
use crate::problem::Problem;
use crate::wire::params::{Done, PathText};
use app::App;
use desk::work;
use entity::NoteId;
use kernel::error::Error;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;

pub(super) struct NotesApi(pub App);

#[derive(ApiResponse)]
enum Noted {
    /// The note is stored.
    #[oai(status = 201)]
    Created(Json<NoteObject>),
}

#[OpenApi(prefix_path = "/api/chat", tag = "Tag::Notes")]
impl NotesApi {
    /// A conversation's notes
    ///
    /// The newest 200, oldest first. Agents and admins.
    #[oai(
        path = "/conversations/:id/notes",
        method = "get",
        operation_id = "list_notes"
    )]
    async fn list(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<Vec<NoteObject>>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let found = work::notes(&self.0, &caller.0, id).await?;
        Ok(Json(found.iter().map(Into::into).collect()))
    }

    /// Write a note
    ///
    /// Those whom it names as `@username` and who may see the conversation are told. Agents and admins.
    #[oai(path = "/conversations/:id/notes", method = "post", operation_id = "add_note")]
    async fn add(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
        body: Body<WriteNoteBody>,
    ) -> Result<Noted, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let note = work::add_note(&self.0, &caller.0, id, &body.0.text).await?;
        Ok(Noted::Created(Json((&note).into())))
    }

    /// Change a note
    ///
    /// Its author only. Who is named now and was not before is told.
    #[oai(path = "/notes/:id", method = "patch", operation_id = "edit_note")]
    async fn edit(
        &self,
        caller: Bearer,
        /// The note's id.
        id: Path<PathText>,
        body: Body<WriteNoteBody>,
    ) -> Result<Json<NoteObject>, Problem> {
        let id = note(&caller, &id.0)?;
        let changed = work::edit_note(&self.0, &caller.0, id, &body.0.text).await?;
        Ok(Json((&changed).into()))
    }

    /// Delete a note
    ///
    /// Its author, or an admin.
    #[oai(path = "/notes/:id", method = "delete", operation_id = "delete_note")]
    async fn delete(
        &self,
        caller: Bearer,
        /// The note's id.
        id: Path<PathText>,
    ) -> Result<Done, Problem> {
        let id = note(&caller, &id.0)?;
        work::delete_note(&self.0, &caller.0, id).await?;
        Ok(Done::NoContent)
    }
}

/// Refuses whoever may not see any note before it is looked up: the refusal does not say whether it is there.
fn note(caller: &Bearer, id: &PathText) -> Result<NoteId, Error> {
    kernel::roles::staff(&caller.0)?;
    id.0.parse().map_err(|_| Error::NotFound("Note".into()))
}

/// A note's text.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "WriteNote", example)]
pub struct WriteNoteBody {
    /// 1–4000 characters of Markdown; `@username` tells an agent or admin.
    #[oai(validator(min_length = 1, max_length = 4000))]
    pub text: String,
}

impl Example for WriteNoteBody {
    fn example() -> Self {
        Self {
            text: "She called yesterday, too. @itagent, please look.".into(),
        }
    }
}

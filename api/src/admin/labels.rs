//! The labels that the staff puts on conversations.

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::rest::LabelObject;
use crate::problem::Problem;
use crate::wire::params::{Done, PathText};
use app::App;
use desk::work;
use entity::LabelId;
use kernel::error::Error;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;

pub(super) struct LabelsApi(pub App);

#[derive(ApiResponse)]
enum Added {
    /// The label is stored.
    #[oai(status = 201)]
    Created(Json<LabelObject>),
}

#[OpenApi(prefix_path = "/api/chat/labels", tag = "Tag::Labels")]
impl LabelsApi {
    /// List the labels
    ///
    /// All of them, by name. Agents and admins.
    #[oai(path = "/", method = "get", operation_id = "list_labels")]
    async fn list(&self, caller: Bearer) -> Result<Json<Vec<LabelObject>>, Problem> {
        let found = work::labels(&self.0, &caller.0).await?;
        Ok(Json(found.into_iter().map(Into::into).collect()))
    }

    /// Add a label
    ///
    /// 409 where there is one of this name, whatever the case. Agents and admins.
    #[oai(path = "/", method = "post", operation_id = "create_label")]
    async fn create(&self, caller: Bearer, body: Body<WriteLabelBody>) -> Result<Added, Problem> {
        let made = work::create_label(&self.0, &caller.0, body.0.into()).await?;
        Ok(Added::Created(Json(made.into())))
    }

    /// Change a label
    ///
    /// Renames or recolours it on every conversation. Agents and admins.
    #[oai(path = "/:id", method = "patch", operation_id = "update_label")]
    async fn update(
        &self,
        caller: Bearer,
        /// The label's id.
        id: Path<PathText>,
        body: Body<UpdateLabelBody>,
    ) -> Result<Json<LabelObject>, Problem> {
        let id = label(&caller, &id.0)?;
        let changed = work::update_label(&self.0, &caller.0, id, body.0.into()).await?;
        Ok(Json(changed.into()))
    }

    /// Delete a label
    ///
    /// And take it off every conversation. Admins.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_label")]
    async fn delete(
        &self,
        caller: Bearer,
        /// The label's id.
        id: Path<PathText>,
    ) -> Result<Done, Problem> {
        let id = label(&caller, &id.0)?;
        work::delete_label(&self.0, &caller.0, id).await?;
        Ok(Done::NoContent)
    }
}

/// Refuses whoever may not see any label before it is looked up: the refusal does not say whether it is there.
fn label(caller: &Bearer, id: &PathText) -> Result<LabelId, Error> {
    kernel::roles::staff(&caller.0)?;
    let id = id.0.parse().map_err(|_| Error::NotFound("Label".into()))?;
    Ok(LabelId(id))
}

/// A new label.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "WriteLabel", example)]
pub struct WriteLabelBody {
    /// Unique, whatever the case.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub name: String,
    /// `#rrggbb`; `#64748b` unless given.
    #[oai(nullable, validator(pattern = "^#[0-9a-fA-F]{6}$"))]
    pub color: Option<String>,
}

impl Example for WriteLabelBody {
    fn example() -> Self {
        Self {
            name: "billing".into(),
            color: Some("#0ea5e9".into()),
        }
    }
}

impl From<WriteLabelBody> for work::WriteLabel {
    fn from(body: WriteLabelBody) -> Self {
        Self {
            name: body.name,
            color: body.color,
        }
    }
}

/// What changes of a label; what is absent stays.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "UpdateLabel", example)]
pub struct UpdateLabelBody {
    #[oai(nullable, validator(min_length = 1, max_length = 40))]
    pub name: Option<String>,
    /// `#rrggbb`
    #[oai(nullable, validator(pattern = "^#[0-9a-fA-F]{6}$"))]
    pub color: Option<String>,
}

impl Example for UpdateLabelBody {
    fn example() -> Self {
        Self {
            name: None,
            color: Some("#22c55e".into()),
        }
    }
}

impl From<UpdateLabelBody> for work::UpdateLabel {
    fn from(body: UpdateLabelBody) -> Self {
        Self {
            name: body.name,
            color: body.color,
        }
    }
}

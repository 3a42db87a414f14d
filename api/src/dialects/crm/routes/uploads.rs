//! Uploads, and what became of them.

use crate::bearer::Bearer;
use crate::body::{FileForm, disk_failed};
use crate::dialects::crm::openapi::Tag;
use crate::dialects::crm::rest::AttachmentObject;
use crate::problem::Problem;
use crate::wire::params::PathText;
use app::App;
use chat::attachments::{self, Upload};
use chat::conversations;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;

pub(super) struct UploadsApi(pub App);

#[OpenApi(prefix_path = "/api/chat", tag = "Tag::Files")]
impl UploadsApi {
    /// Upload a file
    ///
    /// JPEG, PNG, GIF, WebP or PDF, told by its bytes and not by its name, of at most 10 MiB. Send its `attachment_id`
    /// with a message; one that no message carries is deleted after a day.
    #[oai(path = "/upload", method = "post", operation_id = "upload_file")]
    async fn upload(&self, caller: Bearer, mut form: FileForm) -> Result<Json<AttachmentObject>, Problem> {
        let conversation = match form.word("conversation_id") {
            Some(id) => Some(conversations::resolve(&self.0, &id).await?),
            None => None,
        };
        let arrived = form.file.read().await.map_err(|error| disk_failed(&error))?;
        let command = Upload {
            file_name: form.file_name,
            bytes: arrived.bytes.clone(),
            conversation,
        };
        let file = attachments::upload(&self.0, &caller.0, command).await?;
        Ok(Json(AttachmentObject::new(
            &file,
            &self.0,
            None,
            Some(caller.0.id),
        )))
    }

    /// An uploaded file
    ///
    /// How far the server is with it, and fresh links: they are good for five minutes.
    #[oai(path = "/attachments/:id", method = "get", operation_id = "get_attachment")]
    async fn get(
        &self,
        caller: Bearer,
        /// The attachment's id.
        id: Path<PathText>,
    ) -> Result<Json<AttachmentObject>, Problem> {
        let file = attachments::get(&self.0, &caller.0, id.0.attachment()?).await?;
        Ok(Json(AttachmentObject::new(
            &file,
            &self.0,
            None,
            Some(caller.0.id),
        )))
    }
}

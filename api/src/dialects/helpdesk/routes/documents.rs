//! Documents that the bot answers from, for admins.

use crate::bearer::Bearer;
use crate::body::disk_failed;
use crate::dialects::helpdesk::document_form::{DocumentForm, refused};
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{Sent, StatsObject, UploadedObject};
use crate::problem::Problem;
use app::App;
use assist::documents;
use kernel::error::Error;
use kernel::roles;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

pub(super) struct DocumentsApi(pub App);

#[derive(ApiResponse)]
enum Uploaded {
    /// The document is kept.
    #[oai(status = 201)]
    Created(Json<UploadedObject>),
}

#[OpenApi(prefix_path = "/admin/documents", tag = "Tag::Panel")]
impl DocumentsApi {
    /// Upload a document
    ///
    /// Text, Markdown or HTML in UTF-8, at most 1 MiB. It becomes one article of the bot's, or where it is long one for each of
    /// its top headings, and the bot answers from it from its next reply on. A file of the same name replaces the earlier one.
    /// Admins only.
    #[oai(path = "/upload", method = "post", operation_id = "upload_document")]
    async fn upload(&self, caller: Bearer, form: DocumentForm) -> Result<Uploaded, Problem> {
        roles::admin(&caller.0)?;
        let mut form = form.0;
        let arrived = form.file.read().await.map_err(|error| disk_failed(&error))?;
        let (name, bytes) = (form.file_name.clone(), arrived.bytes.clone());
        // a page takes a while to parse
        let read = tokio::task::spawn_blocking(move || bot::documents::read(&name, &bytes));
        let document = read.await.map_err(Error::internal)?.map_err(refused)?;
        let sent = Sent {
            title: document.title.clone(),
            form: document.form,
            bytes: arrived.bytes.len() as u64,
            category: form.word("category"),
            by: caller.0.username.to_string(),
            at: self.0.clock.now().into(),
        };
        let kept = documents::keep(
            &self.0.assist,
            &caller.0,
            &form.file_name,
            form.word("category"),
            document,
        )
        .await?;
        Ok(Uploaded::Created(Json(UploadedObject::new(kept, sent))))
    }

    /// What the bot knows
    ///
    /// How many documents and articles there are, of which types, and how large they are. Admins only.
    #[oai(path = "/stats", method = "get", operation_id = "document_stats")]
    async fn stats(&self, caller: Bearer) -> Result<Json<StatsObject>, Problem> {
        Ok(Json(documents::stats(&self.0.assist, &caller.0).await?.into()))
    }
}

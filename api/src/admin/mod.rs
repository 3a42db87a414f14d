//! Administration: what the company's own people keep, do and look at, from the agent console or by scripts. Its paths lie
//! among the `crm` dialect's, and so does the form of its errors.

mod articles;
mod canned_replies;
mod costs;
mod desk;
mod insight;
mod labels;
mod notes;
mod openapi;
mod operations;
mod people;
mod unanswered;
mod users;
mod webhooks;

use crate::dialects::crm;
use crate::surface::{NOTHING, Operations, Surface};
use app::App;
use poem_openapi::OpenApi;

/// All of it.
pub static SURFACE: Surface = Surface {
    name: "admin",
    prefixes: &[
        "/admin/users",
        "/api/bot/articles",
        "/api/bot/ask",
        "/api/bot/unanswered",
        "/api/chat/canned-replies",
        "/api/chat/conversations/counts",
        "/api/chat/conversations/{id}/assign",
        "/api/chat/conversations/{id}/claim",
        "/api/chat/conversations/{id}/customer",
        "/api/chat/conversations/{id}/hand-back",
        "/api/chat/conversations/{id}/handoff",
        "/api/chat/conversations/{id}/notes",
        "/api/chat/conversations/{id}/suggest",
        "/api/chat/conversations/{id}/summary",
        "/api/chat/conversations/{id}/trace",
        "/api/chat/labels",
        "/api/chat/notes",
        "/api/jobs",
        "/api/staff",
        "/api/stats",
        "/api/users",
        "/api/webhooks",
    ],
    error_form: &crm::ERROR_FORM,
    apis: &[&Operations(apis)],
    errors: openapi::POSSIBLE_ERRORS,
    costs: costs::COSTS,
    ..NOTHING
};

fn apis(app: App) -> impl OpenApi {
    (
        articles::ArticlesApi(app.clone()),
        canned_replies::CannedRepliesApi(app.clone()),
        desk::DeskApi(app.clone()),
        insight::InsightApi(app.clone()),
        labels::LabelsApi(app.clone()),
        notes::NotesApi(app.clone()),
        operations::OperationsApi(app.clone()),
        unanswered::UnansweredApi(app.clone()),
        users::UsersApi(app.clone()),
        people::PeopleApi(app.clone()),
        webhooks::WebhooksApi(app),
    )
}

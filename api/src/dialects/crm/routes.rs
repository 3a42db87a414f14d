//! The REST side of the `crm` dialect: each handler turns a request into a command and the result into an answer.

mod articles;
mod bot;
mod canned_replies;
mod conversations;
mod desk;
mod insight;
mod labels;
mod messages;
mod notes;
mod operations;
mod people;
mod uploads;
mod users;
mod webhooks;

use crate::wire::params;
use app::App;
use poem_openapi::OpenApi;

/// All of it.
pub fn apis(core: App) -> impl OpenApi {
    (
        bot::BotApi(core.clone()),
        articles::ArticlesApi(core.clone()),
        conversations::ConversationsApi(core.clone()),
        desk::DeskApi(core.clone()),
        labels::LabelsApi(core.clone()),
        notes::NotesApi(core.clone()),
        people::PeopleApi(core.clone()),
        messages::MessagesApi(core.clone()),
        uploads::UploadsApi(core.clone()),
        canned_replies::CannedRepliesApi(core.clone()),
        insight::InsightApi(core.clone()),
        users::UsersApi(core.clone()),
        operations::OperationsApi(core.clone()),
        webhooks::WebhooksApi(core),
    )
}

//! The REST side of the `crm` dialect: each handler turns a request into a command and the result into an answer.

mod bot;
mod conversations;
mod messages;
mod people;
mod uploads;

use poem_openapi::OpenApi;
use shared::core::Core;

/// All of it.
pub fn apis(core: Core) -> impl OpenApi {
    (
        bot::BotApi(core.clone()),
        conversations::ConversationsApi(core.clone()),
        people::PeopleApi(core.clone()),
        messages::MessagesApi(core.clone()),
        uploads::UploadsApi(core),
    )
}

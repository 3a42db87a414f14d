//! The REST side of the `crm` dialect: each handler turns a request into a command and the result into an answer.

mod bot;
mod conversations;
mod messages;
mod notifications;
mod people;
mod uploads;

use app::App;
use poem_openapi::OpenApi;

/// All of it.
pub fn apis(app: App) -> impl OpenApi {
    (
        bot::BotApi(app.clone()),
        conversations::ConversationsApi(app.clone()),
        people::PeopleApi(app.clone()),
        people::SearchApi(app.clone()),
        messages::MessagesApi(app.clone()),
        notifications::NotificationsApi(app.clone()),
        uploads::UploadsApi(app),
    )
}

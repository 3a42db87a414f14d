//! The REST side of the `helpdesk` dialect: each handler turns a request into a command and the result into an answer.

mod ai;
mod analytics;
mod documents;
mod homes;
mod internal;
mod messages;
mod misuse;
mod notifications;
mod push;
mod system;
mod tickets;

use crate::wire::params::PathText;
use app::App;
use desk::tickets::Which;
use entity::SupportId;
use poem_openapi::OpenApi;

/// All of it.
pub fn apis(app: App) -> impl OpenApi {
    (
        tickets::TicketsApi(app.clone()),
        messages::MessagesApi(app.clone()),
        notifications::NotificationsApi(app.clone()),
        push::PushApi(app.clone()),
        ai::AiApi(app.clone()),
        homes::HomesApi(app.clone()),
        misuse::MisuseApi(app.clone()),
        analytics::AnalyticsApi(app.clone()),
        documents::DocumentsApi(app.clone()),
        system::SystemApi(app.clone()),
        internal::InternalApi(app),
    )
}

/// A ticket by its UUID, its `TKT-…` or its number.
fn which(id: PathText) -> Which {
    number(&id.0).map_or(Which::Name(id.0), Which::Number)
}

/// A number as we write it; `007` names nothing.
pub(super) fn number(text: &str) -> Option<SupportId> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(SupportId(number))
}

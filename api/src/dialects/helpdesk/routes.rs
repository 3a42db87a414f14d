//! The REST side of the `helpdesk` dialect: each handler turns a request into a command and the result into an answer.

mod ai;
mod internal;
mod messages;
mod notifications;
mod push;
mod tickets;

use crate::wire::params::PathText;
use poem_openapi::OpenApi;
use shared::core::Core;
use shared::entity::SupportId;
use shared::tickets::Which;

/// All of it.
pub fn apis(core: Core) -> impl OpenApi {
    (
        tickets::TicketsApi(core.clone()),
        messages::MessagesApi(core.clone()),
        notifications::NotificationsApi(core.clone()),
        push::PushApi(core.clone()),
        ai::AiApi(core.clone()),
        internal::InternalApi(core),
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

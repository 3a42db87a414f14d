//! What everything costs: the one table of every route and frame, by which `platform::limits` counts. A route that is not
//! in it fails the test below.

use crate::bearer;
use crate::routes::Operation;
use app::App;
use kernel::error::Result;
use platform::limits::Spend;
use poem::Request;
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::LazyLock;

/// What a request costs, besides one request of its address (`RATE_ADDRESS_REQUESTS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Nothing more: reading a little, and what has a limit of its own kind, such as signing in.
    Request,
    /// Counted where it is carried out, once it is known to be allowed: a socket's frame comes there too.
    Inside(Spend),
    /// Counted at the door: so many of the bearer's, or of the address's where there is no good token.
    Door(Spend, NonZeroU32),
}

/// What any frame of any socket costs, whatever it says. A message, an edit, a deletion or a reaction costs a message
/// besides, where it is carried out.
pub const FRAME: Spend = Spend::Signal;

/// What asking a Socket.IO session for everything missed costs.
pub const SYNC: Spend = Spend::Search;

const REQUEST: Cost = Cost::Request;
const MESSAGE: Cost = Cost::Inside(Spend::Message);
const RECEIPT: Cost = Cost::Inside(Spend::Signal);
const SIGNAL: Cost = door(Spend::Signal, 1);
const SEARCH: Cost = door(Spend::Search, 1);
/// Figures over everything.
const SURVEY: Cost = door(Spend::Search, 5);
const CONVERSATION: Cost = door(Spend::Conversation, 1);
const TICKET: Cost = door(Spend::Ticket, 1);
const CHANGE: Cost = door(Spend::Change, 1);
/// A change that notifies many, or that asks for a person.
const CALL: Cost = door(Spend::Change, 5);
const ASK: Cost = door(Spend::Model, 1);

const fn door(what: Spend, units: u32) -> Cost {
    match NonZeroU32::new(units) {
        Some(units) => Cost::Door(what, units),
        None => Cost::Request,
    }
}

/// Every route, as `METHOD /pattern`.
const TABLE: &[(&str, Cost)] = &[
    // signing in: failures, newcomers and new accounts are counted by address, `limits::admit` and `limits::may_login`
    ("POST /auth/login", REQUEST),
    ("POST /auth/logout", REQUEST),
    ("GET /auth/me", REQUEST),
    ("POST /auth/refresh", REQUEST),
    ("POST /auth/register", REQUEST),
    ("POST /auth/visitor", REQUEST),
    ("POST /api/auth/login", REQUEST),
    ("POST /api/auth/logout", REQUEST),
    ("GET /api/auth/me", REQUEST),
    ("POST /api/auth/refresh", REQUEST),
    ("POST /api/auth/register", REQUEST),
    ("POST /api/auth/visitor", REQUEST),
    ("POST /api/v1/auth/login", REQUEST),
    ("POST /api/v1/auth/logout", REQUEST),
    ("GET /api/v1/auth/me", REQUEST),
    ("POST /api/v1/auth/refresh", REQUEST),
    ("POST /api/v1/auth/register", REQUEST),
    ("POST /api/v1/auth/visitor", REQUEST),
    // the bot
    ("POST /ai/self-serve-query", Cost::Inside(Spend::Model)),
    ("POST /ai/suggest-response", Cost::Inside(Spend::Model)),
    ("POST /api/bot/ask", Cost::Inside(Spend::Model)),
    (
        "POST /api/chat/conversations/{id}/suggest",
        Cost::Inside(Spend::Model),
    ),
    ("POST /api/bot-response", ASK),
    ("GET /api/bot-prompts", REQUEST),
    ("GET /api/bot/articles", REQUEST),
    ("POST /api/bot/articles", CHANGE),
    ("PUT /api/bot/articles/{id}", CHANGE),
    ("DELETE /api/bot/articles/{id}", CHANGE),
    // conversations; the first message of an anonymous visitor costs a conversation besides
    ("POST /api/user-response", MESSAGE),
    ("GET /api/chat/conversations", SEARCH),
    ("POST /api/chat/conversations", CONVERSATION),
    ("GET /api/chat/conversations/counts", SEARCH),
    ("GET /api/chat/conversations/{id}", REQUEST),
    ("PATCH /api/chat/conversations/{id}", CHANGE),
    ("GET /api/chat/conversations/{id}/messages", REQUEST),
    ("GET /api/chat/conversations/{id}/changes", REQUEST),
    ("GET /api/chat/conversations/{id}/customer", SEARCH),
    ("GET /api/chat/conversations/{id}/trace", REQUEST),
    ("POST /api/chat/conversations/{id}/participants", CALL),
    ("DELETE /api/chat/conversations/{id}/participants/{user}", CHANGE),
    ("POST /api/chat/conversations/{id}/read", RECEIPT),
    ("POST /api/chat/conversations/{id}/assign", CHANGE),
    ("POST /api/chat/conversations/{id}/claim", CHANGE),
    ("POST /api/chat/conversations/{id}/handoff", CALL),
    ("POST /api/chat/conversations/{id}/hand-back", CHANGE),
    ("GET /api/chat/conversations/{id}/notes", REQUEST),
    ("POST /api/chat/conversations/{id}/notes", MESSAGE),
    ("PATCH /api/chat/notes/{id}", MESSAGE),
    ("DELETE /api/chat/notes/{id}", CHANGE),
    ("PATCH /api/chat/messages/{id}", MESSAGE),
    ("DELETE /api/chat/messages/{id}", MESSAGE),
    ("PUT /api/chat/messages/{id}/reactions/{emoji}", MESSAGE),
    ("DELETE /api/chat/messages/{id}/reactions/{emoji}", MESSAGE),
    ("POST /api/chat/messages/{id}/read", RECEIPT),
    ("POST /api/chat/typing", SIGNAL),
    ("GET /api/chat/search", SEARCH),
    ("POST /api/chat/upload", MESSAGE),
    ("GET /api/chat/attachments/{id}", REQUEST),
    ("GET /files/{id}", REQUEST),
    ("GET /files/{id}/thumbnail", REQUEST),
    ("GET /api/chat/labels", REQUEST),
    ("POST /api/chat/labels", CHANGE),
    ("PATCH /api/chat/labels/{id}", CHANGE),
    ("DELETE /api/chat/labels/{id}", CHANGE),
    ("GET /api/chat/canned-replies", REQUEST),
    ("POST /api/chat/canned-replies", CHANGE),
    ("PUT /api/chat/canned-replies/{id}", CHANGE),
    ("DELETE /api/chat/canned-replies/{id}", CHANGE),
    // rooms
    ("POST /api/chats", CONVERSATION),
    ("GET /api/chats/{id}", REQUEST),
    ("DELETE /api/chats/{id}", CHANGE),
    ("GET /api/chats/participant/{id}", SEARCH),
    ("GET /api/chats/{id}/messages", REQUEST),
    ("GET /api/chats/{id}/sync", SEARCH),
    ("POST /api/chats/{id}/participants", CALL),
    ("DELETE /api/chats/{id}/participants/{participant}", CHANGE),
    ("GET /api/chats/ws/stats", REQUEST),
    // tickets
    ("GET /tickets", SEARCH),
    ("POST /tickets", TICKET),
    ("GET /tickets/{id}", REQUEST),
    ("PUT /tickets/{id}", CHANGE),
    ("DELETE /tickets/{id}", CHANGE),
    ("GET /tickets/{id}/messages", REQUEST),
    ("POST /tickets/{id}/messages", MESSAGE),
    ("PUT /tickets/{id}/messages/{message}/feedback", MESSAGE),
    ("POST /api/v1/support", TICKET),
    ("GET /api/v1/support", SEARCH),
    ("GET /api/v1/support/{id}", REQUEST),
    ("GET /api/v1/support/user/{id}", SEARCH),
    ("GET /api/v1/support/station/{id}", SEARCH),
    ("GET /api/v1/support/status/{status}", SEARCH),
    ("GET /api/v1/support/statistics", SURVEY),
    ("PATCH /api/v1/support/{id}", CHANGE),
    ("PATCH /api/v1/support/{id}/status", CHANGE),
    ("PATCH /api/v1/support/{id}/rating", CHANGE),
    ("DELETE /api/v1/support/{id}", CHANGE),
    ("GET /api/v1/stations", REQUEST),
    ("POST /api/v1/stations", CHANGE),
    // notifications
    ("GET /notifications", REQUEST),
    ("GET /notifications/unread-count", REQUEST),
    ("PUT /notifications/{id}/read", SIGNAL),
    ("PUT /notifications/mark-all-read", SIGNAL),
    ("DELETE /notifications/{id}", SIGNAL),
    ("GET /notifications/push/public-key", REQUEST),
    ("POST /notifications/push", CHANGE),
    ("DELETE /notifications/push", CHANGE),
    // administration
    ("GET /api/users", SEARCH),
    ("POST /api/users", CHANGE),
    ("PATCH /api/users/{id}", CHANGE),
    ("GET /api/staff", REQUEST),
    ("GET /api/stats", SURVEY),
    ("GET /api/jobs", SEARCH),
    ("POST /api/jobs/{id}/replay", CHANGE),
    ("GET /api/webhooks", REQUEST),
    ("POST /api/webhooks", CHANGE),
    ("GET /api/webhooks/{id}", REQUEST),
    ("PATCH /api/webhooks/{id}", CHANGE),
    ("DELETE /api/webhooks/{id}", CHANGE),
    ("GET /api/webhooks/{id}/deliveries", REQUEST),
    ("POST /api/webhooks/{id}/deliveries/{delivery}/replay", CHANGE),
    // a delivery to somebody else's server
    ("POST /api/webhooks/{id}/test", CALL),
    // other processes of this installation, which prove that they are
    ("GET /internal/webhook/health", REQUEST),
    ("POST /internal/webhook/on_message_sent", REQUEST),
    ("POST /internal/webhook/on_ticket_created", REQUEST),
    ("POST /internal/webhook/on_misuse_detected", REQUEST),
    // sockets: capped by person and address; each of their frames costs [`FRAME`]
    ("GET /ws/chat/{id}", REQUEST),
    ("GET /ws/inbox", REQUEST),
    ("GET /api/chat/ws/{id}", REQUEST),
    ("GET /api/chats/ws/{id}", REQUEST),
    ("GET /socket.io", REQUEST),
    ("POST /socket.io", REQUEST),
    // pages and documents
    ("GET /widget.js", REQUEST),
    ("GET /widget/{*path}", REQUEST),
    ("GET /pages/{*path}", REQUEST),
    ("GET /console", REQUEST),
    ("GET /console/{*path}", REQUEST),
    ("GET /chat-test", REQUEST),
    ("GET /test_websocket.html", REQUEST),
    ("GET /docs", REQUEST),
    ("GET /redoc", REQUEST),
    ("GET /openapi.json", REQUEST),
    ("GET /asyncapi.yaml", REQUEST),
    // probes, which are free of the address's limit too
    ("GET /livez", REQUEST),
    ("GET /readyz", REQUEST),
    ("GET /health", REQUEST),
    ("GET /metrics", REQUEST),
];

static COSTS: LazyLock<HashMap<&str, Cost>> = LazyLock::new(|| TABLE.iter().copied().collect());

/// What an operation costs; none where it is not in the table, which the test does not let happen.
pub fn of(operation: &Operation) -> Option<Cost> {
    let name = format!("{} {}", operation.method, operation.pattern);
    COSTS.get(name.as_str()).copied()
}

/// Charges a request at the door: its bearer, or where there is no good token its address. Too fast is
/// `Error::RateLimited`.
pub async fn charge(core: &App, request: &Request, address: IpAddr, operation: &Operation) -> Result<()> {
    let Some(Cost::Door(what, units)) = of(operation) else {
        return Ok(());
    };
    match bearer::actor(request).await {
        Some(actor) => core.limits.spend_units(&actor, what, units),
        None => core.limits.spend_at(address, what, units),
    }
}

#[cfg(test)]
mod tests;

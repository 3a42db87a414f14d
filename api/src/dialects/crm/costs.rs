//! What the `crm` dialect's operations cost. The first message of an anonymous visitor costs a conversation besides.

use crate::costs::{ASK, CALL, CHANGE, CONVERSATION, Cost, EPHEMERAL, MESSAGE, RECEIPT, REQUEST, SEARCH};

/// A row for each operation.
pub const COSTS: &[(&str, Cost)] = &[
    ("POST /api/bot-response", ASK),
    ("GET /api/bot-prompts", REQUEST),
    ("POST /api/user-response", MESSAGE),
    ("GET /api/chat/conversations", SEARCH),
    ("POST /api/chat/conversations", CONVERSATION),
    ("GET /api/chat/conversations/{id}", REQUEST),
    ("PATCH /api/chat/conversations/{id}", CHANGE),
    ("GET /api/chat/conversations/{id}/messages", REQUEST),
    ("GET /api/chat/conversations/{id}/changes", REQUEST),
    ("POST /api/chat/conversations/{id}/participants", CALL),
    ("DELETE /api/chat/conversations/{id}/participants/{user}", CHANGE),
    ("POST /api/chat/conversations/{id}/read", RECEIPT),
    ("PATCH /api/chat/messages/{id}", MESSAGE),
    ("DELETE /api/chat/messages/{id}", MESSAGE),
    ("PUT /api/chat/messages/{id}/reactions/{emoji}", MESSAGE),
    ("DELETE /api/chat/messages/{id}/reactions/{emoji}", MESSAGE),
    ("PUT /api/chat/messages/{id}/helpful", MESSAGE),
    ("POST /api/chat/messages/{id}/read", RECEIPT),
    ("POST /api/chat/typing", EPHEMERAL),
    ("GET /api/chat/search", SEARCH),
    ("GET /api/notifications", REQUEST),
    ("PATCH /api/notifications/{id}", EPHEMERAL),
    ("POST /api/chat/upload", MESSAGE),
    ("GET /api/chat/attachments/{id}", REQUEST),
    ("GET /api/users/search", SEARCH),
];

//! What the `rooms` dialect's operations cost.

use crate::costs::{CALL, CHANGE, CONVERSATION, Cost, REQUEST, SEARCH};

/// A row for each operation.
pub const COSTS: &[(&str, Cost)] = &[
    ("POST /api/chats", CONVERSATION),
    ("GET /api/chats/{id}", REQUEST),
    ("DELETE /api/chats/{id}", CHANGE),
    ("GET /api/chats/participant/{id}", SEARCH),
    ("GET /api/chats/{id}/messages", REQUEST),
    ("GET /api/chats/{id}/sync", SEARCH),
    ("POST /api/chats/{id}/participants", CALL),
    ("DELETE /api/chats/{id}/participants/{participant}", CHANGE),
    ("GET /api/chats/ws/stats", REQUEST),
];

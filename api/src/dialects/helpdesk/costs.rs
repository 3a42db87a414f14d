//! What the `helpdesk` dialect's operations cost. Those under `/internal` are for processes that prove who they are.

use crate::costs::{CHANGE, Cost, EPHEMERAL, MESSAGE, MODEL, REQUEST, SEARCH, TICKET};

/// A row for each operation.
pub const COSTS: &[(&str, Cost)] = &[
    ("POST /ai/self-serve-query", MODEL),
    ("POST /ai/suggest-response", MODEL),
    ("GET /tickets", SEARCH),
    ("POST /tickets", TICKET),
    ("GET /tickets/{id}", REQUEST),
    ("PUT /tickets/{id}", CHANGE),
    ("DELETE /tickets/{id}", CHANGE),
    ("GET /tickets/{id}/messages", REQUEST),
    ("POST /tickets/{id}/messages", MESSAGE),
    ("PUT /tickets/{id}/messages/{message}/feedback", MESSAGE),
    ("GET /notifications", REQUEST),
    ("GET /notifications/unread-count", REQUEST),
    ("PUT /notifications/{id}/read", EPHEMERAL),
    ("PUT /notifications/mark-all-read", EPHEMERAL),
    ("DELETE /notifications/{id}", EPHEMERAL),
    ("GET /notifications/push/public-key", REQUEST),
    ("POST /notifications/push", CHANGE),
    ("DELETE /notifications/push", CHANGE),
    ("GET /internal/webhook/health", REQUEST),
    ("POST /internal/webhook/on_message_sent", REQUEST),
    ("POST /internal/webhook/on_ticket_created", REQUEST),
    ("POST /internal/webhook/on_misuse_detected", REQUEST),
];

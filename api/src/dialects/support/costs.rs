//! What the `support` dialect's operations cost.

use crate::costs::{CHANGE, Cost, REQUEST, SEARCH, SURVEY, TICKET};

/// A row for each operation.
pub const COSTS: &[(&str, Cost)] = &[
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
    ("GET /api/v1/stations/active", REQUEST),
    ("GET /api/v1/stations/available", REQUEST),
    ("GET /api/v1/stations/search", SEARCH),
    ("GET /api/v1/stations/{id}", REQUEST),
    ("GET /api/v1/users", SEARCH),
    ("GET /api/v1/users/me/profile", REQUEST),
    ("GET /api/v1/users/{id}", REQUEST),
    ("PATCH /api/v1/users/{id}", CHANGE),
    // what is guessed is counted as at sign-in
    ("POST /api/v1/users/change-password", CHANGE),
];

//! `/as/helpdesk`: the dialect as its own front end knows it. Its REST is the root's, but for the table.

use super::socket;
use crate::app::ServerState;
use crate::mounted::{Answer, Difference, Mount};
use crate::problem::ErrorForm;
use crate::routes::Page;
use entity::user::Role;
use poem::endpoint::make_sync;
use poem::http::StatusCode;
use poem::web::Json;
use serde_json::json;

/// All of it.
pub static MOUNT: Mount = Mount {
    path: "/as/helpdesk",
    error_form: &ErrorForm {
        name: "Helpdesk",
        content_type: "application/json",
        ..super::error::ERROR_FORM
    },
    shares: &[
        "/admin/analytics",
        "/admin/documents",
        "/admin/home",
        "/admin/misuse-reports",
        "/admin/system-management",
        "/agent/home",
        "/ai",
        "/auth",
        "/internal",
        "/notifications",
        "/tickets",
        "/user/home",
    ],
    differences: &[Difference {
        operations: &["GET /auth/me"],
        says: "Without a token 403.",
        answer: Answer::Status("not_authenticated", StatusCode::FORBIDDEN),
    }],
    sockets: &socket::MOUNTED_SOCKETS,
    pages,
    newcomers: Role::User,
};

/// Whether it answers, in its own words; whether all that it needs does is `/readyz`.
fn pages(_: &ServerState) -> Vec<Page> {
    let health = make_sync(|_| Json(json!({"status": "healthy", "service": "helpdesk-api"})));
    vec![Page::read("/as/helpdesk/health", health)]
}

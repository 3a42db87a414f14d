//! `/as/support`: the dialect as its own front end knows it. Its REST is the root's, but for the table; its Socket.IO is
//! beside the root's (`socketio.rs`).

use crate::mounted::{Answer, Difference, Mount};
use crate::problem::{ErrorForm, Problem};
use entity::user::Role;

/// All of it.
pub static MOUNT: Mount = Mount {
    path: "/as/support",
    error_form: &ErrorForm {
        name: "Support",
        content_type: "application/json",
        add_members: |problem, status, body| {
            (super::error::ERROR_FORM.add_members)(problem, status, body);
            let title = status.canonical_reason().unwrap_or("Error");
            body.insert("error".into(), title.into());
        },
        ..super::error::ERROR_FORM
    },
    shares: &[
        "/api/v1/auth",
        "/api/v1/stations",
        "/api/v1/support",
        "/api/v1/supports",
        "/api/v1/users",
    ],
    differences: DIFFERENCES,
    sockets: &[],
    pages: |_| Vec::new(),
    newcomers: Role::Driver,
};

const UNKNOWN: &str = "An unknown one is `Support with ID N not found`.";

const fn naming(operations: &'static [&'static str], says: &'static str) -> Difference {
    Difference {
        operations,
        says,
        answer: Answer::Refusal(named),
    }
}

const DIFFERENCES: &[Difference] = &[
    naming(
        &["GET /api/v1/support/{id}", "GET /api/v1/supports/{id}"],
        UNKNOWN,
    ),
    naming(
        &["PATCH /api/v1/support/{id}", "PATCH /api/v1/supports/{id}"],
        UNKNOWN,
    ),
    naming(
        &["DELETE /api/v1/support/{id}", "DELETE /api/v1/supports/{id}"],
        UNKNOWN,
    ),
    naming(
        &[
            "PATCH /api/v1/support/{id}/status",
            "PATCH /api/v1/supports/{id}/status",
        ],
        "A closed one may be opened again. An unknown one is `Support with ID N not found`.",
    ),
    naming(
        &[
            "PATCH /api/v1/support/{id}/rating",
            "PATCH /api/v1/supports/{id}/rating",
        ],
        UNKNOWN,
    ),
    Difference {
        operations: &["POST /api/v1/auth/register"],
        says: "Who names no role becomes a `driver`.",
        answer: Answer::Handler,
    },
];

/// A ticket that is not known is named.
fn named(problem: Problem, path: &str) -> Problem {
    let after = path.split_once("/api/v1/support").map(|(_, after)| after);
    let id = after.and_then(|after| after.trim_start_matches('s').split('/').nth(1));
    match id {
        Some(id) if problem.code() == "not_found" => {
            let id: String = id.chars().take(40).collect();
            problem.reworded(format!("Support with ID {id} not found"))
        }
        _ => problem,
    }
}

//! `/as/team`: the dialect as its own front end knows it. Its REST is the root's, but for the table.

use super::socket;
use crate::mounted::{Answer, Base, Difference, Mount, Reshape, each};
use crate::problem::ErrorForm;
use entity::user::Role;
use serde_json::{Value, json};

/// All of it.
pub static MOUNT: Mount = Mount {
    path: "/as/team",
    error_form: &ErrorForm {
        name: "Team",
        content_type: "application/json",
        ..ErrorForm::PLAIN
    },
    shares: &["/api/auth", "/api/chat", "/api/users/search", "/admin/users"],
    differences: DIFFERENCES,
    sockets: &socket::MOUNTED_SOCKETS,
    pages: |_| Vec::new(),
    newcomers: Role::User,
};

const DIFFERENCES: &[Difference] = &[
    Difference {
        operations: &["GET /api/chat/conversations"],
        says: "A bare array, of one page; a conversation of two without a name of its own has `name: null`.",
        answer: Answer::Body(Reshape {
            body: |body, base| {
                // the page's results alone
                *body = body["results"].take();
                each(body, base, unnamed);
            },
            schema: |schema| {
                *schema = json!({"type": "array", "items": {"type": "object"}});
            },
        }),
    },
    Difference {
        operations: &["POST /api/chat/conversations"],
        says: "A conversation of two without a name of its own has `name: null`.",
        answer: Answer::Body(NAMES),
    },
    Difference {
        operations: &["GET /api/chat/conversations/{id}"],
        says: "A conversation of two without a name of its own has `name: null`.",
        answer: Answer::Body(NAMES),
    },
    Difference {
        operations: &["POST /api/auth/login"],
        says: "Refused with `Incorrect username or password`.",
        answer: Answer::Refusal(|problem, _| match problem.code() {
            "invalid_credentials" => problem.reworded("Incorrect username or password"),
            _ => problem,
        }),
    },
];

const NAMES: Reshape = Reshape {
    body: unnamed,
    schema: |schema| *schema = json!({"type": "object"}),
};

/// A conversation of two that nobody named is called after both; its front end shows the other one itself.
fn unnamed(conversation: &mut Value, _base: &Base) {
    let people = conversation["participants"].as_array().into_iter().flatten();
    let names: Vec<&str> = people.filter_map(|person| person["username"].as_str()).collect();
    let [one, other] = names[..] else { return };
    let called = conversation["name"].as_str().unwrap_or_default();
    let after_both = [format!("{one}, {other}"), format!("{other}, {one}")].contains(&called.to_owned());
    if conversation["kind"] == "direct" && after_both {
        conversation["name"] = Value::Null;
    }
}

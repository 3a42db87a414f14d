//! `/as/crm`: the dialect as its own front end knows it. Its REST is the root's, but for the table.

use super::rest::MessageObject;
use super::{error, socket};
use crate::mounted::{Answer, Base, Difference, Mount, Reshape, each};
use crate::problem::ErrorForm;
use app::App;
use chat::attachments::{Lasting, Link};
use entity::user::Role;
use entity::{AttachmentId, MessageId, UserId};
use serde_json::{Value, json};

/// All of it.
pub static MOUNT: Mount = Mount {
    path: "/as/crm",
    error_form: &ErrorForm {
        name: "Crm",
        content_type: "application/json",
        ..error::ERROR_FORM
    },
    shares: &[
        "/api/auth",
        "/api/bot-prompts",
        "/api/bot-response",
        "/api/chat",
        "/api/notifications",
        "/api/user-response",
    ],
    differences: DIFFERENCES,
    sockets: &socket::MOUNTED_SOCKETS,
    pages: |_| Vec::new(),
    newcomers: Role::User,
};

const MESSAGES: &str = "A message's `attachment` is an address that is good for 24 hours, or null; `rich` is null; the bot's \
    messages have `sender: null` and `sender_name: \"System\"`.";

const fn messages(operations: &'static [&'static str], body: fn(&mut Value, &Base)) -> Difference {
    Difference {
        operations,
        says: MESSAGES,
        // what differs lies deep in it; in words it is `MESSAGES`
        answer: Answer::Body(Reshape {
            body,
            schema: |schema| *schema = json!({}),
        }),
    }
}

const DIFFERENCES: &[Difference] = &[
    Difference {
        operations: &["POST /api/auth/logout"],
        says: "Answers 204.",
        answer: Answer::NoContent,
    },
    Difference {
        operations: &["POST /api/bot-response"],
        says: "The answer is not sent again to the sockets of the sign-in that asked.",
        answer: Answer::Handler,
    },
    Difference {
        operations: &["POST /api/user-response"],
        says: "The bot's answer is for `bot-response`: the sockets of this sign-in do not get it.",
        answer: Answer::Handler,
    },
    messages(&["GET /api/chat/conversations/{id}/messages"], |body, base| {
        each(body, base, message);
    }),
    messages(&["GET /api/chat/conversations/{id}/changes"], |body, base| {
        each(&mut body["messages"], base, message);
    }),
    messages(&["GET /api/chat/conversations"], |body, base| {
        each(&mut body["results"], base, conversation);
    }),
    messages(&["POST /api/chat/conversations"], conversation),
    messages(&["GET /api/chat/conversations/{id}"], conversation),
    messages(&["PATCH /api/chat/conversations/{id}"], conversation),
    messages(&["PATCH /api/chat/messages/{id}"], message),
    messages(&["GET /api/chat/search"], |body, base| {
        each(&mut body["results"], base, message);
    }),
    Difference {
        operations: &["POST /api/chat/upload", "GET /api/chat/attachments/{id}"],
        says: "`file_url` has the server's address.",
        answer: Answer::Body(Reshape {
            body: |body, base| {
                let whole = body["file_url"].as_str().map(|url| absolute(url, base));
                body["file_url"] = json!(whole);
            },
            schema: |_| {},
        }),
    },
];

/// A conversation with its newest message, and its messages where it carries some.
pub fn conversation(body: &mut Value, base: &Base) {
    if body["last_message"].is_object() {
        message(&mut body["last_message"], base);
    }
    if let Some(list) = body.get_mut("messages") {
        each(list, base, message);
    }
}

/// A message of a list.
fn message(body: &mut Value, base: &Base) {
    shown(body, base);
    if matches!(body["type"].as_str(), Some("bot" | "system")) {
        body["sender"] = Value::Null;
        body["sender_name"] = "System".into();
    }
}

/// A message of a frame.
pub fn in_frame(of: &MessageObject, app: &App) -> Value {
    let mut body = json!(of);
    shown(&mut body, &base(app));
    if body["type"] == "bot" {
        body["sender_name"] = "System".into();
    }
    body
}

/// What frames are made with: they go to many clients, who may have asked for different addresses.
pub fn base(app: &App) -> Base {
    let bound = app.settings.bind.first();
    let origin = app.settings.public_url.clone();
    Base {
        origin: origin.unwrap_or_else(|| {
            bound
                .map(|address| format!("http://{address}"))
                .unwrap_or_default()
        }),
        app: app.clone(),
    }
}

fn shown(body: &mut Value, base: &Base) {
    let url = body["attachment_url"].as_str().map(|url| lasting(url, base));
    body["attachment"] = json!(url);
    body["attachment_url"] = json!(url);
    body["rich"] = Value::Null;
}

/// The same link, good for a day.
fn lasting(url: &str, base: &Base) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let file = path
        .rsplit('/')
        .next()
        .and_then(|id| id.parse::<AttachmentId>().ok());
    let value = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(of, _)| *of == name)
            .map(|(_, value)| value)
    };
    let Some(file) = file else {
        return absolute(url, base);
    };
    let link = Link {
        file,
        message: value("message").and_then(|id| id.parse::<MessageId>().ok()),
        reader: value("reader").and_then(|id| id.parse().ok()).map(UserId),
        lasting: Lasting::Day,
    };
    absolute(&format!("{path}?{}", link.query(&base.app)), base)
}

fn absolute(url: &str, base: &Base) -> String {
    if url.starts_with('/') {
        format!("{}{url}", base.origin)
    } else {
        url.to_owned()
    }
}

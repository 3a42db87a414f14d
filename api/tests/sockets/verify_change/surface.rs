//! What a client of each dialect holds of a conversation: what it fetches, and what it makes of the frames.

use super::crm;
use super::stage::{Kind, Stage, Talk};
use api::testing::Person;
use serde_json::{Map, Value, json};

/// A dialect's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// `/ws/chat/{id}`
    Crm,
    /// `/ws/inbox`
    Inbox,
    Team,
    Helpdesk,
    Rooms,
}

/// Frames that say what is going on and leave nothing behind.
const PASSING: &[&str] = &[
    "connected",
    "connection_established",
    "system",
    "user_joined",
    "user_left",
    "presence",
    "suggestion",
];

impl Surface {
    /// Where a viewer's socket is, to resume after a `rev`.
    pub fn path(self, talk: &Talk, viewer: &Person, since: i64) -> String {
        let (id, name, token) = (talk.id, &talk.name, &viewer.token);
        let who = &viewer.actor.username;
        match self {
            Self::Crm => format!("/ws/chat/{id}/?token={token}&since={since}"),
            Self::Inbox => format!("/ws/inbox/?token={token}"),
            Self::Team => format!("/api/chat/ws/{id}?token={token}&since={since}"),
            Self::Helpdesk => format!("/ws/chat/{name}?token={token}&since={since}"),
            Self::Rooms => format!("/api/chats/ws/{name}?user_id={who}&token={token}&since={since}"),
        }
    }

    /// What a viewer fetches.
    pub async fn fetch(self, stage: &Stage, kind: Kind, talk: &Talk, viewer: &Person) -> Value {
        let crm = format!("/api/chat/conversations/{}", talk.id);
        match self {
            Self::Crm | Self::Inbox => {
                let mut state = json!({"me": viewer.actor.id.to_string()});
                state["conversation"] = get(stage, viewer, &crm).await;
                if self == Self::Crm {
                    let messages = get(stage, viewer, &format!("{crm}/messages?limit=200")).await;
                    state["messages"] = by("id", messages);
                }
                if viewer.actor.is_staff() && matches!(kind, Kind::Desk | Kind::Ticket) {
                    state["notes"] = by("id", get(stage, viewer, &format!("{crm}/notes")).await);
                }
                crm::tidy(&mut state);
                if self == Self::Inbox {
                    crm::untold(&mut state["conversation"]);
                }
                state
            }
            Self::Team => {
                let messages = get(stage, viewer, &format!("{crm}/messages?limit=200")).await;
                by_with("id", messages, team)
            }
            Self::Helpdesk => {
                let path = format!("/tickets/{}/messages?limit=100", talk.name);
                by("id", get(stage, viewer, &path).await["messages"].take())
            }
            Self::Rooms => {
                let path = format!("/api/chats/{}/messages?limit=200", talk.name);
                by_with("message_id", get(stage, viewer, &path).await, room)
            }
        }
    }

    /// What it fetches anew because its frames do not resume: what is left in the state comes with `since`.
    pub fn rejoin(self, state: &mut Value, fetched: &Value) {
        match self {
            Self::Crm => {
                for part in ["conversation", "notes"] {
                    if let Some(fresh) = fetched.get(part) {
                        state[part] = fresh.clone();
                    }
                }
                crm::derive(state);
            }
            Self::Inbox => *state = fetched.clone(),
            Self::Team | Self::Helpdesk | Self::Rooms => {}
        }
    }

    /// Takes a frame into what is held.
    pub fn apply(self, state: &mut Value, frame: &Value) {
        let kind = frame["type"].as_str().expect("a type");
        if PASSING.contains(&kind) {
            return;
        }
        match (self, kind) {
            (Self::Crm, _) => crm::apply(state, frame),
            (Self::Inbox, _) => crm::apply_in_inbox(state, frame),
            (Self::Team, "message" | "edit" | "delete") => {
                let id = frame["message_id"].as_str().expect("an id").to_owned();
                let mut message = frame.clone();
                message["created_at"] = message["timestamp"].take();
                state[id] = team(&message);
            }
            (Self::Team, "reaction") => {
                let id = frame["message_id"].as_str().expect("an id").to_owned();
                state[id]["reactions"] = frame["reactions"].clone();
            }
            (Self::Helpdesk, "new_message" | "message_updated" | "message_deleted") => {
                let id = frame["message"]["id"].as_str().expect("an id").to_owned();
                state[id] = frame["message"].clone();
            }
            (Self::Rooms, "message") => {
                let id = frame["message_id"].as_str().expect("an id").to_owned();
                state[id] = room(frame);
            }
            _ => panic!("what is {frame}?"),
        }
    }

    /// Whether a frame leaves something behind.
    pub fn is_kept(frame: &Value) -> bool {
        !PASSING.contains(&frame["type"].as_str().unwrap_or_default())
    }
}

pub async fn get(stage: &Stage, viewer: &Person, path: &str) -> Value {
    let request = stage.server.client.get(stage.server.url(path));
    let response = request.bearer_auth(&viewer.token).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.unwrap()
}

fn by(key: &str, list: Value) -> Value {
    by_with(key, list, Value::clone)
}

fn by_with(key: &str, list: Value, form: fn(&Value) -> Value) -> Value {
    let list = list.as_array().expect("a list");
    let pairs = list.iter().map(|one| {
        let id = one[key].as_str().expect("an id").to_owned();
        (id, form(one))
    });
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// The members that the team dialect's frames have.
fn team(message: &Value) -> Value {
    let names = [
        "content",
        "sender_id",
        "sender_username",
        "created_at",
        "is_edited",
        "is_deleted",
        "reactions",
    ];
    names
        .into_iter()
        .map(|name| (name.to_owned(), message[name].clone()))
        .collect()
}

/// The members that the rooms dialect's frames have; what a message became afterwards is in the history alone.
fn room(message: &Value) -> Value {
    let names = ["chat_id", "sender_id", "created_at", "content"];
    let mut kept: Value = names
        .into_iter()
        .map(|name| (name.to_owned(), message[name].clone()))
        .collect();
    if message["is_edited"] == true || message["is_deleted"] == true {
        kept["content"] = Value::Null;
    }
    kept
}

/// The first member in which what was made of the frames differs from what was fetched.
pub fn difference(made: &Value, fetched: &Value, path: &str) -> Option<String> {
    match (made, fetched) {
        (Value::Object(one), Value::Object(two)) => {
            let names = one
                .keys()
                .chain(two.keys().filter(|name| !one.contains_key(*name)));
            names
                .filter_map(|name| {
                    let (one, two) = (one.get(name), two.get(name));
                    let path = format!("{path}.{name}");
                    match (one, two) {
                        (Some(one), Some(two)) => difference(one, two, &path),
                        _ => Some(format!("{path}: made {one:?}, fetched {two:?}")),
                    }
                })
                .next()
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => one
            .iter()
            .zip(two)
            .enumerate()
            .find_map(|(n, (one, two))| difference(one, two, &format!("{path}[{n}]"))),
        _ if made == fetched => None,
        _ => Some(format!("{path}: made {made}, fetched {fetched}")),
    }
}

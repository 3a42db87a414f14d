//! What `crm` clients make of their frames, in a thread and in a list of conversations.

use serde_json::Value;

/// Takes away what no frame says, by the contract: when somebody read, and that a message was delivered. A message's
/// `sender` is a name in frames and an id elsewhere; `sender_id` and `sender_username` are in both.
pub fn tidy(state: &mut Value) {
    if let Some(messages) = state.get_mut("messages").and_then(Value::as_object_mut) {
        messages.values_mut().for_each(tidy_message);
    }
    tidy_conversation(&mut state["conversation"]);
}

fn tidy_conversation(conversation: &mut Value) {
    tidy_message(&mut conversation["last_message"]);
    // where one conversation is asked for it brings its newest messages along, which are a list of their own here
    conversation
        .as_object_mut()
        .expect("a conversation")
        .remove("messages");
    for part in conversation["participants"].as_array_mut().expect("people") {
        part.as_object_mut().expect("a part").remove("last_read_at");
    }
}

fn tidy_message(message: &mut Value) {
    if let Some(message) = message.as_object_mut() {
        message.remove("sender");
        message.remove("delivered_at");
        message.remove("read_at");
        if message["status"] == "delivered" {
            message.insert("status".into(), "sent".into());
        }
    }
}

/// Takes away what lists are not told: what became of an older message, and who has read.
pub fn untold(conversation: &mut Value) {
    let members = conversation.as_object_mut().expect("a conversation");
    members.remove("rev");
    let newest = members["last_message"]["id"].clone();
    members.insert("last_message".into(), newest);
    for part in members["participants"].as_array_mut().expect("people") {
        part.as_object_mut().expect("a part").remove("last_read_seq");
    }
}

/// A frame of a conversation's socket.
pub fn apply(state: &mut Value, frame: &Value) {
    match frame["type"].as_str().unwrap_or_default() {
        "message:new" | "message:changed" => {
            let mut message = frame["message"].clone();
            tidy_message(&mut message);
            let known = &mut state["messages"][id(&message)];
            if known["rev"].as_i64() < message["rev"].as_i64() {
                *known = message;
            }
        }
        "conversation:changed" => take_conversation(state, frame),
        "read" => {
            let parts = state["conversation"]["participants"].as_array_mut();
            let part = parts
                .into_iter()
                .flatten()
                .find(|part| part["id"] == frame["user_id"]);
            if let Some(part) = part
                && part["last_read_seq"].as_i64() < frame["seq"].as_i64()
            {
                part["last_read_seq"] = frame["seq"].clone();
            }
        }
        _ => apply_note(state, frame),
    }
    derive(state);
}

/// A frame of an inbox.
pub fn apply_in_inbox(state: &mut Value, frame: &Value) {
    match frame["type"].as_str().unwrap_or_default() {
        "message:new" => {
            let message = &frame["message"];
            let me = state["me"].clone();
            let conversation = &mut state["conversation"];
            if conversation["last_seq"].as_i64() >= message["seq"].as_i64() {
                return;
            }
            conversation["last_seq"] = message["seq"].clone();
            conversation["last_message"] = message["id"].clone();
            conversation["updated_at"] = message["created_at"].clone();
            if counts(message, &me) && is_part(conversation, &me) {
                let unread = conversation["unread_count"].as_i64().unwrap_or_default();
                conversation["unread_count"] = (unread + 1).into();
            }
        }
        "conversation:changed" => {
            take_conversation(state, frame);
            untold(&mut state["conversation"]);
        }
        _ => apply_note(state, frame),
    }
}

fn take_conversation(state: &mut Value, frame: &Value) {
    let mut conversation = frame["conversation"].clone();
    tidy_conversation(&mut conversation);
    state["conversation"] = conversation;
}

fn apply_note(state: &mut Value, frame: &Value) {
    let notes = state.get_mut("notes").and_then(Value::as_object_mut);
    let notes = notes.unwrap_or_else(|| panic!("what is {frame} to this viewer?"));
    match frame["type"].as_str().unwrap_or_default() {
        "note:new" | "note:changed" => {
            notes.insert(id(&frame["note"]), frame["note"].clone());
        }
        "note:deleted" => {
            notes.remove(frame["note_id"].as_str().expect("an id"));
        }
        _ => panic!("what is {frame}?"),
    }
}

/// What follows from the messages and from how far everybody has read.
pub fn derive(state: &mut Value) {
    let me = state["me"].clone();
    let marks = marks(&state["conversation"]);
    let messages = state["messages"].as_object_mut().expect("messages");
    for message in messages.values_mut() {
        let seq = message["seq"].as_i64().unwrap_or_default();
        let others = marks.iter().filter(|(who, _)| *who != message["sender_id"]);
        if others
            .max_by_key(|(_, mark)| *mark)
            .is_some_and(|(_, mark)| *mark >= seq)
        {
            message["status"] = "read".into();
        }
    }
    let newest = messages.values().max_by_key(|message| message["seq"].as_i64());
    let newest = newest.cloned().unwrap_or_default();
    let rev = messages
        .values()
        .filter_map(|message| message["rev"].as_i64())
        .max();
    let latest = messages
        .values()
        .filter_map(|message| message["updated_at"].as_str())
        .max();
    let latest = latest.map(str::to_owned);
    let unread = marks.iter().find(|(who, _)| *who == me).map(|(_, mark)| {
        let unread = messages
            .values()
            .filter(|message| counts(message, &me) && message["seq"].as_i64().unwrap_or_default() > *mark);
        unread.count()
    });
    let conversation = &mut state["conversation"];
    if let Some(unread) = unread {
        conversation["unread_count"] = unread.into();
    }
    if conversation["rev"].as_i64() < rev {
        conversation["rev"] = rev.into();
    }
    if conversation["last_seq"].as_i64() < newest["seq"].as_i64() {
        conversation["last_seq"] = newest["seq"].clone();
    }
    // times have one form, so that they are in the order of their texts
    if conversation["updated_at"].as_str() < latest.as_deref() {
        conversation["updated_at"] = latest.into();
    }
    conversation["last_message"] = newest;
}

/// Whether a message that somebody has not read is unread: not their own, nor a notice, nor one that is gone.
fn counts(message: &Value, who: &Value) -> bool {
    message["sender_id"] != *who && message["type"] != "system" && message["is_deleted"] == false
}

fn marks(conversation: &Value) -> Vec<(Value, i64)> {
    let parts = conversation["participants"].as_array().into_iter().flatten();
    let marks = parts.map(|part| {
        (
            part["id"].clone(),
            part["last_read_seq"].as_i64().unwrap_or_default(),
        )
    });
    marks.collect()
}

fn is_part(conversation: &Value, who: &Value) -> bool {
    let parts = conversation["participants"].as_array();
    parts.is_some_and(|parts| parts.iter().any(|part| part["id"] == *who))
}

fn id(of: &Value) -> String {
    of["id"].as_str().expect("an id").to_owned()
}

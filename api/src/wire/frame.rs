//! A client's socket frame: a JSON object whose members may be absent, or null, which is the same.

use kernel::error::{Error, Result};
use kernel::event::Status;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::str::FromStr;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// A frame that was read.
pub struct Frame(Map<String, Value>);

/// Why a text is no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFrame {
    /// It is no JSON.
    NotJson,
    /// It is JSON, and no object.
    NotAnObject,
}

impl Frame {
    /// Reads one.
    pub fn read(text: &str) -> Result<Self, NoFrame> {
        match serde_json::from_str(text) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(NoFrame::NotAnObject),
            Err(_) => Err(NoFrame::NotJson),
        }
    }

    /// The same where a dialect refuses both alike.
    pub fn parse(text: &str, detail: &str) -> Result<Self> {
        Self::read(text).map_err(|_| Error::Conflict {
            code: "invalid_json",
            field: None,
            detail: detail.into(),
        })
    }

    /// The refusal of a frame whose type is not known.
    pub fn unknown(kind: &str) -> Error {
        // what a client sent is not sent back at any length
        let kind: String = kind.chars().take(50).collect();
        Error::Conflict {
            code: "unknown_message_type",
            field: Some("type"),
            detail: format!("Unknown message type: {kind}"),
        }
    }

    /// A member as it was sent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A member of any form.
    pub fn member<T: DeserializeOwned>(&self, name: &str) -> serde_json::Result<Option<T>> {
        self.get(name).cloned().map(serde_json::from_value).transpose()
    }

    /// A string.
    pub fn text(&self, name: &str) -> Result<Option<&str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Error::invalid(name, format!("{name} must be a string"))),
        }
    }

    /// The first string of these that is there.
    pub fn first(&self, names: &[&str]) -> Result<Option<String>> {
        for name in names {
            if let Some(text) = self.text(name)? {
                return Ok(Some(text.to_owned()));
            }
        }
        Ok(None)
    }

    /// True or false.
    pub fn flag(&self, name: &str) -> Result<Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(Error::invalid(name, format!("{name} must be true or false"))),
        }
    }

    /// An id; an empty one is none.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<Option<T>> {
        let strange = |_| Error::invalid(name, format!("{name} is not an id of ours"));
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.map(|text| text.parse().map_err(strange)).transpose()
    }

    /// An id that must be there.
    pub fn required<T: FromStr>(&self, name: &str) -> Result<T> {
        self.id(name)?
            .ok_or_else(|| Error::invalid(name, format!("{name} is required")))
    }

    /// A person's presence.
    pub fn status(&self, name: &str) -> Result<Option<Status>> {
        Ok(match self.text(name)? {
            Some("online") => Some(Status::Online),
            Some("away") => Some(Status::Away),
            Some("offline") => Some(Status::Offline),
            _ => None,
        })
    }
}

/// A frame on its way out.
pub fn encode(frame: &impl Serialize) -> Utf8Bytes {
    match serde_json::to_string(frame) {
        Ok(text) => text.into(),
        Err(error) => {
            tracing::error!(%error, "a frame cannot be encoded");
            // under both names that dialects have for it
            Utf8Bytes::from_static(
                r#"{"type":"error","content":"Internal server error","message":"Internal server error","code":"internal_error"}"#,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::MessageId;

    #[test]
    fn a_member_of_another_type_is_named() {
        let frame = Frame::read(r#"{"content": 5, "on": "yes", "gone": null, "id": "x"}"#).unwrap();
        assert_eq!(
            frame.text("content").unwrap_err().to_string(),
            "content must be a string"
        );
        assert_eq!(
            frame.flag("on").unwrap_err().to_string(),
            "on must be true or false"
        );
        assert_eq!(frame.text("gone").unwrap(), None);
        assert_eq!(frame.flag("missing").unwrap(), None);
        assert_eq!(frame.id::<MessageId>("gone").unwrap(), None);
        let (strange, missing) = (
            frame.required::<MessageId>("id"),
            frame.required::<MessageId>("gone"),
        );
        assert_eq!(strange.unwrap_err().to_string(), "id is not an id of ours");
        assert_eq!(missing.unwrap_err().to_string(), "gone is required");
        assert_eq!(frame.member::<u8>("content").unwrap(), Some(5));
        assert_eq!(frame.member::<u8>("gone").unwrap(), None);
        assert!(frame.member::<u8>("on").is_err());
    }

    #[test]
    fn only_an_object_is_a_frame() {
        for text in ["", "hello", r#"{"a":"#] {
            assert_eq!(Frame::read(text).err(), Some(NoFrame::NotJson), "{text}");
        }
        for text in ["[]", "null", "5"] {
            assert_eq!(Frame::read(text).err(), Some(NoFrame::NotAnObject), "{text}");
        }
        let refused = Frame::parse("[]", "Invalid JSON").err();
        assert_eq!(
            refused.map(|error| error.to_string()).as_deref(),
            Some("Invalid JSON")
        );
    }
}

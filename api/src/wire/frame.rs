//! A client's socket frame: a JSON object whose members may be absent, or null, which is the same.

use kernel::error::{Error, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use std::str::FromStr;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// A frame that was read.
pub struct Frame(Map<String, Value>);

impl Frame {
    /// Reads one; anything but a JSON object is `Invalid JSON format`.
    pub fn parse(text: &str) -> Result<Self> {
        serde_json::from_str(text).map(Self).map_err(|_| Error::Conflict {
            code: "invalid_json",
            field: None,
            detail: "Invalid JSON format".into(),
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

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A string.
    pub fn text(&self, name: &str) -> Result<Option<&str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Error::invalid(name, format!("{name} must be a string"))),
        }
    }

    /// True or false.
    pub fn flag(&self, name: &str) -> Result<Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(Error::invalid(name, format!("{name} must be true or false"))),
        }
    }

    /// An id that must be there.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| Error::invalid(name, format!("{name} is required")))?;
        let strange = || Error::invalid(name, format!("{name} is not an id of ours"));
        text.parse().map_err(|_| strange())
    }
}

/// A frame on its way out.
pub fn encode(frame: &impl Serialize) -> Utf8Bytes {
    match serde_json::to_string(frame) {
        Ok(text) => text.into(),
        Err(error) => {
            tracing::error!(%error, "a frame cannot be encoded");
            Utf8Bytes::from_static(r#"{"type":"error","content":"Internal server error"}"#)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::MessageId;

    #[test]
    fn a_member_of_another_type_is_named() {
        let frame = Frame::parse(r#"{"content": 5, "on": "yes", "gone": null, "id": "x"}"#).unwrap();
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
        let (strange, missing) = (frame.id::<MessageId>("id"), frame.id::<MessageId>("gone"));
        assert_eq!(strange.unwrap_err().to_string(), "id is not an id of ours");
        assert_eq!(missing.unwrap_err().to_string(), "gone is required");
    }

    #[test]
    fn only_an_object_is_a_frame() {
        for text in ["", "hello", "[]", "null", "5", r#"{"a":"#] {
            let refused = Frame::parse(text).map(|_| ()).unwrap_err();
            assert_eq!(refused.to_string(), "Invalid JSON format", "{text}");
        }
    }
}

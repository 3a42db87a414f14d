//! What clients send. The limits are the core's; here they are only described.

use super::conversation::{BotSwitch, ConversationStatus};
use super::desk::PriorityWord;
use accounts::users::Named;
use entity::UserId;
use kernel::message::Feedback;
use poem_openapi::Object;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{Example, ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// Something said to the company.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "UserResponse", example)]
pub struct UserResponseBody {
    /// 1–4000 characters of Markdown; empty only with an attachment.
    #[oai(validator(min_length = 1, max_length = 4000))]
    pub message: String,
    /// Absent, `null` or empty: a conversation is begun.
    #[oai(nullable)]
    pub conversation_id: Option<String>,
    /// The client's own id of this send: sent again, it gives the same answer and stores nothing.
    #[oai(nullable, validator(max_length = 128))]
    pub client_id: Option<String>,
    /// An uploaded file.
    #[oai(nullable)]
    pub attachment_id: Option<String>,
    /// The language that the client shows, as a tag such as `de` or `pt-BR`: the bot answers in it where the message does not
    /// tell its own.
    #[oai(nullable, validator(max_length = 35))]
    pub locale: Option<String>,
}

impl Example for UserResponseBody {
    fn example() -> Self {
        Self {
            message: "Hello, bot!".into(),
            conversation_id: None,
            client_id: Some("c-1".into()),
            attachment_id: None,
            locale: Some("en".into()),
        }
    }
}

/// A conversation to wait in.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "ConversationReference")]
pub struct ConversationBody {
    pub conversation_id: String,
}

/// A conversation to begin. Alone, the caller gets the bot; with others, a direct talk or a group.
#[derive(Object, Deserialize, Clone, Debug, Default)]
#[oai(rename = "CreateConversation", example)]
pub struct CreateConversationBody {
    #[oai(nullable, validator(max_length = 200))]
    pub title: Option<String>,
    /// The same as `title`, for clients that call it so.
    #[oai(nullable, validator(max_length = 200))]
    pub name: Option<String>,
    #[oai(nullable, validator(max_length = 2000))]
    pub description: Option<String>,
    #[oai(nullable)]
    pub is_group: Option<bool>,
    /// Ids or usernames; the caller is added.
    #[oai(nullable, validator(max_items = 500))]
    pub participant_ids: Option<Vec<NamedPerson>>,
}

impl Example for CreateConversationBody {
    fn example() -> Self {
        Self {
            title: Some("Team Chat".into()),
            description: Some("Our team discussion".into()),
            ..Self::default()
        }
    }
}

/// What changes; what is absent stays.
#[derive(Object, Deserialize, Clone, Debug, Default)]
#[oai(rename = "UpdateConversation", example)]
pub struct UpdateConversationBody {
    /// Whether the bot answers; only in a customer's own conversation, and the desk's to say once a person was asked for or has
    /// come.
    #[oai(nullable)]
    pub bot: Option<BotSwitch>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[oai(nullable)]
    pub is_archived: Option<bool>,
    /// This and what follows: agents and admins, in a customer's conversation or a ticket's.
    #[oai(nullable)]
    pub status: Option<ConversationStatus>,
    /// RFC 3339; with status `snoozed` and only then: in the future, at most 366 days ahead.
    #[oai(nullable)]
    pub snoozed_until: Option<String>,
    #[oai(nullable)]
    pub priority: Option<PriorityWord>,
    /// All of its labels from now on.
    #[oai(nullable, validator(max_items = 20))]
    pub label_ids: Option<Vec<i64>>,
}

impl Example for UpdateConversationBody {
    fn example() -> Self {
        Self {
            bot: Some(BotSwitch::Off),
            ..Self::default()
        }
    }
}

/// People to add.
#[derive(Object, Deserialize, Clone, Debug)]
pub struct AddParticipants {
    /// Ids or usernames.
    #[oai(validator(min_items = 1, max_items = 500))]
    pub participant_ids: Vec<NamedPerson>,
}

/// How far was read: everything up to `seq`, or up to the newest of `message_ids`.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "MarkRead", example)]
pub struct ReadBody {
    #[oai(nullable, validator(minimum(value = "0")))]
    pub seq: Option<i64>,
    #[oai(nullable, validator(min_items = 1, max_items = 500))]
    pub message_ids: Option<Vec<String>>,
}

impl Example for ReadBody {
    fn example() -> Self {
        Self {
            seq: Some(1),
            message_ids: None,
        }
    }
}

/// Whether the caller is typing.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "Typing")]
pub struct TypingBody {
    pub conversation_id: String,
    #[oai(default = "yes")]
    #[serde(default = "yes")]
    pub is_typing: bool,
}

fn yes() -> bool {
    true
}

/// A message's new text.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "EditMessage", example)]
pub struct EditBody {
    /// 1–4000 characters of Markdown.
    #[oai(validator(min_length = 1, max_length = 4000))]
    pub text: String,
}

impl Example for EditBody {
    fn example() -> Self {
        Self {
            text: "What I meant to say".into(),
        }
    }
}

/// Whether an answer of the bot's helped.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "RateAnswer", example)]
pub struct HelpfulBody {
    /// Null takes back what was said before.
    // named, so that a body without it is refused and takes nothing back
    #[serde(deserialize_with = "Option::deserialize")]
    #[oai(nullable)]
    pub helpful: Option<bool>,
}

impl Example for HelpfulBody {
    fn example() -> Self {
        Self { helpful: Some(true) }
    }
}

impl From<HelpfulBody> for Feedback {
    fn from(body: HelpfulBody) -> Self {
        match body.helpful {
            Some(true) => Self::Up,
            Some(false) => Self::Down,
            None => Self::None,
        }
    }
}

/// A person as clients name one: the id as a string or a number, or the username.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct NamedPerson(String);

impl NamedPerson {
    /// The person of a path's last part.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl From<NamedPerson> for Named {
    /// A username is never all digits.
    fn from(person: NamedPerson) -> Self {
        match person.0.parse() {
            Ok(id) => Self::Id(UserId(id)),
            Err(_) => Self::Name(person.0),
        }
    }
}

impl<'de> Deserialize<'de> for NamedPerson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl Visitor<'_> for Either {
            type Value = NamedPerson;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a user's id or username")
            }

            fn visit_str<E>(self, text: &str) -> Result<NamedPerson, E> {
                Ok(NamedPerson(text.to_owned()))
            }

            fn visit_i64<E>(self, id: i64) -> Result<NamedPerson, E> {
                Ok(NamedPerson(id.to_string()))
            }

            fn visit_u64<E>(self, id: u64) -> Result<NamedPerson, E> {
                Ok(NamedPerson(id.to_string()))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

impl Type for NamedPerson {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string_or_integer".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            any_of: vec![String::schema_ref(), i64::schema_ref()],
            ..MetaSchema::ANY
        }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromJSON for NamedPerson {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        serde_json::from_value(value.unwrap_or_default()).map_err(ParseError::custom)
    }
}

impl ToJSON for NamedPerson {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.as_str().into())
    }
}

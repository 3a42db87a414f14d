//! Path and query parameters, taken as text: a malformed id is an unknown one, a number out of range a named error.

use app::App;
use entity::{AttachmentId, ConversationId, MessageId};
use kernel::error::{Error, Result};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromParameter, ParseResult, Type};
use std::borrow::Cow;

/// An answer without a body.
#[derive(ApiResponse)]
pub enum Done {
    /// Done.
    #[oai(status = 204)]
    NoContent,
}

/// A part of a path; what is no text is empty.
pub struct PathText(pub String);

impl PathText {
    /// The conversation of this id or other name.
    pub async fn conversation(&self, app: &App) -> Result<ConversationId> {
        chat::conversations::resolve(app, &self.0).await
    }

    /// The message of this id.
    pub fn message(&self) -> Result<MessageId> {
        self.0.parse().map_err(|_| Error::no_message())
    }

    /// The upload of this id.
    pub fn attachment(&self) -> Result<AttachmentId> {
        self.0.parse().map_err(|_| Error::NotFound("Attachment".into()))
    }
}

impl Type for PathText {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        String::schema_ref()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromParameter for PathText {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(Self(value.to_owned()))
    }

    fn parse_from_parameters<I: IntoIterator<Item = A>, A: AsRef<str>>(values: I) -> ParseResult<Self> {
        let first = values.into_iter().next();
        Ok(Self(
            first.map(|value| value.as_ref().to_owned()).unwrap_or_default(),
        ))
    }
}

/// A whole number; one below the range is refused, one above it is the range's end.
#[derive(Clone, Copy)]
pub struct Number<const MIN: i64, const MAX: i64>(pub i64);

impl<const MIN: i64, const MAX: i64> Number<MIN, MAX> {
    /// The number, where it cannot be negative.
    pub fn unsigned(self) -> u64 {
        u64::try_from(self.0).unwrap_or_default()
    }
}

/// A count of rows, a `seq` or a `rev`.
pub type Count = Number<0, { i64::MAX }>;

impl<const MIN: i64, const MAX: i64> Type for Number<MIN, MAX> {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "integer".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            // no maximum: what is above it is taken for it
            minimum: Some(MIN as f64),
            ..MetaSchema::new("integer")
        }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<const MIN: i64, const MAX: i64> ParseFromParameter for Number<MIN, MAX> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        let digits = value.strip_prefix('-').unwrap_or(value);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseError::custom("Must be a whole number"));
        }
        let beyond = if value.starts_with('-') {
            i64::MIN
        } else {
            i64::MAX
        };
        let number = value.parse().unwrap_or(beyond);
        if number < MIN {
            return Err(ParseError::custom(format!("Must be at least {MIN}")));
        }
        Ok(Self(number.min(MAX)))
    }
}

/// What was given, where empty counts as absent.
pub fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_held_to_its_range() {
        let parse = |text: &str| {
            Number::<1, 200>::parse_from_parameter(text)
                .map(|number| number.0)
                .ok()
        };
        assert_eq!(parse("50"), Some(50));
        assert_eq!(parse("500"), Some(200));
        assert_eq!(parse("99999999999999999999999"), Some(200));
        for refused in [
            "0",
            "-1",
            "-99999999999999999999",
            "",
            "-",
            "1.5",
            "1e3",
            "٣",
            " 1",
            "a\0",
        ] {
            assert_eq!(parse(refused), None, "{refused}");
        }
    }
}

//! What the bot is asked directly, and what it answers.

use bot::{Answer, Source, Turn, TurnRole};
use poem_openapi::Object;
use poem_openapi::types::{Any, Example};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A question.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "SelfServeQuery", example)]
pub struct QueryBody {
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub query: String,
    /// The client's own; taken and not heeded.
    #[oai(nullable)]
    pub session_id: Option<String>,
}

impl Example for QueryBody {
    fn example() -> Self {
        Self {
            query: "How do I reset my password?".into(),
            session_id: None,
        }
    }
}

/// An article that an answer was taken from.
#[derive(Object, Serialize, Clone, Debug, PartialEq, Eq)]
#[oai(rename = "AnswerSource")]
pub struct SourceObject {
    pub title: String,
    /// Where it can be read.
    #[oai(nullable)]
    pub url: Option<String>,
}

impl From<Source> for SourceObject {
    fn from(source: Source) -> Self {
        Self {
            title: source.title,
            url: source.url,
        }
    }
}

/// The bot's answer.
#[derive(Object, Clone, Debug)]
#[oai(rename = "SelfServeAnswer")]
pub struct AnswerObject {
    /// Markdown.
    pub answer: String,
    /// The articles behind it; none where they say nothing about it.
    pub sources: Vec<SourceObject>,
}

impl From<Answer> for AnswerObject {
    fn from(answer: Answer) -> Self {
        Self {
            answer: answer.text,
            sources: answer.sources.into_iter().map(Into::into).collect(),
        }
    }
}

/// A ticket to suggest an answer for.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "SuggestResponse")]
pub struct SuggestBody {
    /// A `TKT-…` or a UUID.
    pub ticket_id: String,
    /// What was said elsewhere: a text, or a list of texts or of `{role, content}`, oldest first, 50 at most.
    #[oai(nullable)]
    #[serde(default, deserialize_with = "context")]
    pub conversation_context: Option<Any<Value>>,
}

fn context<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Any<Value>>, D::Error> {
    Ok(Option::<Value>::deserialize(deserializer)?.map(Any))
}

impl SuggestBody {
    /// The context as turns; what is neither text nor `{role, content}` says nothing.
    pub fn turns(&self) -> Vec<Turn> {
        match self.conversation_context.as_ref().map(|context| &context.0) {
            Some(Value::Array(items)) => items.iter().filter_map(turn).collect(),
            Some(one) => turn(one).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

fn turn(item: &Value) -> Option<Turn> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    let said = item
        .as_str()
        .or_else(|| text("content"))
        .or_else(|| text("message"))
        .or_else(|| text("text"))?;
    let role = match text("role").or_else(|| text("sender_role")) {
        Some("bot" | "assistant") => TurnRole::Bot,
        Some(role) if role.ends_with("agent") || role == "admin" => TurnRole::Agent,
        _ => TurnRole::User,
    };
    Some(Turn {
        role,
        text: said.to_owned(),
    })
}

/// What an agent could answer.
#[derive(Object, Clone, Debug)]
#[oai(rename = "SuggestedResponse")]
pub struct SuggestionObject {
    /// Markdown; never empty.
    pub suggested_response: String,
    /// The articles behind it; none where they say nothing about it, and the draft says no more than that somebody looks.
    pub sources: Vec<SourceObject>,
}

impl From<Answer> for SuggestionObject {
    fn from(answer: Answer) -> Self {
        Self {
            suggested_response: answer.text,
            sources: answer.sources.into_iter().map(Into::into).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_context_is_a_text_a_list_of_texts_or_of_turns() {
        let turns = |context: Value| {
            let body = SuggestBody {
                ticket_id: String::new(),
                conversation_context: Some(Any(context)),
            };
            let turns = body.turns().into_iter();
            turns.map(|turn| (turn.role, turn.text)).collect::<Vec<_>>()
        };
        assert_eq!(turns(json!("hi")), [(TurnRole::User, "hi".to_owned())]);
        assert_eq!(turns(json!(["a", 7, null])), [(TurnRole::User, "a".to_owned())]);
        let mixed = turns(json!([
            {"sender_role": "it_agent", "content": "b"},
            {"role": "assistant", "content": "c"},
        ]));
        assert_eq!(
            mixed,
            [(TurnRole::Agent, "b".to_owned()), (TurnRole::Bot, "c".to_owned())]
        );
    }
}

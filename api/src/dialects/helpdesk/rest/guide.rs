//! What a front end says of the bot: where it is asked, with what, and what it can do.

use super::people::{RoleWord, UserInfo};
use crate::dialects::helpdesk::rest::DepartmentWord;
use assist::replies::MAX_QUESTION;
use entity::{prompt, user};
use poem_openapi::Object;

/// Where the bot is asked.
pub const ASK: &str = "/ai/self-serve-query";
const SUGGEST: &str = "/ai/suggest-response";

/// What a request holds.
#[derive(Object, Clone, Debug)]
#[oai(rename = "AskFormat")]
pub struct RequestFormat {
    pub query: String,
    pub session_id: String,
}

/// What an answer holds.
#[derive(Object, Clone, Debug)]
#[oai(rename = "AnswerFormat")]
pub struct AnswerFormat {
    pub answer: String,
    pub sources: String,
}

/// How the bot is asked.
#[derive(Object, Clone, Debug)]
#[oai(rename = "AskInstructions")]
pub struct Instructions {
    pub how_to_use: String,
    pub request_format: RequestFormat,
    pub response_format: AnswerFormat,
}

/// The bot, for the users' first page.
#[derive(Object, Clone, Debug)]
#[oai(rename = "SelfServeBot")]
pub struct SelfServeBot {
    pub title: String,
    pub description: String,
    /// Where it is asked.
    pub endpoint: String,
    pub method: String,
    pub capabilities: Vec<String>,
    pub usage_instructions: Instructions,
    /// The quick prompts that the bot is kept with.
    pub example_queries: Vec<String>,
    pub tips: Vec<String>,
    pub limitations: String,
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

impl SelfServeBot {
    /// With these prompts.
    pub fn new(prompts: Vec<prompt::Model>) -> Self {
        Self {
            title: "AI-Powered Self-Serve Assistant".into(),
            description: "Answers from our help articles, at once and at any hour.".into(),
            endpoint: ASK.into(),
            method: "POST".into(),
            capabilities: texts(&[
                "Answers questions that our help articles answer, and names the article",
                "Understands English, German, French, Spanish and Arabic",
                "Says so where it knows nothing",
            ]),
            usage_instructions: Instructions {
                how_to_use: format!("POST your question to {ASK}"),
                request_format: RequestFormat {
                    query: format!("Your question: 1 to {MAX_QUESTION} characters, required"),
                    session_id: "A name of your own for the session; optional, and not heeded".into(),
                },
                response_format: AnswerFormat {
                    answer: "The answer, in Markdown".into(),
                    sources: "The articles behind it".into(),
                },
            },
            example_queries: prompts.into_iter().map(|prompt| prompt.text).collect(),
            tips: texts(&[
                "Ask one thing at a time, in a whole sentence",
                "Name what it is about: an order, a device, a page",
                "Open a ticket where the answer does not help: a person will answer you there",
            ]),
            limitations: "It knows our help articles and nothing else, cannot see your account, and does nothing for you. \
                For anything else, open a ticket."
                .into(),
        }
    }
}

/// How long a question may be.
#[derive(Object, Clone, Debug)]
#[oai(rename = "QueryLimits")]
pub struct QueryLimits {
    pub min_length: usize,
    pub max_length: usize,
}

/// How something is asked.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ToolUsage")]
pub struct Usage {
    pub endpoint: String,
    pub method: String,
    pub required_fields: Vec<String>,
    pub optional_fields: Vec<String>,
    pub query_limits: QueryLimits,
}

/// A question that can be asked.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ExampleQuery")]
pub struct ExampleQuery {
    pub query: String,
    /// Its title.
    pub description: String,
}

/// The bot, for whoever asks it.
#[derive(Object, Clone, Debug)]
#[oai(rename = "SelfServeInfo")]
pub struct InfoObject {
    pub service: String,
    pub description: String,
    pub features: Vec<String>,
    pub usage: Usage,
    /// The quick prompts that the bot is kept with.
    pub examples: Vec<ExampleQuery>,
}

impl InfoObject {
    /// With these prompts.
    pub fn new(prompts: Vec<prompt::Model>) -> Self {
        let examples = prompts.into_iter().map(|prompt| ExampleQuery {
            query: prompt.text,
            description: prompt.title,
        });
        Self {
            service: "Self-serve bot".into(),
            description: "Answers from the knowledge base; no conversation begins and nothing is stored."
                .into(),
            features: texts(&[
                "No token is needed; without one the answer is quoted from the articles",
                "With a token a language model phrases it, where the installation has one",
                "Names the articles behind an answer",
                "Questions are limited: by person, or without a token by address",
            ]),
            usage: Usage {
                endpoint: ASK.into(),
                method: "POST".into(),
                required_fields: texts(&["query"]),
                optional_fields: texts(&["session_id"]),
                query_limits: QueryLimits {
                    min_length: 1,
                    max_length: MAX_QUESTION,
                },
            },
            examples: examples.collect(),
        }
    }
}

/// Who uses the tools.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ToolUser")]
pub struct ToolUser {
    pub username: String,
    pub role: RoleWord,
    #[oai(nullable)]
    pub department: Option<DepartmentWord>,
}

/// One thing that the bot does for agents.
#[derive(Object, Clone, Debug)]
#[oai(rename = "AgentTool")]
pub struct ToolObject {
    pub name: String,
    pub description: String,
    pub endpoint: String,
    pub method: String,
    pub required_fields: Vec<String>,
    pub optional_fields: Vec<String>,
    pub limits: String,
}

/// What the bot does for agents.
#[derive(Object, Clone, Debug)]
#[oai(rename = "AgentTools")]
pub struct ToolsObject {
    pub service: String,
    pub description: String,
    pub agent: ToolUser,
    pub tools: Vec<ToolObject>,
    pub usage_guidelines: Vec<String>,
    pub limitations: Vec<String>,
}

impl ToolsObject {
    /// For this member of the staff.
    pub fn new(row: user::Model) -> Self {
        let department = row.department.map(Into::into);
        let who = UserInfo::from(row);
        Self {
            service: "Agent tools".into(),
            description: "What the bot does for those who answer.".into(),
            agent: ToolUser {
                username: who.username,
                role: who.role,
                department,
            },
            tools: vec![suggestions(), questions()],
            usage_guidelines: texts(&[
                "Read a draft before you send it: you answer for it",
                "A draft without sources says only that somebody looks into it",
            ]),
            limitations: texts(&[
                "The bot knows the articles and the ticket's messages, and nothing else",
                "It does nothing by itself: a draft is sent by you",
            ]),
        }
    }
}

fn suggestions() -> ToolObject {
    ToolObject {
        name: "Response Suggestions".into(),
        description: "A draft of an answer to a ticket's newest messages, with the articles behind it."
            .into(),
        endpoint: SUGGEST.into(),
        method: "POST".into(),
        required_fields: texts(&["ticket_id"]),
        optional_fields: texts(&["conversation_context"]),
        limits: "50 turns of context; 60 drafts at once, 5 a second".into(),
    }
}

fn questions() -> ToolObject {
    ToolObject {
        name: "Knowledge Questions".into(),
        description: "What the bot would tell a customer.".into(),
        endpoint: ASK.into(),
        method: "POST".into(),
        required_fields: texts(&["query"]),
        optional_fields: texts(&["session_id"]),
        limits: format!("{MAX_QUESTION} characters; 60 questions at once, 5 a second"),
    }
}

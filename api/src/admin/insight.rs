//! What agents see beside a conversation: the customer, how the bot came to its answers, what could be answered.

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::rest::SourceObject;
use crate::problem::Problem;
use crate::wire::params::{PathText, given};
use crate::wire::time::Timestamp;
use accounts::users;
use app::App;
use assist::replies::{self, TracedAnswer};
use bot::{Answer, ScoredPassage, Source, Summary};
use chat::conversations::{self, Customer};
use kernel::message::Feedback;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{Enum, Object, OpenApi};
use serde::Deserialize;
use uuid::Uuid;

pub(super) struct InsightApi(pub App);

#[OpenApi(prefix_path = "/api")]
impl InsightApi {
    /// Suggest an answer
    ///
    /// To the customer's newest messages in a conversation or a ticket; agents and admins who see it. The bot says nothing
    /// where its articles do not.
    #[oai(
        path = "/chat/conversations/:id/suggest",
        method = "post",
        operation_id = "suggest_answer",
        tag = "Tag::Insight"
    )]
    async fn suggest(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<SuggestedAnswerObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let answer = replies::suggest(&self.0.assist, &caller.0, id, Vec::new()).await?;
        Ok(Json(answer.into()))
    }

    /// What happened so far
    ///
    /// A conversation or ticket in short, without notes; agents and admins who see it. Where no language model is set up, its
    /// calls are used up or it fails, it is an extract: the customer's first and newest message and the newest answer.
    #[oai(
        path = "/chat/conversations/:id/summary",
        method = "post",
        operation_id = "summarize_conversation",
        tag = "Tag::Insight"
    )]
    async fn summarize(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
        /// The language to write in, as a tag such as `de` or `pt-BR` of at most 35 characters; the conversation's own unless given.
        locale: Query<Option<String>>,
    ) -> Result<Json<SummaryObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let locale = given(locale.0);
        let summary = replies::summarize(&self.0.assist, &caller.0, id, locale.as_deref()).await?;
        Ok(Json(summary.into()))
    }

    /// How the bot came to its answers
    ///
    /// The 50 newest answers in a conversation, newest first; agents and admins who see it.
    #[oai(
        path = "/chat/conversations/:id/trace",
        method = "get",
        operation_id = "trace_conversation",
        tag = "Tag::Insight"
    )]
    async fn trace(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<Vec<TracedAnswerObject>>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let traced = replies::trace(&self.0.assist, &caller.0, id).await?;
        Ok(Json(traced.into_iter().map(Into::into).collect()))
    }

    /// The customer of a conversation
    ///
    /// Whom it is with; agents and admins who see it. 404 where it is no customer's.
    #[oai(
        path = "/chat/conversations/:id/customer",
        method = "get",
        operation_id = "get_customer",
        tag = "Tag::Insight"
    )]
    async fn customer(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<CustomerObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let customer = conversations::customer(&self.0, &caller.0, id).await?;
        Ok(Json(customer.into()))
    }

    /// Try a question
    ///
    /// What the bot would say to a customer who asked it, and how it came to that; agents and admins. Nothing is stored.
    #[oai(
        path = "/bot/ask",
        method = "post",
        operation_id = "ask_bot",
        tag = "Tag::Knowledge"
    )]
    async fn ask(&self, caller: Bearer, body: Body<AskBody>) -> Result<Json<TriedAnswerObject>, Problem> {
        let answer = replies::try_question(&self.0.assist, &caller.0, &body.0.query).await?;
        Ok(Json(answer.into()))
    }
}

impl From<Source> for SourceObject {
    fn from(source: Source) -> Self {
        Self {
            title: source.title,
            url: source.url,
        }
    }
}

/// What an agent could answer.
#[derive(Object, Clone, Debug)]
#[oai(rename = "SuggestedAnswer")]
pub struct SuggestedAnswerObject {
    /// Markdown; empty where the articles say nothing about it.
    pub suggested_response: String,
    /// The articles behind it.
    pub sources: Vec<SourceObject>,
}

impl From<Answer> for SuggestedAnswerObject {
    fn from(answer: Answer) -> Self {
        Self {
            suggested_response: answer.text,
            sources: answer.sources.into_iter().map(Into::into).collect(),
        }
    }
}

/// A conversation in short.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ConversationSummary")]
pub struct SummaryObject {
    /// Markdown.
    pub summary: String,
    /// Whether a language model wrote it; else it is an extract, and says so.
    pub by_model: bool,
}

impl From<Summary> for SummaryObject {
    fn from(summary: Summary) -> Self {
        Self {
            summary: summary.text,
            by_model: summary.by_model,
        }
    }
}

/// A passage of an article that was considered for an answer.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ScoredPassage")]
pub struct PassageObject {
    /// The article's title and the passage's heading.
    pub title: String,
    /// Where the article can be read.
    #[oai(nullable)]
    pub url: Option<String>,
    /// Comparable only within one answer.
    pub score: f64,
}

impl From<ScoredPassage> for PassageObject {
    fn from(passage: ScoredPassage) -> Self {
        Self {
            title: passage.title,
            url: passage.url,
            // of single precision: more digits would say nothing
            score: (f64::from(passage.score) * 1000.0).round() / 1000.0,
        }
    }
}

/// A question for the bot.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "AskBot", example)]
pub struct AskBody {
    #[oai(validator(min_length = 1, max_length = 4000))]
    pub query: String,
}

impl Example for AskBody {
    fn example() -> Self {
        Self {
            query: "How do I reset my password?".into(),
        }
    }
}

/// What the bot would say, and how it came to that.
#[derive(Object, Clone, Debug)]
#[oai(rename = "TriedAnswer")]
pub struct TriedAnswerObject {
    /// Markdown.
    pub answer: String,
    /// The articles behind it.
    pub sources: Vec<SourceObject>,
    /// What the question was taken for: `answer`, `unknown`, `unclear`, or the kind of small talk.
    pub intent: String,
    /// The language model that wrote it; null where it was quoted from the articles.
    #[oai(nullable)]
    pub model: Option<String>,
    /// What was considered, best first.
    pub passages: Vec<PassageObject>,
}

impl From<Answer> for TriedAnswerObject {
    fn from(answer: Answer) -> Self {
        Self {
            answer: answer.text,
            sources: answer.sources.into_iter().map(Into::into).collect(),
            intent: answer.trace.intent,
            model: answer.trace.model,
            passages: answer.trace.passages.into_iter().map(Into::into).collect(),
        }
    }
}

/// An answer of the bot's, and how it came about. What was not recorded when it was made is null.
#[derive(Object, Clone, Debug)]
#[oai(rename = "TracedAnswer")]
pub struct TracedAnswerObject {
    pub message_id: Uuid,
    pub seq: i64,
    pub created_at: Timestamp,
    /// What was asked; null where it was deleted.
    #[oai(nullable)]
    pub question: Option<String>,
    /// Markdown.
    pub answer: String,
    /// What the question was taken for: `answer`, `unknown`, `unclear`, or the kind of small talk.
    #[oai(nullable)]
    pub intent: Option<String>,
    /// The language of the answer, as an ISO 639 code.
    #[oai(nullable)]
    pub language: Option<String>,
    /// The language model that wrote it; null where none did.
    #[oai(nullable)]
    pub model: Option<String>,
    /// The question that was searched for, where a model made it out of a follow-up or of several messages.
    #[oai(nullable)]
    pub rewritten: Option<String>,
    /// Why the language model that is set up did not write it: its calls were used up, it failed, or what it said was not in
    /// the articles. Null where it did, and where none is set up.
    #[oai(nullable)]
    pub fallback: Option<String>,
    /// How long the answer took.
    #[oai(nullable)]
    pub duration_ms: Option<u64>,
    /// Whether a person was asked to take over.
    #[oai(nullable)]
    pub handoff: Option<bool>,
    /// What whom it answered says: `up`, it helped; `down`, it did not. Null: they have not said.
    #[oai(nullable)]
    pub feedback: Option<FeedbackWord>,
    /// What was considered, best first.
    #[oai(nullable)]
    pub passages: Option<Vec<PassageObject>>,
}

/// Whether an answer helped.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "AnswerFeedback", rename_all = "lowercase")]
pub enum FeedbackWord {
    Up,
    Down,
}

impl FeedbackWord {
    fn of(feedback: Feedback) -> Option<Self> {
        match feedback {
            Feedback::Up => Some(Self::Up),
            Feedback::Down => Some(Self::Down),
            Feedback::None => None,
        }
    }
}

impl From<TracedAnswer> for TracedAnswerObject {
    fn from(traced: TracedAnswer) -> Self {
        let trace = traced.trace;
        let (intent, duration_ms) = trace
            .as_ref()
            .map(|trace| (trace.intent.clone(), trace.elapsed_ms))
            .unzip();
        Self {
            message_id: traced.message.0,
            seq: traced.seq,
            created_at: traced.created_at.into(),
            question: traced.question,
            answer: traced.answer,
            intent,
            language: trace.as_ref().and_then(|trace| trace.language.clone()),
            model: trace.as_ref().and_then(|trace| trace.model.clone()),
            rewritten: trace.as_ref().and_then(|trace| trace.rewritten.clone()),
            fallback: trace.as_ref().and_then(|trace| trace.fallback.clone()),
            duration_ms,
            handoff: traced.handoff,
            feedback: traced.feedback.and_then(FeedbackWord::of),
            passages: trace.map(|trace| trace.passages.into_iter().map(Into::into).collect()),
        }
    }
}

/// Whom a conversation is with.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Customer")]
pub struct CustomerObject {
    /// The user's id.
    pub id: String,
    pub username: String,
    /// What to show: the full name, else the username.
    pub name: String,
    #[oai(nullable)]
    pub email: Option<String>,
    #[oai(nullable)]
    pub phone: Option<String>,
    /// Came through the widget without an account.
    pub is_visitor: bool,
    pub created_at: Timestamp,
    /// Their conversations with the company, this one too, that the caller may see.
    pub conversation_count: u64,
    /// Has a page or an app open.
    pub is_online: bool,
}

impl From<Customer> for CustomerObject {
    fn from(customer: Customer) -> Self {
        let row = customer.row;
        Self {
            id: row.id.to_string(),
            name: users::shown(&row).to_owned(),
            username: row.username,
            email: row.email,
            phone: row.phone,
            is_visitor: row.visitor_sub.is_some(),
            created_at: row.created_at.into(),
            conversation_count: customer.conversations,
            is_online: customer.is_online,
        }
    }
}

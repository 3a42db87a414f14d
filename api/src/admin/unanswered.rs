//! What the bot could not answer: what to write an article of next.

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::problem::Problem;
use crate::wire::params::Number;
use crate::wire::time::Timestamp;
use app::App;
use assist::topics::{self, Question};
use desk::analytics::{self, Period};
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

pub(super) struct UnansweredApi(pub App);

#[OpenApi(prefix_path = "/api/bot", tag = "Tag::Knowledge")]
impl UnansweredApi {
    /// What the bot could not answer
    ///
    /// Questions that it knew nothing of, and those whose answer did not help whom it answered; the most frequent first. Those
    /// that ask the same in other words are one, as far as their words tell. The newest 2,000 answers are looked at.
    #[oai(path = "/unanswered", method = "get", operation_id = "list_unanswered")]
    async fn unanswered(
        &self,
        caller: Bearer,
        /// How many days are looked back at; 30 unless given, 365 at most.
        days: Query<Option<Number<1, { analytics::MAX_DAYS as i64 }>>>,
        /// How many questions; 50 unless given, 200 at most.
        limit: Query<Option<Number<1, 200>>>,
    ) -> Result<Json<Vec<UnansweredObject>>, Problem> {
        let days = u16::try_from(days.0.map_or(30, Number::unsigned)).unwrap_or(analytics::MAX_DAYS);
        let period = Period::last(days, self.0.clock.now());
        let limit = usize::try_from(limit.0.map_or(50, Number::unsigned)).unwrap_or(50);
        let found = topics::unanswered(&self.0.assist, &caller.0, period, limit).await?;
        Ok(Json(found.questions.into_iter().map(Into::into).collect()))
    }
}

/// A question without a good answer.
#[derive(Object, Clone, Debug)]
#[oai(rename = "UnansweredQuestion")]
pub struct UnansweredObject {
    /// As it was last asked, shortened.
    pub question: String,
    /// How often it was asked.
    pub count: u64,
    /// When it was last asked.
    pub newest_at: Timestamp,
    /// Where it was last asked, three at most.
    pub conversations: Vec<Uuid>,
    /// How many of those who asked said that the answer did not help.
    pub unhelpful: u64,
    /// Other wordings of it, three at most.
    pub examples: Vec<String>,
}

impl From<Question> for UnansweredObject {
    fn from(question: Question) -> Self {
        Self {
            question: question.text,
            count: question.count,
            newest_at: question.newest.into(),
            conversations: question.conversations.into_iter().map(|id| id.0).collect(),
            unhelpful: question.unhelpful,
            examples: question.examples,
        }
    }
}

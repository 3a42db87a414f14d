//! What people write about, and who was reported for misuse, on the wire.

use super::analytics::{SeverityWord, answer, words};
use super::people::{self, RoleWord};
use crate::wire::time::Timestamp;
use assist::topics::{Question, Unanswered};
use desk::analytics::{FlaggedUser, FlaggedUsers, LabelCount, Period, percent};
use poem_openapi::{Enum, Object};
use uuid::Uuid;

answer!(
    /// Who was reported for misuse.
    FlaggedUsersAnswer, flagged_users_analytics: FlaggedUsersObject, "Flagged users analytics retrieved successfully"
);
/// Somebody who was reported.
#[derive(Object, Clone, Debug)]
pub struct FlaggedUserObject {
    pub user_id: String,
    pub username: String,
    #[oai(nullable)]
    pub email: Option<String>,
    pub role: RoleWord,
    pub total_violations: u64,
    pub violation_types: Vec<String>,
    pub severity_levels: Vec<SeverityWord>,
    pub latest_violation: Timestamp,
    pub unreviewed_count: u64,
    /// When the account was made.
    pub user_since: Timestamp,
}

impl From<FlaggedUser> for FlaggedUserObject {
    fn from(flagged: FlaggedUser) -> Self {
        let row = flagged.row;
        Self {
            user_id: row.id.to_string(),
            role: people::role(row.role, row.department),
            username: row.username,
            email: row.email,
            total_violations: flagged.reports,
            violation_types: flagged.kinds,
            severity_levels: flagged.severities.into_iter().map(Into::into).collect(),
            latest_violation: flagged.newest.into(),
            unreviewed_count: flagged.open,
            user_since: row.created_at.into(),
        }
    }
}

/// How much misuse of one kind there was.
#[derive(Object, Clone, Debug)]
pub struct ViolationObject {
    pub violation_type: String,
    pub total_violations: u64,
    pub unique_users_count: u64,
}

/// Who was reported for misuse.
#[derive(Object, Clone, Debug)]
pub struct FlaggedUsersObject {
    /// The days in words.
    pub period: String,
    pub generated_at: Timestamp,
    pub total_flagged_users: u64,
    /// Those with the most reports, 50 at most.
    pub flagged_users: Vec<FlaggedUserObject>,
    pub violation_summary: Vec<ViolationObject>,
}

impl FlaggedUsersObject {
    /// All of it.
    pub fn new(period: Period, now: Timestamp, flagged: FlaggedUsers) -> Self {
        let kinds = flagged.kinds.into_iter();
        Self {
            period: words(period),
            generated_at: now,
            total_flagged_users: flagged.total,
            flagged_users: flagged.users.into_iter().map(Into::into).collect(),
            violation_summary: kinds
                .map(|of| ViolationObject {
                    violation_type: of.kind,
                    total_violations: of.reports,
                    unique_users_count: of.people,
                })
                .collect(),
        }
    }
}

/// Where a topic comes from.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "TopicSource", rename_all = "lowercase")]
pub enum TopicSource {
    /// A question that the bot could not answer.
    Question,
    /// A label that agents gave to conversations.
    Label,
}

/// What people write about.
#[derive(Object, Clone, Debug)]
pub struct TopicObject {
    pub topic: String,
    pub source: TopicSource,
    pub count: u64,
    /// Of the bot's answers that were looked at, or of all labels, in per cent.
    pub percentage: f64,
    /// Conversations where it was last asked.
    pub examples: Vec<Uuid>,
    /// When it was last asked; null for a label.
    #[oai(nullable)]
    pub last_seen: Option<Timestamp>,
}

/// What people write about, the most frequent first.
#[derive(Object, Clone, Debug)]
pub struct TopicsObject {
    /// The days in words.
    pub period: String,
    pub generated_at: Timestamp,
    /// Answers of the bot's that were looked at: the newest 2,000 at most.
    pub total_questions_analyzed: u64,
    /// The same.
    pub total_tickets_analyzed: u64,
    /// Those of them in which it knew nothing.
    pub unanswered_questions: u64,
    pub trending_topics: Vec<TopicObject>,
    /// Always false: the figures are of now.
    pub from_cache: bool,
    /// Whether all answers of these days were looked at.
    pub is_complete: bool,
}

impl TopicsObject {
    /// Questions and labels, so many together.
    pub fn new(
        period: Period,
        now: Timestamp,
        found: Unanswered,
        labels: Vec<LabelCount>,
        limit: usize,
    ) -> Self {
        let labelled = labels.iter().map(|label| label.conversations).sum();
        let labels = labels.into_iter().map(|label| TopicObject {
            topic: label.name,
            source: TopicSource::Label,
            count: label.conversations,
            percentage: percent(label.conversations, labelled),
            examples: Vec::new(),
            last_seen: None,
        });
        let looked_at = found.looked_at;
        let questions = found.questions.into_iter().map(|of: Question| TopicObject {
            percentage: percent(of.count, looked_at),
            topic: of.text,
            source: TopicSource::Question,
            count: of.count,
            examples: of.conversations.into_iter().map(|id| id.0).collect(),
            last_seen: Some(of.newest.into()),
        });
        let mut topics: Vec<_> = questions.chain(labels).collect();
        topics.sort_by_key(|topic| std::cmp::Reverse(topic.count));
        topics.truncate(limit);
        Self {
            period: words(period),
            generated_at: now,
            total_questions_analyzed: looked_at,
            total_tickets_analyzed: looked_at,
            unanswered_questions: found.unknown,
            trending_topics: topics,
            from_cache: false,
            is_complete: found.is_complete,
        }
    }
}

/// Nothing of this is kept.
#[derive(Object, Clone, Debug)]
pub struct CacheObject {
    /// Always false.
    pub from_cache: bool,
    /// Always true.
    pub cache_refresh: bool,
}

/// What people write about.
#[derive(Object, Clone, Debug)]
pub struct TopicsAnswer {
    pub message: String,
    /// The username of who asked.
    pub requested_by: String,
    pub topics_analysis: TopicsObject,
    pub cache_info: CacheObject,
}

impl TopicsAnswer {
    /// What this admin asked for.
    pub fn new(requested_by: &str, topics_analysis: TopicsObject) -> Self {
        Self {
            message: "Trending topics retrieved successfully".into(),
            requested_by: requested_by.to_owned(),
            topics_analysis,
            cache_info: CacheObject {
                from_cache: false,
                cache_refresh: true,
            },
        }
    }
}

//! What the bot does about what is stored: it answers customers, or proposes answers where people do.

use async_trait::async_trait;
use chat::facts::{FactHandler, Feature, NewJob};
use chrono::{DateTime, Utc};
use entity::conversation::Kind;
use entity::message::Voice;
use kernel::fact::{ConversationState, Fact};
use platform::db::Db;
use platform::job::Job;
use sea_orm::DbErr;
use std::sync::Arc;

/// The bot's handler of facts.
#[derive(Clone, Copy)]
pub struct FollowUps;

#[async_trait]
impl Feature for FollowUps {
    fn name(&self) -> &'static str {
        "bot"
    }

    async fn handler(&self, _: &Db) -> Result<Arc<dyn FactHandler>, DbErr> {
        Ok(Arc::new(*self))
    }
}

impl FactHandler for FollowUps {
    fn jobs_for(&self, facts: &[Fact], _: DateTime<Utc>) -> Vec<NewJob> {
        facts.iter().flat_map(follow_ups).collect()
    }
}

fn follow_ups(fact: &Fact) -> Vec<NewJob> {
    let mut jobs = Vec::new();
    if let Fact::MessageStored {
        message,
        seq,
        voice: Voice::User,
        conversation,
        reply_after,
    } = *fact
    {
        if conversation.bot_on {
            let job = Job::ReplyAsBot {
                conversation: conversation.id,
                message,
                seq,
            };
            jobs.push(NewJob {
                job,
                after: reply_after,
            });
        }
        if is_answered_by_people(&conversation) {
            let job = Job::SuggestReply {
                conversation: conversation.id,
                message,
            };
            jobs.push(job.into());
        }
    }
    jobs
}

/// Whether agents answer here: in tickets, and where a customer's bot is off.
fn is_answered_by_people(conversation: &ConversationState) -> bool {
    match conversation.kind {
        Kind::Ticket => true,
        Kind::Support => !conversation.bot_on,
        Kind::Direct | Kind::Group | Kind::Room => false,
    }
}

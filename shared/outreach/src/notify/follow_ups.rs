//! What people are notified of that others store. The desk and tickets store their own notifications themselves.

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

/// The notifications' handler of facts.
#[derive(Clone, Copy)]
pub struct FollowUps;

#[async_trait]
impl Feature for FollowUps {
    fn name(&self) -> &'static str {
        "notifications"
    }

    async fn handler(&self, _: &Db) -> Result<Arc<dyn FactHandler>, DbErr> {
        Ok(Arc::new(*self))
    }
}

impl FactHandler for FollowUps {
    fn jobs_for(&self, facts: &[Fact], _: DateTime<Utc>) -> Vec<NewJob> {
        facts.iter().filter_map(follow_up).collect()
    }
}

fn follow_up(fact: &Fact) -> Option<NewJob> {
    match *fact {
        Fact::MessageStored {
            message,
            seq,
            voice,
            conversation,
            ..
        } if notifies(voice, &conversation) => {
            let job = Job::DeliverNotification {
                conversation: conversation.id,
                message,
                seq,
            };
            Some(job.into())
        }
        _ => None,
    }
}

/// Whether people are notified of a message: in a ticket, and where a customer and somebody of the company talk.
fn notifies(voice: Voice, conversation: &ConversationState) -> bool {
    match (conversation.kind, voice) {
        // the server's own sentences announce a change that has its own notification
        (_, Voice::System) => false,
        (Kind::Ticket, _) => true,
        (Kind::Support, Voice::User | Voice::Agent) => conversation.assignee.is_some(),
        _ => false,
    }
}

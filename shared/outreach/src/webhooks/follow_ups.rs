//! What is delivered to endpoints: facts that an enabled one wants, in one job for a whole transaction.

use super::{EnabledEndpoints, EndpointCache};
use async_trait::async_trait;
use chat::facts::{FactHandler, Feature, NewJob};
use chrono::{DateTime, Utc};
use kernel::fact::Fact;
use kernel::webhook_event::WebhookEvent;
use platform::db::Db;
use platform::job::Job;
use sea_orm::DbErr;
use std::sync::Arc;

/// The webhooks' handler of facts.
pub struct FollowUps {
    endpoints: EndpointCache,
}

impl FollowUps {
    /// A handler that looks the subscribed endpoints up in this cache.
    pub fn new(endpoints: EndpointCache) -> Self {
        Self { endpoints }
    }
}

#[async_trait]
impl Feature for FollowUps {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    async fn handler(&self, db: &Db) -> Result<Arc<dyn FactHandler>, DbErr> {
        Ok(self.endpoints.enabled(db).await?)
    }
}

impl FactHandler for EnabledEndpoints {
    fn jobs_for(&self, facts: &[Fact], now: DateTime<Utc>) -> Vec<NewJob> {
        let wanted = facts.iter().map(WebhookEvent::from);
        let events: Vec<_> = wanted.filter(|event| self.wants(event.event_type())).collect();
        if events.is_empty() {
            return Vec::new();
        }
        vec![Job::FanOutEvents { events, at: now }.into()]
    }
}

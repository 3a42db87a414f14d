//! What is delivered to endpoints: facts that an enabled one wants, in one job for a whole transaction.

use super::{EnabledEndpoints, EndpointCache, WebhookEvent};
use crate::facts::{FactHandler, Feature, NewJob};
use crate::job::Job;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::fact::Fact;
use platform::db::Db;
use sea_orm::DbErr;
use std::sync::Arc;

/// The webhooks'.
pub(crate) struct FollowUps {
    endpoints: EndpointCache,
}

impl FollowUps {
    pub(crate) fn new(endpoints: EndpointCache) -> Self {
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

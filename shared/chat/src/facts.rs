//! What follows what is stored. Whoever stores something hands its facts to the features, in the same transaction; each
//! feature has one `follow_ups.rs` with one `match` that says which jobs follow. `app::follow_ups` lists the features.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use entity::job;
use kernel::fact::Fact;
use platform::db::Db;
use platform::job::Job;
use platform::job_store;
use sea_orm::DbErr;
use std::sync::Arc;
use std::time::Duration;

/// A job that follows a fact: stored with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// What the worker is to do.
    pub job: Job,
    /// Not to be run before that time has passed.
    pub after: Duration,
}

impl From<Job> for NewJob {
    fn from(job: Job) -> Self {
        Self {
            job,
            after: Duration::ZERO,
        }
    }
}

/// What one feature does about facts. Reads nothing and waits for nothing: it runs while rows are locked.
pub trait FactHandler: Send + Sync {
    /// The jobs that follow the facts of one transaction at `now`.
    fn jobs_for(&self, facts: &[Fact], now: DateTime<Utc>) -> Vec<NewJob>;
}

/// A feature that follows what is stored.
#[async_trait]
pub trait Feature: Send + Sync {
    /// Its name, in the table of what follows what.
    fn name(&self) -> &'static str;

    /// Its handler for one transaction, with all that it must know, read before the transaction begins.
    ///
    /// # Errors
    ///
    /// What the handler must know cannot be read. Nothing is stored then: the jobs that follow would be lost.
    async fn handler(&self, db: &Db) -> Result<Arc<dyn FactHandler>, DbErr>;
}

/// All features that follow what is stored.
#[derive(Clone)]
pub struct Features {
    features: Arc<[Arc<dyn Feature>]>,
    /// Whether the bot's answers wait for a language model.
    has_model: bool,
}

impl Features {
    /// The features in the order in which their jobs are stored; `has_model` decides which queue the bot's jobs go to.
    pub fn new(features: impl IntoIterator<Item = Arc<dyn Feature>>, has_model: bool) -> Self {
        Self {
            features: features.into_iter().collect(),
            has_model,
        }
    }

    /// The features, in the order in which their jobs are stored.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Feature> {
        self.features.iter().map(|feature| &**feature)
    }

    /// Their handlers for one transaction. Ask before it is begun: it may take a connection.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn handlers(&self, db: &Db) -> Result<Handlers, DbErr> {
        let mut handlers = Vec::with_capacity(self.features.len());
        for feature in self.iter() {
            handlers.push(feature.handler(db).await?);
        }
        Ok(Handlers {
            handlers,
            has_model: self.has_model,
        })
    }
}

/// The features' handlers for one transaction.
pub struct Handlers {
    handlers: Vec<Arc<dyn FactHandler>>,
    has_model: bool,
}

impl Handlers {
    /// The rows of the jobs that follow, to be stored in the transaction that stores the facts.
    ///
    /// # Errors
    ///
    /// A job that cannot be written as JSON.
    pub fn jobs_for(&self, facts: &[Fact], now: DateTime<Utc>) -> Result<Vec<job::ActiveModel>, DbErr> {
        let jobs = self
            .handlers
            .iter()
            .flat_map(|handler| handler.jobs_for(facts, now));
        let row = |NewJob { job, after }: NewJob| {
            // no wait is longer than some minutes
            let due = now + TimeDelta::from_std(after).unwrap_or_default();
            job_store::intent_in(job.queue(self.has_model), &job, now, due)
        };
        jobs.map(row).collect()
    }
}

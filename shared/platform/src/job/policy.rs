//! How each kind of job is run: its queue, its lease, its limits, its retries. One table.

use crate::files;
use crate::mail;
use crate::outbound_http;
use chrono::TimeDelta;
use entity::JobId;
use kernel::queue_name::QueueName;
use std::time::Duration;

/// When a job that failed is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The pause after the first failure; it doubles with each one after that.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// The failure after which the job is dead.
    pub failures: i32,
}

/// A language model that has not answered by then is given up for the knowledge base.
pub const MODEL_TIMEOUT: Duration = Duration::from_secs(20);
/// The time that a server has for the vectors of some passages.
pub const EMBEDDING_TIMEOUT: Duration = Duration::from_secs(15);
/// Somebody waits for it: tried every half hour at the latest, for thirty hours.
const SOMEBODY_WAITS: Retry = Retry {
    first: Duration::from_secs(5),
    longest: Duration::from_secs(30 * 60),
    failures: 68,
};
/// A server elsewhere is spared: up to six hours between tries, for thirty hours in all.
const ELSEWHERE: Retry = Retry {
    first: Duration::from_secs(5),
    longest: Duration::from_secs(6 * 60 * 60),
    failures: 17,
};
/// The next hour has a job of its own.
const HOURLY: Retry = Retry {
    first: Duration::from_secs(60),
    longest: Duration::from_secs(60 * 60),
    failures: 24,
};

impl Retry {
    /// The pause after so many failures, between three quarters of the step and all of it: jobs that failed together
    /// do not come back together.
    pub fn pause(&self, job: JobId, failures: i32) -> TimeDelta {
        let doublings = failures.saturating_sub(1).clamp(0, 30);
        let step = self.first.saturating_mul(1 << doublings).min(self.longest);
        // the last bytes of an id are random; each failure turns them
        let random = u64::from_be_bytes(*job.0.as_bytes().last_chunk::<8>().unwrap_or(&[0; 8]));
        let random = random
            .wrapping_add(u64::from(failures.unsigned_abs()))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let quarter = u64::try_from(step.as_millis() / 4).unwrap_or(u64::MAX).max(1);
        delta(step) - TimeDelta::milliseconds(i64::try_from((random >> 16) % quarter).unwrap_or_default())
    }
}

/// Whether the jobs of a series wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// An earlier one that is not finished holds the later ones up, however often it has to be tried.
    Strict,
    /// One at a time; an earlier one that waits for its next try lets the later ones pass.
    OneAtATime,
}

/// How jobs of a kind are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The kind's word, as in the `kind` column.
    pub kind: &'static str,
    /// Where its tickets wait, so that a flood of one kind of work delays no other.
    pub queue: QueueName,
    /// How long a worker holds a job without a sign of life; renewed three times as often while it runs.
    pub lease: Duration,
    /// The longest time-out of a single call that a run makes. Shorter than the lease, or a call that is merely slow
    /// could lose its job.
    pub longest_call: Duration,
    /// How long a run may take in all; one that takes longer is stopped, and has failed.
    pub time_limit: Duration,
    /// When it is tried again after a failure, and when it is given up.
    pub retry: Retry,
    /// What a job's [`super::Job::series`] means, where it has one.
    pub order: Order,
}

/// Deaths of its worker, in the middle of a run, after which a job is dead: it may be what kills them.
pub const MAX_DEATHS: i32 = 5;
/// How long the database may keep a statement waiting.
const DATABASE: Duration = Duration::from_secs(10);
const MINUTE: Duration = Duration::from_secs(60);

const fn policy(kind: &'static str, queue: QueueName, longest_call: Duration, retry: Retry) -> Policy {
    Policy {
        kind,
        queue,
        lease: MINUTE,
        longest_call,
        time_limit: MINUTE,
        retry,
        order: Order::OneAtATime,
    }
}

/// Every kind that this release knows.
pub const POLICIES: &[Policy] = &[
    policy("reply_as_bot", QueueName::Model, MODEL_TIMEOUT, SOMEBODY_WAITS),
    policy("suggest_reply", QueueName::Model, MODEL_TIMEOUT, SOMEBODY_WAITS),
    policy("apply_read_receipt", QueueName::Chat, DATABASE, SOMEBODY_WAITS),
    Policy {
        // waits for a free decoder, reads one file and writes two
        time_limit: Duration::from_secs(180),
        ..policy(
            "process_attachment",
            QueueName::Media,
            files::DEADLINE,
            SOMEBODY_WAITS,
        )
    },
    Policy {
        order: Order::Strict,
        ..policy("deliver_notification", QueueName::Chat, DATABASE, SOMEBODY_WAITS)
    },
    policy("fan_out_events", QueueName::Chat, DATABASE, SOMEBODY_WAITS),
    Policy {
        order: Order::Strict,
        ..policy(
            "push_notification",
            QueueName::Delivery,
            outbound_http::LIMIT,
            ELSEWHERE,
        )
    },
    policy(
        "mail_password_reset",
        QueueName::Delivery,
        mail::LIMIT,
        SOMEBODY_WAITS,
    ),
    policy(
        "mail_address_confirmation",
        QueueName::Delivery,
        mail::LIMIT,
        SOMEBODY_WAITS,
    ),
    // a request of some passages, or their computing
    policy(
        "embed_articles",
        QueueName::Media,
        EMBEDDING_TIMEOUT,
        SOMEBODY_WAITS,
    ),
    Policy {
        // several hundred files, one after another
        time_limit: Duration::from_secs(15 * 60),
        ..policy("purge_orphans", QueueName::Maintenance, files::DEADLINE, HOURLY)
    },
    Policy {
        time_limit: Duration::from_secs(15 * 60),
        ..policy("sweep", QueueName::Maintenance, DATABASE, HOURLY)
    },
];

/// The policy of a kind; none for one of a newer release.
pub fn of(kind: &str) -> Option<&'static Policy> {
    POLICIES.iter().find(|policy| policy.kind == kind)
}

/// The words of every kind that this release knows.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    POLICIES.iter().map(|policy| policy.kind)
}

/// A job of a kind could lose its worker while nothing is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("jobs of the kind {kind}: {problem}")]
pub struct PolicyError {
    /// The kind's word.
    pub kind: &'static str,
    /// Which two limits do not fit, with their values.
    pub problem: String,
}

/// Checks the table; workers do so when they start.
pub fn check() -> Result<(), PolicyError> {
    POLICIES.iter().try_for_each(Policy::check)
}

impl Policy {
    /// How often a lease is renewed.
    pub fn renewal(&self) -> Duration {
        self.lease / 3
    }

    /// Whether the limits fit each other.
    pub fn check(&self) -> Result<(), PolicyError> {
        let error = |problem| {
            Err(PolicyError {
                kind: self.kind,
                problem,
            })
        };
        let (lease, call, limit) = (self.lease, self.longest_call, self.time_limit);
        if lease <= call {
            return error(format!(
                "the lease of {lease:?} must be longer than the longest call, {call:?}"
            ));
        }
        if limit < call {
            return error(format!(
                "the time limit of {limit:?} must not be shorter than the longest call, {call:?}"
            ));
        }
        Ok(())
    }
}

/// A length of time as the database's clock counts.
pub fn delta(length: Duration) -> TimeDelta {
    TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests;

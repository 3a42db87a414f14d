//! Redis as the limits use it: one round trip, half a second at most, and none at all for a while after it did not answer.

use crate::redis_link::RedisLink;
use kernel::error::{Error, Result};
use redis::{FromRedisValue, Pipeline, RedisError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What the processes count together.
pub(super) struct Shared {
    redis: RedisLink,
    prefix: String,
    /// Until then nothing is asked.
    resting_until: Mutex<Option<Instant>>,
}

/// Somebody who signs in waits no longer than this for what other processes counted.
const LONGEST: Duration = Duration::from_millis(500);

/// After a failure each process counts for itself for so long.
const REST: Duration = Duration::from_secs(5);

impl Shared {
    pub(super) fn open(url: &str, prefix: &str) -> Result<Self> {
        Ok(Self {
            redis: RedisLink::open(url).map_err(Error::internal)?,
            prefix: prefix.to_owned(),
            resting_until: Mutex::new(None),
        })
    }

    /// The full name of a key.
    pub(super) fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// What Redis answers; none where it did not in time, or did not lately.
    pub(super) async fn ask<T: FromRedisValue>(&self, pipeline: &Pipeline) -> Option<T> {
        if self.is_resting() {
            return None;
        }
        let answer = async {
            let mut connection = self.redis.get().await?;
            pipeline.query_async::<T>(&mut connection).await
        };
        let error = match tokio::time::timeout(LONGEST, answer).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error,
            Err(_) => RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut)),
        };
        tracing::warn!(%error, "the limits cannot reach Redis; this process counts for itself");
        *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + REST);
        None
    }

    fn is_resting(&self) -> bool {
        let until = *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }
}

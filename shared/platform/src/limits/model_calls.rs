//! Calls of the language model, which cost money: so many a day for the whole server, and so many for one person.

use super::redis::Shared;
use chrono::{DateTime, NaiveDate, Utc};
use entity::UserId;
use kernel::settings::Llm;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What is used up until the day is over, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelCallsUsedUp {
    /// `LLM_DAILY_BUDGET`.
    #[error("the server's model calls of the day are used up")]
    Server,
    /// `LLM_VISITOR_BUDGET`.
    #[error("the person's model calls of the day are used up")]
    Person,
}

/// A day's counts are forgotten after so long.
const KEPT: Duration = Duration::from_secs(48 * 3600);

/// What was taken today. Every process counts its own; where there is a Redis it holds everybody's, and what a process
/// counted itself holds while Redis does not answer. Without one a restart begins anew.
pub(super) struct ModelCalls {
    of_server: Option<u32>,
    of_person: Option<u32>,
    local: Mutex<Day>,
    shared: Option<Shared>,
}

#[derive(Default)]
struct Day {
    date: NaiveDate,
    counts: HashMap<String, u32>,
}

impl ModelCalls {
    pub(super) fn open(llm: Option<&Llm>, shared: Option<Shared>) -> Self {
        Self {
            of_server: llm.and_then(|llm| llm.daily_budget),
            of_person: llm.and_then(|llm| llm.visitor_budget),
            local: Mutex::default(),
            shared,
        }
    }

    /// Takes one call. What a person has no more of is not taken from the server's.
    pub(super) async fn take(
        &self,
        person: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<(), ModelCallsUsedUp> {
        let date = now.date_naive();
        if let (Some(limit), Some(person)) = (self.of_person, person) {
            let name = format!("model-calls:{date}:{person}");
            if self.count(name, date).await > limit {
                return Err(ModelCallsUsedUp::Person);
            }
        }
        if let Some(limit) = self.of_server
            && self.count(format!("model-calls:{date}"), date).await > limit
        {
            return Err(ModelCallsUsedUp::Server);
        }
        Ok(())
    }

    /// Counts one more under this name: how many it is.
    async fn count(&self, name: String, date: NaiveDate) -> u32 {
        let here = self.count_here(&name, date);
        let Some(shared) = &self.shared else { return here };
        let key = shared.key(&name);
        let mut pipeline = redis::pipe();
        pipeline.incr(&key, 1);
        pipeline.cmd("EXPIRE").arg(&key).arg(KEPT.as_secs()).ignore();
        let everywhere = shared.ask::<(u32,)>(&pipeline).await;
        everywhere.map_or(here, |(everywhere,)| everywhere.max(here))
    }

    fn count_here(&self, name: &str, date: NaiveDate) -> u32 {
        let mut day = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        if day.date != date {
            *day = Day {
                date,
                counts: HashMap::new(),
            };
        }
        let count = day.counts.entry(name.to_owned()).or_default();
        *count = count.saturating_add(1);
        *count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use std::process::{Child, Command, Stdio};

    fn llm(daily: Option<u32>, visitor: Option<u32>) -> Llm {
        Llm {
            base_url: "http://127.0.0.1:1".into(),
            model: "none".into(),
            api_key: None,
            daily_budget: daily,
            visitor_budget: visitor,
        }
    }

    fn person(n: i64) -> Option<UserId> {
        Some(UserId(n))
    }

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[tokio::test]
    async fn each_person_and_all_together_have_their_calls_of_a_day() {
        let calls = ModelCalls::open(Some(&llm(Some(5), Some(2))), None);
        for _ in 0..2 {
            assert_eq!(calls.take(person(1), noon()).await, Ok(()));
        }
        for _ in 0..9 {
            let refused = calls.take(person(1), noon()).await;
            assert_eq!(
                refused,
                Err(ModelCallsUsedUp::Person),
                "and nothing of the server's"
            );
        }
        assert_eq!(calls.take(person(2), noon()).await, Ok(()));
        for _ in 0..2 {
            assert_eq!(
                calls.take(None, noon()).await,
                Ok(()),
                "staff have the server's alone"
            );
        }
        assert_eq!(calls.take(None, noon()).await, Err(ModelCallsUsedUp::Server));
        assert_eq!(calls.take(person(3), noon()).await, Err(ModelCallsUsedUp::Server));
        let tomorrow = noon() + TimeDelta::days(1);
        assert_eq!(calls.take(person(1), tomorrow).await, Ok(()));
    }

    #[tokio::test]
    async fn without_a_budget_there_is_no_limit_and_nothing_is_kept() {
        for llm in [None, Some(llm(None, None))] {
            let calls = ModelCalls::open(llm.as_ref(), None);
            for _ in 0..100 {
                assert_eq!(calls.take(person(1), noon()).await, Ok(()));
            }
            assert!(calls.local.lock().unwrap().counts.is_empty());
        }
    }

    /// A Redis of one test, ended by its pid.
    struct OwnRedis(Child);

    impl Drop for OwnRedis {
        fn drop(&mut self) {
            let _ = self.0.kill().and_then(|()| self.0.wait());
        }
    }

    async fn redis() -> (OwnRedis, String) {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut command = Command::new("redis-server");
        command.args([
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            "/tmp",
            "--port",
        ]);
        let child = command
            .arg(port.to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::task::yield_now().await;
        }
        (OwnRedis(child), format!("redis://127.0.0.1:{port}"))
    }

    #[tokio::test]
    async fn processes_that_share_a_redis_share_the_calls_and_each_goes_on_by_itself_without_it() {
        let (server, url) = redis().await;
        let open = || {
            let shared = Shared::open(&url, "test:").unwrap();
            ModelCalls::open(Some(&llm(Some(3), Some(2))), Some(shared))
        };
        let (a, b) = (open(), open());
        assert_eq!(a.take(person(1), noon()).await, Ok(()));
        assert_eq!(b.take(person(1), noon()).await, Ok(()));
        assert_eq!(a.take(person(1), noon()).await, Err(ModelCallsUsedUp::Person));
        assert_eq!(b.take(person(2), noon()).await, Ok(()));
        assert_eq!(a.take(person(2), noon()).await, Err(ModelCallsUsedUp::Server));
        drop(server);
        assert_eq!(b.take(person(3), noon()).await, Ok(()), "the third of its own");
        assert_eq!(b.take(person(3), noon()).await, Err(ModelCallsUsedUp::Server));
    }
}

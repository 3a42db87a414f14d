//! The counts of sockets in Redis: `presence:instances` holds the instances scored by expiry,
//! `presence:people:<instance>` each one's sockets by person, and all of them under [`ALL`].

use super::people::{Counts, Totals};
use super::shared::{SharedPresence, TTL};
use chrono::{DateTime, Utc};
use entity::UserId;
use redis::RedisResult;
use redis::aio::ConnectionManager;

/// No person's id.
const ALL: &str = "all";

impl SharedPresence {
    fn people(&self, instance: &str) -> String {
        self.named(&format!("people:{instance}"))
    }

    /// Writes this instance's sockets in place of what is there, and forgets instances that ran out.
    pub(super) async fn renew_people(&self, now: DateTime<Utc>, here: &Counts) -> RedisResult<()> {
        let (key, instances) = (self.people(&self.instance), self.named("instances"));
        let counts = here.people.iter().map(|(user, count)| (user.to_string(), *count));
        let fields: Vec<_> = counts.chain([(ALL.to_owned(), here.sockets)]).collect();
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.del(&key).ignore();
        pipe.hset_multiple(&key, &fields).ignore();
        pipe.expire(&key, TTL * 4).ignore();
        pipe.zadd(&instances, &self.instance, now.timestamp() + TTL)
            .ignore();
        pipe.zrembyscore(&instances, "-inf", format!("({}", now.timestamp()))
            .ignore();
        pipe.query_async(&mut self.connection().await?).await
    }

    /// The other instances that are alive.
    async fn others(
        &self,
        connection: &mut ConnectionManager,
        now: DateTime<Utc>,
    ) -> RedisResult<Vec<String>> {
        let mut alive: Vec<String> = redis::cmd("ZRANGEBYSCORE")
            .arg(self.named("instances"))
            .arg(now.timestamp())
            .arg("+inf")
            .query_async(connection)
            .await?;
        alive.retain(|instance| *instance != self.instance);
        Ok(alive)
    }

    /// Those of these people who have a socket on another instance.
    pub(super) async fn present(&self, now: DateTime<Utc>, people: &[UserId]) -> RedisResult<Vec<UserId>> {
        let mut connection = self.connection().await?;
        let others = self.others(&mut connection, now).await?;
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<_> = people.iter().map(ToString::to_string).collect();
        let mut pipe = redis::pipe();
        for instance in &others {
            pipe.cmd("HMGET").arg(self.people(instance)).arg(&names);
        }
        let counts: Vec<Vec<Option<u64>>> = pipe.query_async(&mut connection).await?;
        let found = counts.iter().flat_map(|counts| people.iter().zip(counts));
        Ok(found
            .filter(|(_, count)| count.is_some())
            .map(|(user, _)| *user)
            .collect())
    }

    /// The sockets of the other instances, and in how many conversations there is one on any.
    pub(super) async fn totals(&self, now: DateTime<Utc>) -> RedisResult<Totals> {
        let mut connection = self.connection().await?;
        let others = self.others(&mut connection, now).await?;
        let mut pipe = redis::pipe();
        pipe.cmd("SCARD").arg(self.open_key());
        for instance in &others {
            pipe.cmd("HGET").arg(self.people(instance)).arg(ALL);
        }
        let answers: Vec<Option<u64>> = pipe.query_async(&mut connection).await?;
        let (conversations, sockets) = answers.split_first().map_or((0, 0), |(first, rest)| {
            (first.unwrap_or_default(), rest.iter().flatten().sum())
        });
        Ok(Totals {
            sockets,
            conversations,
        })
    }
}

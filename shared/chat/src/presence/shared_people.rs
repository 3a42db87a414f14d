//! The counts of sockets in Redis: `presence:people:<instance>` holds each instance's sockets by person, and all of
//! them under [`ALL`]. They count while their instance is alive.

use super::people::{Counts, Totals};
use super::shared::SharedPresence;
use entity::UserId;
use platform::instances::TTL;
use platform::redis_link::Connection;
use redis::RedisResult;

/// No person's id.
const ALL: &str = "all";

impl SharedPresence {
    fn people(&self, instance: &str) -> String {
        self.instances.key(&format!("presence:people:{instance}"))
    }

    /// Writes this instance's sockets in place of what is there.
    pub(super) async fn renew_people(&self, here: &Counts) -> RedisResult<()> {
        let key = self.people(&self.instances.id);
        let counts = here.people.iter().map(|(user, count)| (user.to_string(), *count));
        let fields: Vec<_> = counts.chain([(ALL.to_owned(), here.sockets)]).collect();
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.del(&key).ignore();
        pipe.hset_multiple(&key, &fields).ignore();
        pipe.expire(&key, TTL * 4).ignore();
        let pipe = &pipe;
        let run = |mut connection: Connection| async move { pipe.exec_async(&mut connection).await };
        self.instances.link.run(run).await
    }

    /// Those of these people who have a socket on another instance.
    pub(super) async fn present(&self, people: &[UserId]) -> RedisResult<Vec<UserId>> {
        let others = self.instances.others().await?;
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<_> = people.iter().map(ToString::to_string).collect();
        let mut pipe = redis::pipe();
        for instance in &others {
            pipe.cmd("HMGET").arg(self.people(instance)).arg(&names);
        }
        let pipe = &pipe;
        let run = |mut connection: Connection| async move { pipe.query_async(&mut connection).await };
        let counts: Vec<Vec<Option<u64>>> = self.instances.link.run(run).await?;
        let found = counts.iter().flat_map(|counts| people.iter().zip(counts));
        Ok(found
            .filter(|(_, count)| count.is_some())
            .map(|(user, _)| *user)
            .collect())
    }

    /// The sockets of the other instances, and in how many conversations there is one on any.
    pub(super) async fn totals(&self) -> RedisResult<Totals> {
        let others = self.instances.others().await?;
        let mut pipe = redis::pipe();
        pipe.cmd("SCARD").arg(self.open_key());
        for instance in &others {
            pipe.cmd("HGET").arg(self.people(instance)).arg(ALL);
        }
        let pipe = &pipe;
        let run = |mut connection: Connection| async move { pipe.query_async(&mut connection).await };
        let answers: Vec<Option<u64>> = self.instances.link.run(run).await?;
        let (conversations, sockets) = answers.split_first().map_or((0, 0), |(first, rest)| {
            (first.unwrap_or_default(), rest.iter().flatten().sum())
        });
        Ok(Totals {
            sockets,
            conversations,
        })
    }
}

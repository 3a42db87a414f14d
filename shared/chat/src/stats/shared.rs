//! The counts in Redis: `stats:of:<instance>` holds each instance's sockets by conversation (its id and then its name).
//! They count while their instance is alive.

use super::Count;
use entity::ConversationId;
use platform::instances::{Instances, TTL};
use platform::redis_link::Connection;
use redis::RedisResult;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::OnceCell;
use uuid::Uuid;

pub(super) struct SharedStats {
    instances: Arc<Instances>,
    /// The first count is written by an instance that the others know.
    begun: OnceCell<()>,
}

impl SharedStats {
    pub(super) fn new(instances: Arc<Instances>) -> Self {
        Self {
            instances,
            begun: OnceCell::new(),
        }
    }

    fn key(&self, instance: &str) -> String {
        self.instances.key(&format!("stats:of:{instance}"))
    }

    /// Writes some conversations' counts.
    pub(super) async fn write(&self, changed: &[Count]) -> RedisResult<()> {
        let begin = || async { self.instances.beat().await.map(drop) };
        self.begun.get_or_try_init(begin).await?;
        let mut pipe = redis::pipe();
        pipe.atomic();
        self.put(&mut pipe, changed);
        self.execute(&pipe).await
    }

    /// Writes all of this instance's counts in place of what is there.
    pub(super) async fn renew(&self, here: &[Count]) -> RedisResult<()> {
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.del(self.key(&self.instances.id)).ignore();
        self.put(&mut pipe, here);
        self.execute(&pipe).await
    }

    async fn execute(&self, pipe: &redis::Pipeline) -> RedisResult<()> {
        let run = |mut connection: Connection| async move { pipe.exec_async(&mut connection).await };
        self.instances.link.run(run).await
    }

    fn put(&self, pipe: &mut redis::Pipeline, counts: &[Count]) {
        let key = self.key(&self.instances.id);
        let field = |count: &Count| format!("{}{}", count.id, count.name);
        let (some, none): (Vec<_>, Vec<_>) = counts.iter().partition(|count| count.sockets > 0);
        if !none.is_empty() {
            let fields: Vec<_> = none.into_iter().map(field).collect();
            pipe.hdel(&key, fields).ignore();
        }
        if !some.is_empty() {
            let fields = some.into_iter().map(|count| (field(count), count.sockets));
            pipe.hset_multiple(&key, &fields.collect::<Vec<_>>()).ignore();
        }
        pipe.expire(&key, TTL * 4).ignore();
    }

    /// What the instances that are alive have counted.
    pub(super) async fn read(&self) -> RedisResult<Vec<Count>> {
        let alive = self.instances.alive().await?;
        if alive.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::pipe();
        for instance in &alive {
            pipe.hgetall(self.key(instance));
        }
        let pipe = &pipe;
        let run = |mut connection: Connection| async move { pipe.query_async(&mut connection).await };
        let counts: Vec<HashMap<String, u64>> = self.instances.link.run(run).await?;
        Ok(counts.into_iter().flatten().filter_map(read).collect())
    }
}

fn read((field, sockets): (String, u64)) -> Option<Count> {
    let (id, name) = field.split_at_checked(36)?;
    Some(Count {
        id: ConversationId(Uuid::parse_str(id).ok()?),
        name: name.into(),
        sockets,
    })
}

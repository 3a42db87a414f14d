//! The counts in Redis: `stats:instances` holds the instances scored by expiry, `stats:<instance>` each one's
//! sockets by conversation (its id and then its name).

use super::Count;
use crate::backends::redis_link::RedisLink;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use entity::ConversationId;
use redis::RedisResult;
use std::collections::HashMap;
use uuid::Uuid;

pub(super) struct SharedStats {
    redis: RedisLink,
    prefix: String,
    instance: String,
}

/// Seconds that an instance counts without being renewed.
const TTL: i64 = 15;

impl SharedStats {
    pub(super) fn open(url: &str, prefix: &str) -> Result<Self> {
        Ok(Self {
            redis: RedisLink::open(url).map_err(Error::internal)?,
            prefix: format!("{prefix}stats:"),
            instance: Uuid::new_v4().to_string(),
        })
    }

    fn key(&self, instance: &str) -> String {
        format!("{}{instance}", self.prefix)
    }

    fn instances(&self) -> String {
        self.key("instances")
    }

    /// Writes some conversations' counts.
    pub(super) async fn write(&self, now: DateTime<Utc>, changed: &[Count]) -> RedisResult<()> {
        let mut pipe = redis::pipe();
        pipe.atomic();
        self.put(&mut pipe, now, changed);
        pipe.query_async(&mut self.redis.get().await?).await
    }

    /// Writes all of this instance's counts in place of what is there, and forgets instances that ran out.
    pub(super) async fn renew(&self, now: DateTime<Utc>, here: &[Count]) -> RedisResult<()> {
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.del(self.key(&self.instance)).ignore();
        self.put(&mut pipe, now, here);
        pipe.zrembyscore(self.instances(), "-inf", format!("({}", now.timestamp()))
            .ignore();
        pipe.query_async(&mut self.redis.get().await?).await
    }

    fn put(&self, pipe: &mut redis::Pipeline, now: DateTime<Utc>, counts: &[Count]) {
        let key = self.key(&self.instance);
        for count in counts {
            let field = format!("{}{}", count.id, count.name);
            if count.sockets == 0 {
                pipe.hdel(&key, field).ignore();
            } else {
                pipe.hset(&key, field, count.sockets).ignore();
            }
        }
        pipe.expire(&key, TTL * 4).ignore();
        pipe.zadd(self.instances(), &self.instance, now.timestamp() + TTL)
            .ignore();
    }

    /// What the instances that are alive have counted.
    pub(super) async fn read(&self, now: DateTime<Utc>) -> RedisResult<Vec<Count>> {
        let mut connection = self.redis.get().await?;
        let alive: Vec<String> = redis::cmd("ZRANGEBYSCORE")
            .arg(self.instances())
            .arg(now.timestamp())
            .arg("+inf")
            .query_async(&mut connection)
            .await?;
        if alive.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::pipe();
        for instance in &alive {
            pipe.hgetall(self.key(instance));
        }
        let counts: Vec<HashMap<String, u64>> = pipe.query_async(&mut connection).await?;
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

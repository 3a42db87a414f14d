//! This process among those that share its Redis: one heartbeat for everything that it keeps there.
//!
//! `instances:alive` holds the instances scored by when their heartbeat runs out, on Redis' own clock: the machines'
//! clocks may differ. What an instance keeps in Redis counts while it is alive, and nothing of it is renewed by itself.

use crate::redis_link::{Connection, RedisLink};
use redis::{RedisResult, Script};
use std::sync::Arc;
use uuid::Uuid;

/// Seconds that an instance is taken for alive without a heartbeat; it sends one in a third of it.
pub const TTL: i64 = 15;

/// Lua that follows this has `alive(key)`: the instances that are.
pub const ALIVE: &str = r"
local function alive(key)
  return redis.call('ZRANGEBYSCORE', key, redis.call('TIME')[1], '+inf')
end
";

/// Sends a heartbeat; answers whether the one before still held, and the instances whose heartbeat ran out.
const BEAT: &str = r"
local now = redis.call('TIME')[1]
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local held = before and tonumber(before) >= tonumber(now)
return {held and 1 or 0, redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. now)}";

/// This process as one of the instances that share a Redis.
pub struct Instances {
    /// The way to Redis, for what else is kept there under this instance's id.
    pub link: Arc<RedisLink>,
    /// What every key begins with.
    prefix: String,
    /// Unique to this process.
    pub id: String,
    beat: Script,
    alive: Script,
}

/// What a heartbeat found.
#[derive(Debug, PartialEq, Eq)]
pub struct Beat {
    /// The previous heartbeat had not run out: no other instance has removed this one's entries.
    pub held: bool,
    /// Instances whose heartbeat ran out, and whose entries are still there.
    pub dead: Vec<String>,
}

impl Instances {
    /// One with a new id; nothing is sent before its first heartbeat.
    pub fn new(link: Arc<RedisLink>, prefix: &str) -> Self {
        Self {
            link,
            prefix: prefix.to_owned(),
            id: Uuid::new_v4().to_string(),
            beat: Script::new(BEAT),
            alive: Script::new(&format!("{ALIVE}return alive(KEYS[1])")),
        }
    }

    /// The key of this name.
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The key of those that are alive.
    pub fn alive_key(&self) -> String {
        self.key("instances:alive")
    }

    /// Says that this instance is alive.
    pub async fn beat(&self) -> RedisResult<Beat> {
        let mut call = self.beat.key(self.alive_key());
        call.arg(&self.id).arg(TTL);
        let call = &call;
        let run = |mut connection: Connection| async move { call.invoke_async(&mut connection).await };
        let (held, dead): (bool, Vec<String>) = self.link.run(run).await?;
        Ok(Beat { held, dead })
    }

    /// The instances that are alive.
    pub async fn alive(&self) -> RedisResult<Vec<String>> {
        let call = &self.alive.key(self.alive_key());
        let run = |mut connection: Connection| async move { call.invoke_async(&mut connection).await };
        self.link.run(run).await
    }

    /// Those of them that are not this one.
    pub async fn others(&self) -> RedisResult<Vec<String>> {
        let mut alive = self.alive().await?;
        alive.retain(|instance| *instance != self.id);
        Ok(alive)
    }

    /// Ends the heartbeat: this instance counts as dead from now on.
    pub async fn end(&self) -> RedisResult<()> {
        let mut end = redis::cmd("ZREM");
        end.arg(self.alive_key()).arg(&self.id);
        let end = &end;
        let run = |mut connection: Connection| async move { end.exec_async(&mut connection).await };
        self.link.run(run).await
    }

    /// Lets the heartbeat run out, as if the process had been killed a while ago.
    #[cfg(feature = "testing")]
    pub async fn run_out(&self) -> RedisResult<()> {
        let mut add = redis::cmd("ZADD");
        add.arg(self.alive_key()).arg(1).arg(&self.id);
        let add = &add;
        let run = |mut connection: Connection| async move { add.exec_async(&mut connection).await };
        self.link.run(run).await
    }
}

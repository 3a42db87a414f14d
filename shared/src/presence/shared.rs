//! Presence in Redis: `presence:<conversation>` holds `instance + person` scored by expiry, and
//! `presence:open` the conversations that anybody is in.

use crate::backends::redis_link::RedisLink;
use crate::error::{Error, Result};
use crate::event::Person;
use chrono::{DateTime, Utc};
use entity::ConversationId;
use redis::aio::ConnectionManager;
use redis::{RedisResult, Script};
use uuid::Uuid;

pub(super) struct SharedPresence {
    redis: RedisLink,
    prefix: String,
    pub(super) instance: String,
    enter: Script,
    leave: Script,
    reap: Script,
}

/// Seconds that an entry lives without being renewed.
pub(super) const TTL: i64 = 15;

/// Adds an entry; answers whether the person had no other one that is still alive.
const ENTER: &str = r"
local others = 0
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf')) do
  if string.sub(member, 37) == ARGV[4] then others = others + 1 end
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3] .. ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('SADD', KEYS[2], ARGV[6])
return others == 0 and 1 or 0";

/// Removes an entry; answers whether the person has no other one that is still alive.
const LEAVE: &str = r"
redis.call('ZREM', KEYS[1], ARGV[2] .. ARGV[3])
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf')) do
  if string.sub(member, 37) == ARGV[3] then return 0 end
end
if redis.call('ZCARD', KEYS[1]) == 0 then redis.call('SREM', KEYS[2], ARGV[4]) end
return 1";

/// Takes out what has run out; answers the people who have no entry left, each once.
const REAP: &str = r"
local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1])
if #dead == 0 then
  if redis.call('ZCARD', KEYS[1]) == 0 then redis.call('SREM', KEYS[2], ARGV[2]) end
  return {}
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1])
local alive = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do alive[string.sub(member, 37)] = true end
if next(alive) == nil then redis.call('SREM', KEYS[2], ARGV[2]) end
local gone = {}
for _, member in ipairs(dead) do
  local person = string.sub(member, 37)
  if not alive[person] then
    alive[person] = true
    table.insert(gone, person)
  end
end
return gone";

impl SharedPresence {
    pub(super) fn open(url: &str, prefix: &str) -> Result<Self> {
        Ok(Self {
            redis: RedisLink::open(url).map_err(Error::internal)?,
            prefix: format!("{prefix}presence:"),
            instance: Uuid::new_v4().to_string(),
            enter: Script::new(ENTER),
            leave: Script::new(LEAVE),
            reap: Script::new(REAP),
        })
    }

    pub(super) async fn connection(&self) -> RedisResult<ConnectionManager> {
        self.redis.get().await
    }

    fn key(&self, id: ConversationId) -> String {
        format!("{}{id}", self.prefix)
    }

    /// The key of this name.
    pub(super) fn named(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    pub(super) fn open_key(&self) -> String {
        self.named("open")
    }

    pub(super) async fn ping(&self) -> Result<()> {
        let ping = async {
            let mut connection = self.connection().await?;
            redis::cmd("PING").query_async::<()>(&mut connection).await
        };
        ping.await.map_err(|error| {
            tracing::warn!(%error, "Redis does not answer");
            Error::Unavailable("Redis does not answer".into())
        })
    }

    pub(super) async fn enter(
        &self,
        now: DateTime<Utc>,
        id: ConversationId,
        who: &Person,
    ) -> RedisResult<bool> {
        let mut connection = self.connection().await?;
        let first: i64 = self
            .enter
            .key(self.key(id))
            .key(self.open_key())
            .arg(now.timestamp())
            .arg(now.timestamp() + TTL)
            .arg(&self.instance)
            .arg(written(who))
            .arg(TTL * 4)
            .arg(id.to_string())
            .invoke_async(&mut connection)
            .await?;
        Ok(first == 1)
    }

    pub(super) async fn leave(
        &self,
        now: DateTime<Utc>,
        id: ConversationId,
        who: &Person,
    ) -> RedisResult<bool> {
        let mut connection = self.connection().await?;
        let last: i64 = self
            .leave
            .key(self.key(id))
            .key(self.open_key())
            .arg(now.timestamp())
            .arg(&self.instance)
            .arg(written(who))
            .arg(id.to_string())
            .invoke_async(&mut connection)
            .await?;
        Ok(last == 1)
    }

    pub(super) async fn online(&self, now: DateTime<Utc>, id: ConversationId) -> RedisResult<Vec<Person>> {
        let mut connection = self.connection().await?;
        let members: Vec<String> = redis::cmd("ZRANGEBYSCORE")
            .arg(self.key(id))
            .arg(now.timestamp())
            .arg("+inf")
            .query_async(&mut connection)
            .await?;
        Ok(members
            .iter()
            .filter_map(|member| member.get(36..))
            .filter_map(read)
            .collect())
    }

    pub(super) async fn renew(
        &self,
        now: DateTime<Utc>,
        here: &[(ConversationId, Person)],
    ) -> RedisResult<()> {
        let mut connection = self.connection().await?;
        let until = now.timestamp() + TTL;
        for some in here.chunks(500) {
            let mut pipe = redis::pipe();
            for (id, who) in some {
                let (key, member) = (self.key(*id), format!("{}{}", self.instance, written(who)));
                pipe.zadd(&key, member, until).ignore();
                pipe.expire(&key, TTL * 4).ignore();
                pipe.sadd(self.open_key(), id.to_string()).ignore();
            }
            pipe.query_async::<()>(&mut connection).await?;
        }
        Ok(())
    }

    pub(super) async fn reap(&self, now: DateTime<Utc>) -> RedisResult<Vec<(ConversationId, Person)>> {
        let mut connection = self.connection().await?;
        let open: Vec<String> = redis::cmd("SMEMBERS")
            .arg(self.open_key())
            .query_async(&mut connection)
            .await?;
        let mut gone = Vec::new();
        for id in open.iter().filter_map(|id| id.parse::<ConversationId>().ok()) {
            let dead: Vec<String> = self
                .reap
                .key(self.key(id))
                .key(self.open_key())
                .arg(now.timestamp())
                .arg(id.to_string())
                .invoke_async(&mut connection)
                .await?;
            gone.extend(
                dead.iter()
                    .filter_map(|person| read(person))
                    .map(|person| (id, person)),
            );
        }
        Ok(gone)
    }
}

fn written(who: &Person) -> String {
    serde_json::to_string(who).unwrap_or_default()
}

fn read(text: &str) -> Option<Person> {
    serde_json::from_str(text).ok()
}

//! Presence in Redis. `presence:in:<conversation>` holds people by `instance + id`, `presence:of:<instance>` where that
//! instance has them, and `presence:open` the conversations that anybody is in. An entry counts while its instance is
//! alive; when one has died, another takes out all that it had.

use entity::{ConversationId, UserId};
use kernel::person::Person;
use platform::instances::{ALIVE, Instances};
use platform::redis_link::Connection;
use redis::{RedisResult, Script};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) struct SharedPresence {
    pub(super) instances: Arc<Instances>,
    /// What is in Redis may not be what is here: a call failed, or Redis forgot this instance.
    doubt: AtomicBool,
    /// One at a time writes everything anew.
    pub(super) restoring: tokio::sync::Mutex<()>,
    enter: Script,
    leave: Script,
    online: Script,
    reap: Script,
}

/// Letters of an instance's id and of a conversation's.
const ID: usize = 36;
/// Entries that are written, or taken out, in one call.
pub(super) const SLICE: usize = 500;

/// Adds an entry; answers whether no other instance that is alive has the person, and -1 where this one is not alive.
const ENTER: &str = r"
local instances, known, first = alive(KEYS[4]), false, 1
for _, instance in ipairs(instances) do
  if instance == ARGV[1] then known = true
  elseif redis.call('HEXISTS', KEYS[1], instance .. ARGV[2]) == 1 then first = 0 end
end
if not known then return -1 end
redis.call('HSET', KEYS[1], ARGV[1] .. ARGV[2], ARGV[3])
redis.call('SADD', KEYS[2], ARGV[4] .. ARGV[2])
redis.call('SADD', KEYS[3], ARGV[4])
return first";

/// Removes an entry; answers whether no other instance that is alive has the person.
const LEAVE: &str = r"
redis.call('HDEL', KEYS[1], ARGV[1] .. ARGV[2])
redis.call('SREM', KEYS[2], ARGV[3] .. ARGV[2])
if redis.call('HLEN', KEYS[1]) == 0 then redis.call('SREM', KEYS[3], ARGV[3]) end
for _, instance in ipairs(alive(KEYS[4])) do
  if instance ~= ARGV[1] and redis.call('HEXISTS', KEYS[1], instance .. ARGV[2]) == 1 then return 0 end
end
return 1";

/// Who is in a conversation by the instances that are alive.
const ONLINE: &str = r"
local is_alive, people = {}, {}
for _, instance in ipairs(alive(KEYS[2])) do is_alive[instance] = true end
local entries = redis.call('HGETALL', KEYS[1])
for at = 1, #entries, 2 do
  if is_alive[string.sub(entries[at], 1, 36)] then table.insert(people, entries[at + 1]) end
end
return people";

/// Takes out a slice of what a dead instance had; answers how much is left, and conversation by person those who are
/// on no instance that is alive. Nothing of an instance that lives after all.
const REAP: &str = r"
local others = alive(KEYS[1])
for _, instance in ipairs(others) do if instance == ARGV[1] then return {0, {}} end end
local gone = {}
for _, member in ipairs(redis.call('SPOP', KEYS[2], ARGV[2])) do
  local conversation, person = string.sub(member, 1, 36), string.sub(member, 37)
  local key = ARGV[3] .. conversation
  local who = redis.call('HGET', key, ARGV[1] .. person)
  redis.call('HDEL', key, ARGV[1] .. person)
  if redis.call('HLEN', key) == 0 then redis.call('SREM', KEYS[3], conversation) end
  for _, instance in ipairs(others) do
    if redis.call('HEXISTS', key, instance .. person) == 1 then who = false end
  end
  if who then
    table.insert(gone, conversation)
    table.insert(gone, who)
  end
end
local left = redis.call('SCARD', KEYS[2])
if left == 0 then redis.call('ZREM', KEYS[1], ARGV[1]) end
return {left, gone}";

impl SharedPresence {
    pub(super) fn new(instances: Arc<Instances>) -> Self {
        let script = |body| Script::new(&format!("{ALIVE}{body}"));
        Self {
            instances,
            doubt: AtomicBool::default(),
            restoring: tokio::sync::Mutex::default(),
            enter: script(ENTER),
            leave: script(LEAVE),
            online: script(ONLINE),
            reap: script(REAP),
        }
    }

    /// From now on what is in Redis is compared with what is here, at the next renewal.
    pub(super) fn doubt(&self) {
        self.doubt.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_doubted(&self) -> bool {
        self.doubt.swap(false, Ordering::Relaxed)
    }

    /// The key of the people in a conversation.
    fn place(&self, id: impl std::fmt::Display) -> String {
        self.instances.key(&format!("presence:in:{id}"))
    }

    fn entries(&self, instance: &str) -> String {
        self.instances.key(&format!("presence:of:{instance}"))
    }

    pub(super) fn open_key(&self) -> String {
        self.instances.key("presence:open")
    }

    /// Adds an entry; answers whether the person was nowhere else.
    pub(super) async fn enter(&self, id: ConversationId, who: &Person) -> RedisResult<bool> {
        let mut call = self.enter.key(self.place(id));
        call.key(self.entries(&self.instances.id))
            .key(self.open_key())
            .key(self.instances.alive_key());
        call.arg(&self.instances.id)
            .arg(who.id.to_string())
            .arg(written(who))
            .arg(id.to_string());
        let first = self.run(&call).await?;
        if first >= 0 {
            return Ok(first == 1);
        }
        // not known yet, or reaped: what else is here has to be written anew
        self.doubt();
        self.instances.beat().await?;
        Ok(self.run(&call).await? == 1)
    }

    async fn run(&self, call: &redis::ScriptInvocation<'_>) -> RedisResult<i64> {
        let run = |mut connection: Connection| async move { call.invoke_async(&mut connection).await };
        self.instances.link.run(run).await
    }

    /// Removes an entry; answers whether the person is nowhere else.
    pub(super) async fn leave(&self, id: ConversationId, who: UserId) -> RedisResult<bool> {
        let mut call = self.leave.key(self.place(id));
        call.key(self.entries(&self.instances.id))
            .key(self.open_key())
            .key(self.instances.alive_key());
        call.arg(&self.instances.id)
            .arg(who.to_string())
            .arg(id.to_string());
        Ok(self.run(&call).await? == 1)
    }

    /// Who is in a conversation, on whichever instance.
    pub(super) async fn online(&self, id: ConversationId) -> RedisResult<Vec<Person>> {
        let mut call = self.online.key(self.place(id));
        call.key(self.instances.alive_key());
        let call = &call;
        let run = |mut connection: Connection| async move { call.invoke_async(&mut connection).await };
        let people: Vec<String> = self.instances.link.run(run).await?;
        Ok(people.iter().filter_map(|person| read(person)).collect())
    }

    /// Writes entries and publishes nothing.
    pub(super) async fn put(&self, entries: &[(ConversationId, Person)]) -> RedisResult<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut pipe = redis::pipe();
        let own = self.entries(&self.instances.id);
        for (id, who) in entries {
            let field = format!("{}{}", self.instances.id, who.id);
            pipe.hset(self.place(id), field, written(who)).ignore();
            pipe.sadd(&own, format!("{id}{}", who.id)).ignore();
            pipe.sadd(self.open_key(), id.to_string()).ignore();
        }
        let pipe = &pipe;
        let run = |mut connection: Connection| async move { pipe.exec_async(&mut connection).await };
        self.instances.link.run(run).await
    }

    /// What Redis has of this instance.
    pub(super) async fn own(&self) -> RedisResult<Vec<(ConversationId, UserId)>> {
        let members = redis::cmd("SMEMBERS")
            .arg(self.entries(&self.instances.id))
            .take();
        let members = &members;
        let run = |mut connection: Connection| async move { members.query_async(&mut connection).await };
        let members: Vec<String> = self.instances.link.run(run).await?;
        let split = members.iter().filter_map(|member| {
            let (id, who) = member.split_at_checked(ID)?;
            Some((id.parse().ok()?, UserId(who.parse().ok()?)))
        });
        Ok(split.collect())
    }

    /// The person of an entry of this instance.
    pub(super) async fn person(&self, id: ConversationId, who: UserId) -> RedisResult<Option<Person>> {
        let get = redis::cmd("HGET")
            .arg(self.place(id))
            .arg(format!("{}{who}", self.instances.id))
            .take();
        let get = &get;
        let run = |mut connection: Connection| async move { get.query_async(&mut connection).await };
        let person: Option<String> = self.instances.link.run(run).await?;
        Ok(person.as_deref().and_then(read))
    }

    /// Takes out a slice of what a dead instance had; answers how much is left, and who is nowhere now.
    pub(super) async fn reap(&self, dead: &str) -> RedisResult<(u64, Vec<(ConversationId, Person)>)> {
        let mut call = self.reap.key(self.instances.alive_key());
        call.key(self.entries(dead)).key(self.open_key());
        call.arg(dead).arg(SLICE).arg(self.place(""));
        let call = &call;
        let run = |mut connection: Connection| async move { call.invoke_async(&mut connection).await };
        let (left, gone): (u64, Vec<String>) = self.instances.link.run(run).await?;
        let pairs = gone.chunks_exact(2);
        let gone = pairs.filter_map(|pair| Some((pair[0].parse().ok()?, read(&pair[1])?)));
        Ok((left, gone.collect()))
    }
}

fn written(who: &Person) -> String {
    serde_json::to_string(who).unwrap_or_default()
}

fn read(text: &str) -> Option<Person> {
    serde_json::from_str(text).ok()
}

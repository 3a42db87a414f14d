//! Presence: who has a socket in which conversation, on any instance.
//!
//! In process it is a map. In Redis every instance keeps its own entries, which count while it is alive: a heartbeat
//! renews them all, and those of a killed one are taken out as a whole by another.
//!
//! What is published of a person is their state, not the change that caused it: under a lock for each person the
//! sockets are counted anew, so a leave that overtakes a join changes nothing. Events of several instances about one
//! person may cross; an instance that receives that somebody is gone who has a socket here publishes that they are
//! here.

mod local;
mod people;
mod shared;
mod shared_people;

pub use people::{Totals, arrive, depart, present, totals};

use crate::Chat;
use crate::policy;
use crate::scope;
use crate::scope::Scope;
use entity::{ConversationId, UserId};
use kernel::actor::Actor;
use kernel::event::{Event, Status};
use kernel::person::Person;
use local::{Local, Turn};
use people::People;
use platform::instances::Instances;
use redis::RedisResult;
use shared::SLICE;
use shared::SharedPresence;
use std::collections::HashSet;
use std::sync::Arc;

/// This instance's sockets, and the way to the others'.
pub struct Presence {
    local: Local,
    people: People,
    shared: Option<SharedPresence>,
}

/// How often an instance says that it is alive; it is taken for dead after three times as long.
pub const RENEW: std::time::Duration = std::time::Duration::from_secs(5);
/// Slices of a dead instance's entries that are taken out in one renewal; the rest waits for the next.
const SLICES: usize = 20;

impl Presence {
    /// In process, or shared with the other instances.
    pub fn open(instances: Option<Arc<Instances>>) -> Self {
        Self {
            local: Local::default(),
            people: People::default(),
            shared: instances.map(SharedPresence::new),
        }
    }
}

/// A socket of this person joined. The first one is published; to staff only where it is somebody of the company who
/// does not take part.
pub async fn enter(chat: &Chat, id: ConversationId, who: &Person) {
    let turn = chat.presence.local.add(id, who);
    settle(chat, id, who, turn).await;
}

/// A socket of this person left. The last one is published.
pub async fn leave(chat: &Chat, id: ConversationId, who: &Person) {
    if let Some(turn) = chat.presence.local.remove(id, who.id) {
        settle(chat, id, who, turn).await;
    }
}

/// Publishes this person's present state, where it changed. Runs to its end even where the caller is cancelled.
async fn settle(chat: &Chat, id: ConversationId, who: &Person, turn: Turn) {
    let (chat, who) = (chat.clone(), who.clone());
    let settled = tokio::spawn(async move {
        let mut shown = turn.lock().await;
        let is_here = chat.presence.local.is_here(id, who.id);
        match (is_here, *shown) {
            (true, false) => {
                *shown = true;
                if is_first(&chat, id, &who).await {
                    let scope = scope(&chat, id).await;
                    entered(&chat, id, &who, scope.as_deref()).await;
                }
            }
            (false, true) => {
                *shown = false;
                if is_last(&chat, id, who.id).await {
                    gone(&chat, id, &who).await;
                }
            }
            _ => {}
        }
        drop(shown);
        chat.presence.local.forget(id, who.id, turn);
    });
    if let Err(error) = settled.await {
        tracing::error!(%error, "presence was not said");
    }
}

/// Whether the person was on no other instance; where Redis does not say, they were not.
async fn is_first(chat: &Chat, id: ConversationId, who: &Person) -> bool {
    let Some(shared) = &chat.presence.shared else {
        return true;
    };
    shared.enter(id, who).await.unwrap_or_else(|_| {
        shared.doubt();
        true
    })
}

/// Whether the person is on no other instance.
async fn is_last(chat: &Chat, id: ConversationId, who: UserId) -> bool {
    let Some(shared) = &chat.presence.shared else {
        return true;
    };
    shared.leave(id, who).await.unwrap_or_else(|_| {
        shared.doubt();
        true
    })
}

/// An event of another instance: it may not have known that the person is here.
pub fn on_event(chat: &Chat, event: &Event) {
    let Event::Departed {
        conversation, who, ..
    } = event
    else {
        return;
    };
    let (id, who) = (*conversation, who.clone());
    if !chat.presence.local.is_here(id, who.id) {
        return;
    }
    let chat = chat.clone();
    tokio::spawn(async move {
        let turn = chat.presence.local.turn(id, &who);
        let shown = turn.lock().await;
        if *shown && chat.presence.local.is_here(id, who.id) {
            let scope = scope(&chat, id).await;
            entered(&chat, id, &who, scope.as_deref()).await;
        }
        drop(shown);
        chat.presence.local.forget(id, who.id, turn);
    });
}

/// Somebody of the company takes part from now on: that they are there is published to customers too.
pub async fn appear(chat: &Chat, id: ConversationId, who: &Person) {
    if online(chat, id).await.iter().any(|person| person.id == who.id) {
        let scope = scope(chat, id).await;
        entered(chat, id, who, scope.as_deref()).await;
    }
}

async fn entered(chat: &Chat, id: ConversationId, who: &Person, scope: Option<&Scope>) {
    let unseen = is_unseen(who, scope);
    chat.bus.publish_one(Event::Entered {
        conversation: id,
        who: who.clone(),
        online: ids(chat, id, unseen, scope).await,
        unseen,
    });
    say(chat, id, who, Status::Online, unseen);
}

/// None where the database does not answer: the person is then not shown to customers.
async fn scope(chat: &Chat, id: ConversationId) -> Option<Arc<Scope>> {
    scope::scope(chat, id).await.ok()
}

fn is_unseen(who: &Person, scope: Option<&Scope>) -> bool {
    !scope.is_some_and(|scope| policy::is_seen(who, scope))
}

/// Who is there, on any instance, each once, by id.
pub async fn online(chat: &Chat, id: ConversationId) -> Vec<Person> {
    let mut people = chat.presence.local.here(id);
    if let Some(shared) = &chat.presence.shared
        && let Ok(others) = shared.online(id).await
    {
        people.extend(others);
    }
    people.sort_by_key(|person| person.id);
    people.dedup_by_key(|person| person.id);
    people
}

/// Who is there, without those whom the actor may not see.
pub async fn online_for(chat: &Chat, actor: &Actor, id: ConversationId) -> Vec<Person> {
    let mut people = online(chat, id).await;
    if !actor.is_staff() {
        let scope = scope(chat, id).await;
        people.retain(|who| !is_unseen(who, scope.as_deref()));
    }
    people
}

/// Publishes how available this person is.
pub async fn announce(chat: &Chat, id: ConversationId, who: &Person, status: Status) {
    let unseen = is_unseen(who, scope(chat, id).await.as_deref());
    say(chat, id, who, status, unseen);
}

fn say(chat: &Chat, id: ConversationId, who: &Person, status: Status, unseen: bool) {
    chat.bus.publish_one(Event::PresenceChanged {
        conversation: id,
        who: who.clone(),
        status,
        unseen,
    });
}

/// Says that this instance is alive, renews its counts, and takes out what dead instances left, for as long as the
/// process runs.
pub async fn keep(chat: Chat) {
    let mut tick = tokio::time::interval(RENEW);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = chat.shutdown.cancelled() => return,
            _ = tick.tick() => {}
        }
        tend(&chat).await;
        crate::stats::tend(&chat).await;
    }
}

/// Renews and reaps once. However many conversations are open, it asks Redis equally often.
pub async fn tend(chat: &Chat) {
    let Some(shared) = &chat.presence.shared else {
        return;
    };
    let beat = match shared.instances.beat().await {
        Ok(beat) => beat,
        Err(error) => {
            tracing::warn!(%error, "presence was not renewed");
            return;
        }
    };
    if (shared.is_doubted() || !beat.held)
        && let Err(error) = restore(chat, shared).await
    {
        shared.doubt();
        tracing::warn!(%error, "presence was not written anew; the next renewal will");
    }
    if let Err(error) = shared.renew_people(&chat.presence.people.counts()).await {
        tracing::warn!(%error, "the people who are there were not written");
    }
    for dead in &beat.dead {
        if let Err(error) = reap(chat, shared, dead).await {
            tracing::warn!(%error, "presence was not reaped");
        }
    }
}

/// Writes what is here and takes out what is not, after Redis was out of reach or has forgotten.
async fn restore(chat: &Chat, shared: &SharedPresence) -> RedisResult<()> {
    let _one = shared.restoring.lock().await;
    let all = chat.presence.local.all();
    for slice in all.chunks(SLICE) {
        // nobody comes or goes while what they are is written
        let (mut turns, mut entries) = (Vec::new(), Vec::new());
        for (id, who, turn) in slice {
            let shown = turn.lock().await;
            if *shown {
                entries.push((*id, who.clone()));
            }
            turns.push(shown);
        }
        shared.put(&entries).await?;
    }
    let here: HashSet<_> = all.iter().map(|(id, who, _)| (*id, who.id)).collect();
    for (id, who, turn) in all {
        chat.presence.local.forget(id, who.id, turn);
    }
    for (id, who) in shared.own().await? {
        if !here.contains(&(id, who)) {
            withdraw(chat, shared, id, who).await?;
        }
    }
    Ok(())
}

/// Takes out an entry that should not be there any more.
async fn withdraw(chat: &Chat, shared: &SharedPresence, id: ConversationId, who: UserId) -> RedisResult<()> {
    let Some(person) = shared.person(id, who).await? else {
        return shared.leave(id, who).await.map(drop);
    };
    let turn = chat.presence.local.turn(id, &person);
    let shown = turn.lock().await;
    let left = if *shown {
        Ok(false)
    } else {
        shared.leave(id, who).await
    };
    if let Ok(true) = left {
        gone(chat, id, &person).await;
    }
    drop(shown);
    chat.presence.local.forget(id, who, turn);
    left.map(drop)
}

/// Takes out what a dead instance left, and publishes who has no socket any more.
async fn reap(chat: &Chat, shared: &SharedPresence, dead: &str) -> RedisResult<()> {
    for _ in 0..SLICES {
        let (left, nowhere) = shared.reap(dead).await?;
        for (id, who) in &nowhere {
            let turn = chat.presence.local.turn(*id, who);
            let shown = turn.lock().await;
            // whoever came here meanwhile is shown already
            if !*shown {
                gone(chat, *id, who).await;
            }
            drop(shown);
            chat.presence.local.forget(*id, who.id, turn);
        }
        if left == 0 {
            break;
        }
    }
    Ok(())
}

/// Ends this instance's heartbeat: whoever is still shown here is gone now, not when the heartbeat has run out.
pub async fn retire(chat: &Chat) {
    let Some(shared) = &chat.presence.shared else {
        return;
    };
    let retired = async {
        shared.instances.end().await?;
        reap(chat, shared, &shared.instances.id).await
    };
    if let Err(error) = retired.await {
        tracing::warn!(%error, "this instance did not sign off; its heartbeat will run out");
    }
}

/// Lets this instance's heartbeat run out, as if it had been killed a while ago.
#[cfg(feature = "testing")]
pub async fn run_out(chat: &Chat) {
    if let Some(shared) = &chat.presence.shared
        && let Err(error) = shared.instances.run_out().await
    {
        tracing::error!(%error, "the heartbeat did not run out");
    }
}

/// Who is there, as an event may say: to customers without those who only read.
async fn ids(chat: &Chat, id: ConversationId, for_staff: bool, scope: Option<&Scope>) -> Vec<UserId> {
    let people = online(chat, id).await;
    let seen = people.iter().filter(|who| for_staff || !is_unseen(who, scope));
    seen.map(|person| person.id).collect()
}

async fn gone(chat: &Chat, id: ConversationId, who: &Person) {
    let scope = scope(chat, id).await;
    let unseen = is_unseen(who, scope.as_deref());
    chat.bus.publish_one(Event::Departed {
        conversation: id,
        who: who.clone(),
        online: ids(chat, id, unseen, scope.as_deref()).await,
        unseen,
    });
    say(chat, id, who, Status::Offline, unseen);
}

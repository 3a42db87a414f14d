//! This instance's subscribers by conversation. What no event told of, because it was lost or came late, is read from the
//! database and delivered in its place.

use super::order::Step;
use super::subscribers::Subscribers;
use crate::client::Client;
use app::App;
use chat::conversations;
use chat::messages;
use entity::ConversationId;
use kernel::event::Event;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const SHARDS: usize = 64;
/// How often the newest revs are compared with the database where other instances write to it too.
const RECHECK: Duration = Duration::from_secs(5);
/// When a gap is read again after the database did not answer.
const RETRY: Duration = Duration::from_secs(1);

/// Sockets by conversation.
pub struct Conversations {
    app: App,
    shards: Vec<Mutex<HashMap<ConversationId, Subscribers>>>,
}

impl Conversations {
    pub(super) fn new(app: App) -> Self {
        Self {
            app,
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    fn shard(&self, id: ConversationId) -> MutexGuard<'_, HashMap<ConversationId, Subscribers>> {
        // the low bits of a UUIDv7 are random
        let shard = usize::from(id.0.as_bytes()[15]) % SHARDS;
        self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the socket's send queue gets the conversation's events; it holds them until the socket has
    /// caught up.
    pub fn subscribe(&self, id: ConversationId, client: Arc<Client>) {
        self.shard(id).entry(id).or_default().add(client);
    }

    /// The newest `rev` that a subscriber read: the first one's is what the conversation counts on from here. Answers where
    /// it began to count; a subscriber who read less than that must read on before it goes live.
    pub fn opened(self: &Arc<Self>, id: ConversationId, head: i64) -> i64 {
        let opened = self.shard(id).get_mut(&id).map(|here| here.opened(head));
        let (base, step) = opened.unwrap_or((head, Step::Done));
        self.proceed(id, step);
        base
    }

    /// No more events for this socket.
    pub fn unsubscribe(&self, id: ConversationId, socket: u64) {
        let mut shard = self.shard(id);
        if let Some(here) = shard.get_mut(&id)
            && here.remove(socket)
        {
            shard.remove(&id);
        }
    }

    /// Delivers an event to its conversation's subscribers.
    pub fn publish(self: &Arc<Self>, event: &Arc<Event>) {
        let Some(id) = event.conversation() else { return };
        let step = match self.shard(id).get_mut(&id) {
            Some(subscribers) => subscribers.on_event(event, &self.app),
            None => Step::Done,
        };
        self.proceed(id, step);
    }

    fn proceed(self: &Arc<Self>, id: ConversationId, step: Step) {
        if let Step::Fill = step {
            metrics::counter!("switchboard_hub_gaps_total").increment(1);
            tokio::spawn(fill(self.clone(), id));
        }
    }

    /// The sockets of a conversation.
    pub fn clients_in(&self, id: ConversationId) -> Vec<Arc<Client>> {
        self.shard(id)
            .get(&id)
            .map(|here| here.clients().to_vec())
            .unwrap_or_default()
    }

    /// Every subscriber.
    pub fn clients(&self) -> Vec<Arc<Client>> {
        let mut clients = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            clients.extend(shard.values().flat_map(Subscribers::clients).cloned());
        }
        clients
    }

    /// Which conversations have subscribers, and what was delivered to them.
    fn open(&self) -> Vec<(ConversationId, i64)> {
        let mut open = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            open.extend(shard.iter().filter_map(|(id, here)| Some((*id, here.rev()?))));
        }
        open
    }
}

/// Reads what a conversation's subscribers missed and delivers it, until they have caught up with the newest change seen.
async fn fill(all: Arc<Conversations>, id: ConversationId) {
    loop {
        let Some(reading) = all.shard(id).get(&id).and_then(Subscribers::reading) else {
            return;
        };
        let step = match messages::since(&all.app, id, reading.after).await {
            Ok(changes) => match all.shard(id).get_mut(&id) {
                Some(subscribers) => subscribers.filled(reading, changes, &all.app),
                None => Step::Done,
            },
            Err(error) => {
                tracing::warn!(conversation = %id, %error, "a gap could not be filled yet");
                tokio::time::sleep(RETRY).await;
                Step::Fill
            }
        };
        if let Step::Done = step {
            return;
        }
    }
}

/// Compares what was delivered with the database: when Redis is back, and every few seconds, because it is a hint.
pub(super) async fn recheck(all: Arc<Conversations>) {
    let mut connections = all.app.bus.connections();
    loop {
        tokio::select! {
            () = all.app.shutdown.cancelled() => return,
            _ = connections.changed() => {}
            () = tokio::time::sleep(RECHECK) => {}
        }
        for open in all.open().chunks(500) {
            let ids: Vec<_> = open.iter().map(|(id, _)| *id).collect();
            let heads = match conversations::heads(&all.app, &ids).await {
                Ok(heads) => heads,
                Err(error) => {
                    tracing::warn!(%error, "the newest revs were not read");
                    continue;
                }
            };
            for (id, rev) in open {
                let Some(head) = heads.get(id).filter(|head| *head > rev) else {
                    continue;
                };
                let step = all
                    .shard(*id)
                    .get_mut(id)
                    .map_or(Step::Done, |subscribers| subscribers.behind(*head));
                all.proceed(*id, step);
            }
        }
    }
}

//! The hub: this instance's sockets by conversation. An event is encoded once per dialect and class of
//! viewer, never per socket, and reaches every socket once, in the order of `rev`.

mod encoded;
mod gaps;
mod inbox;
#[cfg(test)]
mod model;
mod order;
mod registry;
mod revoker;
mod subscribers;

pub use order::Reader;
pub use revoker::Revoker;
pub use subscribers::as_event;

use crate::client::{Client, Connected};
use crate::close::{CloseCode, Closing};
use inbox::Inbox;
use kernel::actor::Actor;
use kernel::event::Event;
use order::Step;
use registry::Registry;
use shared::access::Ended;
use shared::core::Core;
use shared::entity::{ConversationId, UserId};
use shared::presence;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use subscribers::Subscribers;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// This instance's sockets.
pub struct Hub {
    core: Core,
    shards: Vec<Mutex<HashMap<ConversationId, Subscribers>>>,
    inbox: Inbox,
    registry: Registry,
    /// Cancelled when the drain begins: new sockets are refused, the present ones are to end.
    pub draining: CancellationToken,
    next_id: AtomicU64,
    joins: Semaphore,
    /// Ends whoever may no longer be here.
    pub revoker: Arc<Revoker>,
    /// Every socket's task: the drain waits for them.
    pub tasks: TaskTracker,
}

const SHARDS: usize = 64;
/// Joins that read the database at once: half of its connections.
const JOINS: usize = 8;

impl Hub {
    /// A hub that is subscribed to the core's bus until the core's shutdown.
    pub fn start(core: Core) -> Arc<Self> {
        let hub = Arc::new(Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            inbox: Inbox::default(),
            registry: Registry::default(),
            draining: CancellationToken::new(),
            next_id: AtomicU64::new(1),
            joins: Semaphore::new(JOINS),
            revoker: Arc::new(Revoker::new(core.clone())),
            tasks: TaskTracker::new(),
            core: core.clone(),
        });
        let weak = Arc::downgrade(&hub);
        core.bus.listen(Box::new(move |event| {
            if let Some(hub) = weak.upgrade() {
                hub.on_event(event);
            }
        }));
        let weak = Arc::downgrade(&hub);
        hub.revoker.add(Box::new(move || {
            let clients = weak.upgrade().map(|hub| hub.clients()).unwrap_or_default();
            clients
                .into_iter()
                .map(|client| client as Arc<dyn Connected>)
                .collect()
        }));
        hub.revoker.start();
        tokio::spawn(inbox::run(hub.clone()));
        if core.bus.is_shared() {
            tokio::spawn(gaps::recheck(hub.clone()));
        }
        hub
    }

    fn shard(&self, id: ConversationId) -> MutexGuard<'_, HashMap<ConversationId, Subscribers>> {
        // the low bits of a UUIDv7 are random
        let shard = usize::from(id.0.as_bytes()[15]) % SHARDS;
        self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for a socket, unique in this process.
    pub fn next_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// Waits until this socket may read the database: when everybody comes back at once, joins wait here and
    /// not for a connection that a request needs.
    pub async fn turn_to_join(&self) -> Option<SemaphorePermit<'_>> {
        self.joins.acquire().await.ok()
    }

    /// Whether new sockets are refused.
    pub fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Counts a socket in, unless its person or address has too many; whoever proved who they are is online from now on.
    pub fn admit(&self, actor: &Actor, address: IpAddr, dialect: &'static str) -> bool {
        let settings = &self.core.settings;
        let is_admitted = self.registry.add(actor.id, address, dialect, settings);
        if is_admitted {
            presence::arrive(&self.core, proven(actor));
        }
        is_admitted
    }

    /// Counts it out.
    pub fn dismiss(&self, actor: &Actor, address: IpAddr, dialect: &'static str) {
        self.registry.remove(actor.id, address, dialect);
        presence::depart(&self.core, proven(actor));
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

    /// From now on the socket gets what happens in every conversation that its person may see.
    pub fn watch_inbox(&self, client: Arc<Client>) {
        self.inbox.add(client);
    }

    /// No more of that.
    pub fn leave_inbox(&self, socket: u64) {
        self.inbox.remove(socket);
    }

    fn on_event(self: &Arc<Self>, event: &Arc<Event>) {
        if event.concerns_inbox() {
            self.inbox.on_event(event);
        }
        match &**event {
            Event::SessionRevoked { session } => {
                self.disconnect_where(|client| client.actor.session == Some(*session), Ended::Revoked);
            }
            Event::ParticipantRemoved { conversation, user } => {
                self.disconnect_in(*conversation, |client| client.actor.id == *user, Ended::NoAccess);
            }
            Event::ConversationDeleted { conversation } => {
                self.disconnect_in(*conversation, |_| true, Ended::Deleted);
            }
            Event::UserChanged { user } => {
                // what a socket shows depends on who its person was when it joined
                self.disconnect_where(|client| client.actor.id == *user, Ended::Changed);
            }
            Event::ConversationChanged { .. } | Event::Notified { .. } | Event::WebhooksChanged => {}
            _ => self.publish(event),
        }
    }

    fn publish(self: &Arc<Self>, event: &Arc<Event>) {
        let Some(id) = event.conversation() else { return };
        let step = match self.shard(id).get_mut(&id) {
            Some(subscribers) => subscribers.on_event(event, &self.core),
            None => Step::Done,
        };
        self.proceed(id, step);
    }

    fn proceed(self: &Arc<Self>, id: ConversationId, step: Step) {
        if let Step::Fill = step {
            metrics::counter!("switchboard_hub_gaps_total").increment(1);
            tokio::spawn(gaps::fill(self.clone(), id));
        }
    }

    /// The sockets of a conversation.
    fn clients_in(&self, id: ConversationId) -> Vec<Arc<Client>> {
        self.shard(id)
            .get(&id)
            .map(|here| here.clients().to_vec())
            .unwrap_or_default()
    }

    fn disconnect_in(&self, id: ConversationId, which: impl Fn(&Client) -> bool, why: Ended) {
        for client in self.clients_in(id).iter().filter(|client| which(client)) {
            client.end(why);
        }
    }

    fn disconnect_where(&self, which: impl Fn(&Client) -> bool, why: Ended) {
        for client in self.clients().iter().filter(|client| which(client)) {
            client.end(why);
        }
    }

    /// Every socket that has subscribed to something.
    fn clients(&self) -> Vec<Arc<Client>> {
        let mut clients = self.inbox.clients();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            clients.extend(shard.values().flat_map(Subscribers::clients).cloned());
        }
        clients
    }

    /// Refuses new sockets, asks the present ones to come back elsewhere, and waits until they have gone or
    /// `timeout` is over.
    pub async fn drain(&self, timeout: Duration) {
        self.draining.cancel();
        let restarting = Closing::new(CloseCode::Draining, "The server is restarting");
        for client in self.clients() {
            client.send_queue.close(restarting.clone());
        }
        self.tasks.close();
        if tokio::time::timeout(timeout, self.tasks.wait()).await.is_err() {
            tracing::warn!(sockets = self.tasks.len(), "sockets were cut off");
        }
    }

    fn open_conversations(&self) -> Vec<(ConversationId, i64)> {
        let mut open = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            open.extend(shard.iter().filter_map(|(id, here)| Some((*id, here.rev()?))));
        }
        open
    }
}

/// Who it is, where they proved it.
fn proven(actor: &Actor) -> Option<UserId> {
    (!actor.is_unproven).then_some(actor.id)
}

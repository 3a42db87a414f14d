//! The hub: this instance's sockets by conversation. An event is encoded once per dialect and class of
//! viewer, never per socket, and reaches every socket once, in the order of `rev`.

mod inbox;
#[cfg(test)]
mod model;
mod order;
mod outbox;
mod revoker;
mod room;

pub use inbox::Viewer;
pub use order::Reader;
pub use outbox::{Closing, Outbox};
pub use revoker::{Connected, Revoker};

use crate::socket::{Client, code};
use app::App;
use chat::access::Ended;
use chat::conversations;
use chat::messages;
use chat::presence;
use entity::{ConversationId, UserId};
use inbox::Inbox;
use kernel::event::Event;
use order::Step;
use room::Room;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// This instance's sockets.
pub struct Hub {
    core: App,
    shards: Vec<Mutex<HashMap<ConversationId, Room>>>,
    inbox: Inbox,
    counts: Mutex<Counts>,
    /// Cancelled when the drain begins: new sockets are refused, the present ones are to end.
    pub draining: CancellationToken,
    next_id: AtomicU64,
    joins: Semaphore,
    /// Ends whoever may no longer be here.
    pub revoker: Arc<Revoker>,
    /// Every socket's task: the drain waits for them.
    pub tasks: TaskTracker,
}

/// Sockets by person and by address, for the caps.
#[derive(Default)]
struct Counts {
    users: HashMap<UserId, usize>,
    addresses: HashMap<IpAddr, usize>,
}

const SHARDS: usize = 64;
/// Joins that read the database at once: half of its connections.
const JOINS: usize = 8;
/// How often the newest revs are compared with the database where other instances write to it too.
const RECHECK: Duration = Duration::from_secs(5);

impl Hub {
    /// A hub that hears the core's bus until the core's shutdown.
    pub fn start(core: App) -> Arc<Self> {
        let hub = Arc::new(Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            inbox: Inbox::default(),
            counts: Mutex::default(),
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
                hub.hear(event);
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
            tokio::spawn(recheck(hub.clone()));
        }
        hub
    }

    fn shard(&self, id: ConversationId) -> MutexGuard<'_, HashMap<ConversationId, Room>> {
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

    /// Counts a socket in, unless its person or address has too many.
    pub fn admit(&self, client: &Client) -> bool {
        let is_admitted = self.count_in(client.actor.id, client.address, client.dialect.name());
        if is_admitted {
            presence::arrive(&self.core, proven(client));
        }
        is_admitted
    }

    /// Counts a socket out.
    pub fn dismiss(&self, client: &Client) {
        self.count_out(client.actor.id, client.address, client.dialect.name());
        presence::depart(&self.core, proven(client));
    }

    /// Counts one more socket of a person, an address and a dialect, unless one of the first two has too many.
    pub fn count_in(&self, user: UserId, address: IpAddr, dialect: &'static str) -> bool {
        let address = platform::limits::network(address);
        let settings = &self.core.settings;
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |count: Option<&usize>, cap: usize| cap > 0 && count.is_some_and(|count| *count >= cap);
        if full(counts.users.get(&user), settings.max_sockets_per_user)
            || full(counts.addresses.get(&address), settings.max_sockets_per_address)
        {
            return false;
        }
        *counts.users.entry(user).or_default() += 1;
        *counts.addresses.entry(address).or_default() += 1;
        metrics::gauge!("switchboard_sockets", "dialect" => dialect).increment(1.0);
        true
    }

    /// Counts it out.
    pub fn count_out(&self, user: UserId, address: IpAddr, dialect: &'static str) {
        let address = platform::limits::network(address);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        lower(&mut counts.users, &user);
        lower(&mut counts.addresses, &address);
        metrics::gauge!("switchboard_sockets", "dialect" => dialect).decrement(1.0);
    }

    /// From now on the socket's outbox gets the conversation's events; it holds them until the socket has
    /// caught up.
    pub fn subscribe(&self, id: ConversationId, client: Arc<Client>) {
        self.shard(id).entry(id).or_default().add(client);
    }

    /// The newest `rev` that a subscriber read: a room that has just opened counts on from there. Answers where
    /// the room began to count; a subscriber who read less than that must read on before it goes live.
    pub fn opened(self: &Arc<Self>, id: ConversationId, head: i64) -> i64 {
        let opened = self.shard(id).get_mut(&id).map(|room| room.opened(head));
        let (base, step) = opened.unwrap_or((head, Step::Done));
        self.proceed(id, step);
        base
    }

    /// No more events for this socket.
    pub fn unsubscribe(&self, id: ConversationId, socket: u64) {
        let mut shard = self.shard(id);
        if let Some(room) = shard.get_mut(&id)
            && room.remove(socket)
        {
            shard.remove(&id);
        }
    }

    /// From now on the socket hears of every conversation that its person may see.
    pub fn watch_inbox(&self, client: Arc<Client>) {
        self.inbox.add(client);
    }

    /// No more of that.
    pub fn leave_inbox(&self, socket: u64) {
        self.inbox.remove(socket);
    }

    fn hear(self: &Arc<Self>, event: &Arc<Event>) {
        if event.concerns_inbox() {
            self.inbox.hear(event);
        }
        match &**event {
            Event::SessionRevoked { session } => {
                self.end_where(|client| client.actor.session == Some(*session), Ended::Revoked);
            }
            Event::ParticipantRemoved { conversation, user } => {
                self.end_in(*conversation, |client| client.actor.id == *user, Ended::NoAccess);
            }
            Event::ConversationDeleted { conversation } => {
                self.end_in(*conversation, |_| true, Ended::Deleted);
            }
            Event::UserChanged { user } => {
                // what a socket shows depends on who its person was when it joined
                self.end_where(|client| client.actor.id == *user, Ended::Changed);
            }
            Event::ConversationChanged { .. } | Event::Notified { .. } | Event::WebhooksChanged => {}
            _ => self.broadcast(event),
        }
    }

    fn broadcast(self: &Arc<Self>, event: &Arc<Event>) {
        let Some(id) = event.conversation() else { return };
        let step = match self.shard(id).get_mut(&id) {
            Some(room) => room.hear(event, &self.core),
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
    fn sockets_in(&self, id: ConversationId) -> Vec<Arc<Client>> {
        self.shard(id)
            .get(&id)
            .map(|room| room.sockets().to_vec())
            .unwrap_or_default()
    }

    fn end_in(&self, id: ConversationId, which: impl Fn(&Client) -> bool, why: Ended) {
        for client in self.sockets_in(id).iter().filter(|client| which(client)) {
            client.end(why);
        }
    }

    fn end_where(&self, which: impl Fn(&Client) -> bool, why: Ended) {
        for client in self.clients().iter().filter(|client| which(client)) {
            client.end(why);
        }
    }

    /// Every socket that has subscribed to something.
    fn clients(&self) -> Vec<Arc<Client>> {
        let mut clients = self.inbox.sockets();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            clients.extend(shard.values().flat_map(Room::sockets).cloned());
        }
        clients
    }

    /// Refuses new sockets, asks the present ones to come back elsewhere, and waits until they have gone or
    /// `patience` is over.
    pub async fn drain(&self, patience: Duration) {
        self.draining.cancel();
        let restarting = Closing::new(code::DRAINING, "The server is restarting");
        for client in self.clients() {
            client.outbox.close(restarting.clone());
        }
        self.tasks.close();
        if tokio::time::timeout(patience, self.tasks.wait()).await.is_err() {
            tracing::warn!(sockets = self.tasks.len(), "sockets were cut off");
        }
    }

    fn open_rooms(&self) -> Vec<(ConversationId, i64)> {
        let mut open = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            open.extend(shard.iter().filter_map(|(id, room)| Some((*id, room.rev()?))));
        }
        open
    }
}

/// Whose socket it is, where they proved it.
fn proven(client: &Client) -> Option<UserId> {
    (!client.actor.is_unproven).then_some(client.actor.id)
}

fn lower<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// Reads what the room missed and delivers it, until it has caught up with what it heard of.
async fn fill(hub: Arc<Hub>, id: ConversationId) {
    loop {
        let Some(reading) = hub.shard(id).get(&id).and_then(Room::reading) else {
            return;
        };
        let step = match messages::since(&hub.core, id, reading.after).await {
            Ok(changes) => match hub.shard(id).get_mut(&id) {
                Some(room) => room.filled(reading, changes, &hub.core),
                None => Step::Done,
            },
            Err(error) => {
                tracing::warn!(conversation = %id, %error, "a gap could not be filled yet");
                tokio::time::sleep(Duration::from_secs(1)).await;
                Step::Fill
            }
        };
        if let Step::Done = step {
            return;
        }
    }
}

/// Compares the rooms with the database: when Redis is back, and every few seconds, because it is a hint.
async fn recheck(hub: Arc<Hub>) {
    let mut connections = hub.core.bus.connections();
    loop {
        tokio::select! {
            () = hub.core.shutdown.cancelled() => return,
            _ = connections.changed() => {}
            () = tokio::time::sleep(RECHECK) => {}
        }
        for rooms in hub.open_rooms().chunks(500) {
            let ids: Vec<_> = rooms.iter().map(|(id, _)| *id).collect();
            let heads = match conversations::heads(&hub.core, &ids).await {
                Ok(heads) => heads,
                Err(error) => {
                    tracing::warn!(%error, "the newest revs were not read");
                    continue;
                }
            };
            for (id, rev) in rooms {
                let Some(head) = heads.get(id).filter(|head| *head > rev) else {
                    continue;
                };
                let step = hub
                    .shard(*id)
                    .get_mut(id)
                    .map_or(Step::Done, |room| room.behind(*head));
                hub.proceed(*id, step);
            }
        }
    }
}

/// One event in every form that some socket wants, each made once.
pub(crate) struct Encoded<'a> {
    event: &'a Event,
    core: &'a App,
    forms: Vec<(usize, u8, Option<Utf8Bytes>)>,
}

impl<'a> Encoded<'a> {
    pub(crate) fn new(event: &'a Event, core: &'a App) -> Self {
        Self {
            event,
            core,
            forms: Vec::new(),
        }
    }

    /// The form for a client's dialect and class of viewer; none where it does not show such an event. All clients
    /// that are asked for are in the event's conversation, or all in inboxes.
    pub(crate) fn form(&mut self, client: &Client) -> Option<Utf8Bytes> {
        let (dialect, class) = (client.dialect, client.class);
        let known = self
            .forms
            .iter()
            .find(|(id, of, _)| (*id, *of) == (dialect.id(), class));
        if let Some((.., form)) = known {
            return form.clone();
        }
        let form = dialect.encode_in(self.event, class, client.alias.as_deref(), self.core);
        metrics::counter!("switchboard_events_encoded_total", "dialect" => dialect.name()).increment(1);
        self.forms.push((dialect.id(), class, form.clone()));
        form
    }
}

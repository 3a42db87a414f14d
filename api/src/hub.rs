//! The hub: this instance's sockets by conversation. An event is encoded once per dialect and class of
//! viewer, never per socket, and reaches every socket once, in the order of `rev`.

mod conversations;
mod encoded;
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

use crate::client::{Claims, Client, Connected};
use crate::close::{CloseCode, Closing};
use app::App;
use chat::access::Ended;
use chat::presence;
use conversations::Conversations;
use entity::{ConversationId, UserId};
use inbox::Inbox;
use kernel::actor::Actor;
use kernel::event::Event;
use registry::Registry;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// This instance's sockets.
pub struct Hub {
    app: App,
    /// Sockets by conversation.
    pub conversations: Arc<Conversations>,
    /// Sockets that get what happens in every conversation which their person may see.
    pub inbox: Arc<Inbox>,
    registry: Registry,
    /// Cancelled when the drain begins: new sockets are refused, the present ones are to end.
    pub draining: CancellationToken,
    next_id: AtomicU64,
    joins: Semaphore,
    /// Ends whoever may no longer be here.
    pub revoker: Arc<Revoker>,
    /// Every socket's task: the drain waits for them.
    pub tasks: TaskTracker,
    /// Which answers clients take from requests.
    pub claims: Arc<Claims>,
}

/// Joins that read the database at once: half of its connections.
const JOINS: usize = 8;

impl Hub {
    /// A hub that is subscribed to the core's bus until the core's shutdown.
    pub fn start(app: App) -> Arc<Self> {
        let conversations = Arc::new(Conversations::new(app.clone()));
        let revoker = Arc::new(Revoker::new(app.clone()));
        let inbox = Inbox::start(app.clone(), conversations.clone(), revoker.clone());
        let hub = Arc::new(Self {
            conversations,
            inbox,
            registry: Registry::default(),
            draining: CancellationToken::new(),
            next_id: AtomicU64::new(1),
            joins: Semaphore::new(JOINS),
            revoker,
            tasks: TaskTracker::new(),
            claims: Arc::default(),
            app: app.clone(),
        });
        let weak = Arc::downgrade(&hub);
        app.bus.listen(Box::new(move |event| {
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
        if app.bus.is_shared() {
            tokio::spawn(conversations::recheck(hub.conversations.clone()));
        }
        hub
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
        let settings = &self.app.settings;
        let is_admitted = self.registry.add(actor.id, address, dialect, settings);
        if is_admitted {
            presence::arrive(&self.app, proven(actor));
        }
        is_admitted
    }

    /// Counts it out.
    pub fn dismiss(&self, actor: &Actor, address: IpAddr, dialect: &'static str) {
        self.registry.remove(actor.id, address, dialect);
        presence::depart(&self.app, proven(actor));
    }

    fn on_event(&self, event: &Arc<Event>) {
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
            Event::AnswerAwaited { question, session } => self.claims.add(*session, *question),
            Event::ConversationChanged { .. } | Event::Notified { .. } | Event::WebhooksChanged => {}
            _ => self.conversations.publish(event),
        }
    }

    fn disconnect_in(&self, id: ConversationId, which: impl Fn(&Client) -> bool, why: Ended) {
        for client in self
            .conversations
            .clients_in(id)
            .iter()
            .filter(|client| which(client))
        {
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
        clients.extend(self.conversations.clients());
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
}

/// Who it is, where they proved it.
fn proven(actor: &Actor) -> Option<UserId> {
    (!actor.is_unproven).then_some(actor.id)
}

//! Sockets that get what happens in every conversation their person may see: agents' consoles, users' lists.

use super::conversations::Conversations;
use super::encoded::Encoded;
use super::revoker::Revoker;
use crate::client::Client;
use crate::close::{CloseCode, Closing};
use app::App;
use chat::conversations;
use chat::policy;
use chat::scope;
use chat::scope::Scope;
use entity::{ConversationId, UserId};
use kernel::error::Result;
use kernel::event::Event;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Events that wait at most; beyond it every inbox is closed with 4008 and comes back with a fresh list.
const WAITING: usize = 4096;

/// Who looks at a conversation's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Viewer {
    /// Somebody who takes part, with an unread count of their own.
    Participant(UserId),
    /// Anybody else who may see it.
    Staff,
}

/// The sockets of inboxes.
pub struct Inbox {
    clients: RwLock<Vec<Arc<Client>>>,
    events: mpsc::Sender<Arc<Event>>,
    app: App,
    conversations: Arc<Conversations>,
    revoker: Arc<Revoker>,
}

impl Inbox {
    /// Begins to deliver, until the core's shutdown.
    pub(super) fn start(app: App, conversations: Arc<Conversations>, revoker: Arc<Revoker>) -> Arc<Self> {
        let (events, waiting) = mpsc::channel(WAITING);
        let inbox = Arc::new(Self {
            clients: RwLock::default(),
            events,
            app,
            conversations,
            revoker,
        });
        tokio::spawn(run(inbox.clone(), waiting));
        inbox
    }

    /// From now on the socket gets what happens in every conversation that its person may see.
    pub fn add(&self, client: Arc<Client>) {
        self.clients
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(client);
    }

    /// No more of that.
    pub fn remove(&self, socket: u64) {
        self.clients
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|client| client.id != socket);
    }

    pub(super) fn clients(&self) -> Vec<Arc<Client>> {
        self.clients
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn is_empty(&self) -> bool {
        self.clients
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
    }

    /// Who may see a conversation takes a look at the database, so events are left to a task.
    pub(super) fn on_event(&self, event: &Arc<Event>) {
        let changed = matches!(**event, Event::ConversationChanged { .. });
        if self.is_empty() && !changed {
            return;
        }
        if self.events.try_send(event.clone()).is_err() {
            let why = Closing::new(
                CloseCode::TooSlow,
                "Too much is happening: reconnect and read the list again",
            );
            self.clients()
                .iter()
                .for_each(|client| client.send_queue.close(why.clone()));
        }
    }
}

/// Delivers to inboxes, and a conversation's own changes to its sockets too, in order.
async fn run(inbox: Arc<Inbox>, mut events: mpsc::Receiver<Arc<Event>>) {
    loop {
        let event = tokio::select! {
            () = inbox.app.shutdown.cancelled() => return,
            event = events.recv() => match event { Some(event) => event, None => return },
        };
        let Some(id) = event.conversation() else { continue };
        if let Err(error) = deliver(&inbox, id, &event).await {
            tracing::warn!(conversation = %id, %error, "an inbox missed an event");
        }
    }
}

async fn deliver(inbox: &Inbox, id: ConversationId, event: &Event) -> Result<()> {
    let mut clients = inbox.clients();
    let changed = matches!(event, Event::ConversationChanged { .. });
    let here = if changed {
        inbox.conversations.clients_in(id)
    } else {
        Vec::new()
    };
    if clients.is_empty() && here.is_empty() {
        return Ok(());
    }
    let scope = scope::scope(&inbox.app, id).await?;
    // a ticket may have gone to another department
    for client in &here {
        if !policy::can_see(&client.actor, &scope) {
            inbox.revoker.suspect(client.clone());
        }
    }
    clients.extend(here);
    clients.retain(|client| {
        let actor = &client.actor;
        let in_time = |seq| seq > policy::before_their_time(actor, &scope);
        policy::can_see(actor, &scope) && event.seq().is_none_or(in_time)
    });
    if changed {
        return deliver_state(inbox, &scope, clients).await;
    }
    let mut encoded = Encoded::new(event, &inbox.app);
    for client in clients.into_iter().filter(|client| client.may_see(event)) {
        if let Some(frame) = encoded.form(&client) {
            client.send_queue.push(0, frame);
        }
    }
    Ok(())
}

/// Sends a conversation as it is now: to each who takes part with what is their own of it, to others what all see.
async fn deliver_state(inbox: &Inbox, scope: &Scope, clients: Vec<Arc<Client>>) -> Result<()> {
    let mut forms: Vec<(&str, Viewer, Option<Utf8Bytes>)> = Vec::new();
    for client in clients {
        let viewer = if scope.has(client.actor.id) {
            Viewer::Participant(client.actor.id)
        } else {
            Viewer::Staff
        };
        let of = (client.serializer.name(), viewer);
        let known = forms.iter().find(|(name, viewer, _)| (*name, *viewer) == of);
        let form = match known {
            Some((.., form)) => form.clone(),
            None => {
                let conversation = conversations::get(&inbox.app, &client.actor, scope.id).await?;
                let form = client.serializer.conversation_changed(conversation, &inbox.app);
                forms.push((of.0, viewer, form.clone()));
                form
            }
        };
        if let Some(frame) = form {
            client.send_queue.push(0, frame);
        }
    }
    Ok(())
}

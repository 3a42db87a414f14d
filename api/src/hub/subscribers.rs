//! Who is subscribed to one conversation on this instance, and how far its changes were delivered to them.

use super::encoded::Encoded;
use super::order::{Order, Reading, Seen, Step};
use crate::client::Client;
use app::App;
use chat::messages::Changes;
use kernel::event::{Change, Event};
use kernel::message::Message;
use std::sync::Arc;

/// The subscribers of a conversation.
#[derive(Default)]
pub struct Subscribers {
    clients: Vec<Arc<Client>>,
    /// What was delivered to them.
    order: Order,
}

impl Subscribers {
    pub fn add(&mut self, client: Arc<Client>) {
        self.clients.push(client);
    }

    /// Answers whether nobody is left.
    pub fn remove(&mut self, socket: u64) -> bool {
        self.clients.retain(|client| client.id != socket);
        self.clients.is_empty()
    }

    pub fn clients(&self) -> &[Arc<Client>] {
        &self.clients
    }

    /// The newest change delivered, once somebody has read the database.
    pub fn rev(&self) -> Option<i64> {
        self.order.rev()
    }

    /// See [`Order::opened`].
    pub fn opened(&mut self, head: i64) -> (i64, Step) {
        self.order.opened(head)
    }

    /// The database is at `head`.
    pub fn behind(&mut self, head: i64) -> Step {
        self.order.behind(head)
    }

    /// Delivers an event; one that does not follow what was delivered waits for what is between.
    pub fn on_event(&mut self, event: &Event, app: &App) -> Step {
        let Some(rev) = event.rev() else {
            self.deliver(event, app, 0);
            return Step::Done;
        };
        match self.order.on_change(rev) {
            Seen::Next => {
                self.deliver(event, app, rev);
                Step::Done
            }
            Seen::Held(step) => step,
        }
    }

    /// What to read from the database now.
    pub fn reading(&self) -> Option<Reading> {
        self.order.reading()
    }

    /// Delivers what was read from the database.
    pub fn filled(&mut self, reading: Reading, changes: Changes, app: &App) -> Step {
        let found = !changes.messages.is_empty();
        for message in changes.messages {
            let rev = message.rev;
            if self.order.read(rev) {
                self.deliver(&as_event(Arc::new(message), reading.after), app, rev);
            }
        }
        self.order.filled(reading, found)
    }

    fn deliver(&self, event: &Event, app: &App, rev: i64) {
        let mut encoded = Encoded::new(event, app);
        let author = event.author();
        for client in &self.clients {
            if !client.may_see(event) {
                continue;
            }
            if author == Some(client.actor.id) && !client.serializer.echoes(event) {
                continue;
            }
            if let Some(frame) = encoded.form(client) {
                client.send_queue.push(rev, frame);
            }
        }
    }
}

/// A message read back from the database as the event that it would have been for somebody who had seen
/// everything up to `since`.
pub fn as_event(message: Arc<Message>, since: i64) -> Event {
    if message.created_rev > since {
        Event::MessageSent { message }
    } else {
        Event::MessageChanged {
            message,
            change: Change::Unknown,
        }
    }
}

//! One conversation's sockets on this instance, and how far they have been told.

use super::Encoded;
use super::order::{Heard, Order, Reading, Step};
use crate::dialect::as_event;
use crate::socket::Client;
use app::App;
use chat::messages::Changes;
use kernel::event::Event;
use std::sync::Arc;

/// The sockets of a conversation.
#[derive(Default)]
pub struct Room {
    sockets: Vec<Arc<Client>>,
    /// What they have been told.
    order: Order,
}

impl Room {
    pub fn add(&mut self, client: Arc<Client>) {
        self.sockets.push(client);
    }

    /// Answers whether the room is empty now.
    pub fn remove(&mut self, socket: u64) -> bool {
        self.sockets.retain(|client| client.id != socket);
        self.sockets.is_empty()
    }

    pub fn sockets(&self) -> &[Arc<Client>] {
        &self.sockets
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
    pub fn hear(&mut self, event: &Event, core: &App) -> Step {
        let Some(rev) = event.rev() else {
            self.deliver(event, core, 0);
            return Step::Done;
        };
        match self.order.hear(rev) {
            Heard::Next => {
                self.deliver(event, core, rev);
                Step::Done
            }
            Heard::Held(step) => step,
        }
    }

    /// What to read from the database now.
    pub fn reading(&self) -> Option<Reading> {
        self.order.reading()
    }

    /// Delivers what was read from the database.
    pub fn filled(&mut self, reading: Reading, changes: Changes, core: &App) -> Step {
        let found = !changes.messages.is_empty();
        for message in changes.messages {
            let rev = message.rev;
            if self.order.read(rev) {
                self.deliver(&as_event(Arc::new(message), reading.after), core, rev);
            }
        }
        self.order.filled(reading, found)
    }

    fn deliver(&self, event: &Event, core: &App, rev: i64) {
        let mut encoded = Encoded::new(event, core);
        let author = event.author();
        for client in &self.sockets {
            if !client.may_hear(event) {
                continue;
            }
            if author == Some(client.actor.id) && !client.dialect.echoes(event) {
                continue;
            }
            if let Some(frame) = encoded.form(client) {
                client.outbox.push(rev, frame);
            }
        }
    }
}

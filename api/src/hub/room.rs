//! One conversation's sockets on this instance, and how far they have been told.

use super::Encoded;
use crate::dialect::as_event;
use crate::socket::Client;
use shared::core::Core;
use shared::event::Event;
use shared::messages::Changes;
use std::sync::Arc;

/// What is to be done after a room heard something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Done,
    /// Something is missing: read it from the database.
    Fill,
}

/// The sockets of a conversation.
#[derive(Default)]
pub struct Room {
    sockets: Vec<Arc<Client>>,
    /// The newest change delivered; unknown until the first reader of the database says.
    rev: Option<i64>,
    /// The change that it began to count at: newer ones were delivered, older ones were not.
    base: i64,
    /// The newest change heard of.
    heard: i64,
    filling: bool,
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

    pub fn rev(&self) -> Option<i64> {
        self.rev
    }

    /// A reader of the database saw `head`: a room that has just opened counts on from there. Answers where it
    /// began to count: what came before it was delivered to nobody, so a reader who saw less must read again.
    pub fn opened(&mut self, head: i64) -> (i64, Step) {
        if self.rev.is_none() {
            self.rev = Some(head);
            self.base = head;
        }
        (self.base, self.catch_up())
    }

    /// The database is at `head`.
    pub fn behind(&mut self, head: i64) -> Step {
        self.heard = self.heard.max(head);
        self.catch_up()
    }

    /// Delivers an event; one that does not follow what was delivered waits for what is between.
    pub fn hear(&mut self, event: &Event, core: &Core) -> Step {
        let Some(rev) = event.rev() else {
            self.deliver(event, core, 0);
            return Step::Done;
        };
        if !self.filling && self.rev == Some(rev - 1) {
            self.rev = Some(rev);
            self.deliver(event, core, rev);
            return Step::Done;
        }
        self.heard = self.heard.max(rev);
        self.catch_up()
    }

    /// Delivers what was read from the database after `after`.
    pub fn filled(&mut self, after: i64, changes: Changes, core: &Core) -> Step {
        let found = !changes.messages.is_empty();
        for message in changes.messages {
            let rev = message.rev;
            if self.rev.is_some_and(|told| rev <= told) {
                continue;
            }
            let event = as_event(Arc::new(message), after);
            self.rev = Some(rev);
            self.deliver(&event, core, rev);
        }
        if !found {
            // heard of, but not there: another message's later change has taken its place
            self.rev = self.rev.map(|told| told.max(self.heard));
        }
        self.filling = false;
        self.catch_up()
    }

    fn catch_up(&mut self) -> Step {
        match self.rev {
            Some(told) if self.heard > told && !self.filling => {
                self.filling = true;
                Step::Fill
            }
            _ => Step::Done,
        }
    }

    fn deliver(&self, event: &Event, core: &Core, rev: i64) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_says_where_it_began_to_count_to_a_reader_who_saw_less() {
        let mut room = Room::default();
        assert_eq!(room.opened(5), (5, Step::Done));
        assert_eq!(
            room.opened(3),
            (5, Step::Done),
            "4 and 5 were delivered to nobody"
        );
        assert_eq!(room.opened(9), (5, Step::Done));
    }

    #[test]
    fn what_was_heard_of_before_the_room_opened_is_read() {
        let mut room = Room::default();
        assert_eq!(room.behind(7), Step::Done);
        assert_eq!(room.opened(5), (5, Step::Fill));
    }
}

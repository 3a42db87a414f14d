//! Who is connected, and what waits to be sent to them.

mod send_queue;

pub use send_queue::SendQueue;

use crate::serializer::Serializer;
use chat::access::Ended;
use entity::{ConversationId, MessageId};
use kernel::actor::Actor;
use kernel::event::Event;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Somebody who is connected: by a socket, or signed in on a Socket.IO session.
pub trait Connected: Send + Sync {
    /// As whom they were let in.
    fn actor(&self) -> &Actor;
    /// Where; none: wherever they may see something.
    fn conversation(&self) -> Option<ConversationId>;
    /// Disconnects them. Never waits.
    fn end(&self, why: Ended);
}

/// The client of one socket.
pub struct Client {
    /// Unique in this process.
    pub id: u64,
    pub serializer: &'static dyn Serializer,
    /// Which of the dialect's viewers this is: an event is encoded once for each.
    pub class: u8,
    pub actor: Actor,
    /// None: an inbox.
    pub conversation: Option<ConversationId>,
    /// Its other name, where it has one: `TKT-…`, `chat-…`.
    pub alias: Option<Arc<str>>,
    /// Messages up to this `seq` were said before the person's time; 0: none were.
    pub hidden: i64,
    pub send_queue: SendQueue,
    /// Questions whose answers this client takes from elsewhere.
    pub answered_elsewhere: AnsweredElsewhere,
}

impl Client {
    /// Whether an event in a conversation that this person sees is for them.
    pub fn may_see(&self, event: &Event) -> bool {
        let in_time = event.seq().is_none_or(|seq| seq > self.hidden);
        in_time
            && (self.actor.is_staff() || !event.is_for_staff())
            && !self.answered_elsewhere.is_answer(event)
    }
}

/// Questions to the bot whose answers a client takes from a request.
#[derive(Default)]
pub struct AnsweredElsewhere(Mutex<VecDeque<MessageId>>);

/// Questions that are kept: a client waits for the answer to its newest.
const MAX_QUESTIONS: usize = 16;

impl AnsweredElsewhere {
    /// The answer to this question is not for the socket.
    pub fn add(&self, question: MessageId) {
        let mut questions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if questions.len() == MAX_QUESTIONS {
            questions.pop_front();
        }
        questions.push_back(question);
    }

    /// Takes over what another one holds.
    pub fn take_over(&self, other: &Self) {
        let questions = other.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        questions.into_iter().for_each(|question| self.add(question));
    }

    fn is_answer(&self, event: &Event) -> bool {
        let Event::MessageSent { message } = event else {
            return false;
        };
        message.in_reply_to.is_some_and(|question| {
            let questions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            questions.contains(&question)
        })
    }
}

impl Connected for Client {
    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn conversation(&self) -> Option<ConversationId> {
        self.conversation
    }

    fn end(&self, why: Ended) {
        self.send_queue.close(why.into());
    }
}

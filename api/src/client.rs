//! Who is connected, and what waits to be sent to them.

mod send_queue;

pub use send_queue::SendQueue;

use crate::serializer::Serializer;
use chat::access::Ended;
use entity::{ConversationId, MessageId, SessionId};
use kernel::actor::Actor;
use kernel::event::Event;
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;

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
    /// Which answers are taken from requests.
    pub claims: Arc<Claims>,
}

impl Client {
    /// Whether an event in a conversation that this person sees is for them.
    pub fn may_see(&self, event: &Event) -> bool {
        let in_time = event.seq().is_none_or(|seq| seq > self.hidden);
        in_time
            && (self.actor.is_staff() || !event.is_for_staff())
            && !(self.serializer.takes_answers_by_rest() && self.claims.cover(self.actor.session, event))
    }
}

/// Whose answers are taken from requests: a sign-in, and the question. Kept for a while, and of the newest only.
pub struct Claims(Cache<(SessionId, MessageId), ()>);

/// How long a claim is kept: longer than a request waits for the bot.
const CLAIMED: Duration = Duration::from_secs(5 * 60);
/// How many claims are kept.
const MAX_CLAIMS: u64 = 100_000;

impl Default for Claims {
    fn default() -> Self {
        let claims = Cache::builder().time_to_live(CLAIMED).max_capacity(MAX_CLAIMS);
        Self(claims.build())
    }
}

impl Claims {
    /// The client of this sign-in takes the answer to this question from a request.
    pub fn add(&self, session: SessionId, question: MessageId) {
        self.0.insert((session, question), ());
    }

    /// Whether an event is an answer that this sign-in takes from a request.
    fn cover(&self, session: Option<SessionId>, event: &Event) -> bool {
        let Event::MessageSent { message } = event else {
            return false;
        };
        let claim = session.zip(message.in_reply_to);
        claim.is_some_and(|claim| self.0.contains_key(&claim))
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

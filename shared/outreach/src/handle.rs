//! What the functions of this crate take first.

use crate::push::Signer;
use crate::webhooks::EndpointCache;
use chat::Chat;
use kernel::error::Result;
use kernel::event::Event;
use std::ops::Deref;
use std::sync::Arc;

/// Conversations, and what reaches the outside; cheap to clone.
#[derive(Clone)]
pub struct Outreach(Arc<Inner>);

/// The parts of [`Outreach`].
pub struct Inner {
    chat: Chat,
    pub(crate) endpoints: EndpointCache,
    /// Web Push; none where there is no key.
    pub(crate) push: Option<Signer>,
}

impl Deref for Outreach {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Chat;

    fn deref(&self) -> &Chat {
        &self.chat
    }
}

impl Outreach {
    /// `endpoints` is what the webhooks' handler of facts looks at.
    ///
    /// # Errors
    ///
    /// A key for Web Push that cannot be read.
    pub fn open(chat: Chat, endpoints: EndpointCache) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            push: Signer::load(&chat.settings)?,
            endpoints,
            chat,
        })))
    }

    /// Forgets what an event makes stale.
    pub fn on_event(&self, event: &Event) {
        self.endpoints.on_event(event);
    }
}

//! What the functions of this crate take first.

use crate::attachments::Looked;
use crate::facts::Features;
use crate::presence::{self, Presence};
use crate::scope::Scopes;
use crate::stats::Stats;
use crate::watchers::Watchers;
use crate::writer::{MessageRule, Writer, WriterDeps};
use accounts::Accounts;
use entity::job;
use kernel::error::Result;
use kernel::event::Event;
use kernel::fact::Fact;
use markup::Renderer;
use platform::Platform;
use std::ops::Deref;
use std::sync::Arc;

/// Accounts, and what conversations need; cheap to clone.
#[derive(Clone)]
pub struct Chat(Arc<Inner>);

/// The parts of [`Chat`].
pub struct Inner {
    accounts: Accounts,
    /// Who waits for a change in a conversation.
    pub watchers: Watchers,
    /// Who has a socket in which conversation.
    pub presence: Presence,
    /// How many sockets there are, for the dialects that show it.
    pub stats: Stats,
    /// Makes HTML of texts that are written.
    pub markdown: Renderer,
    /// Who follows what is stored.
    pub features: Features,
    /// How far the file store was compared with the table.
    pub(crate) looked: Looked,
    pub(crate) writer: Writer,
    /// Who may see which conversation, remembered for a few seconds.
    pub scopes: Scopes,
}

impl Deref for Chat {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Accounts;

    fn deref(&self) -> &Accounts {
        &self.accounts
    }
}

impl Chat {
    /// Starts the writer. `features` follow what is stored, `message_rule` is what a message means for its conversation.
    pub fn open(accounts: Accounts, features: Features, message_rule: Arc<dyn MessageRule>) -> Self {
        let deps = WriterDeps {
            platform: Platform::clone(&accounts),
            features: features.clone(),
            message_rule,
        };
        let chat = Self(Arc::new(Inner {
            presence: Presence::open(accounts.instances.clone()),
            stats: Stats::open(accounts.instances.clone()),
            watchers: Watchers::default(),
            markdown: Renderer::default(),
            looked: Looked::default(),
            writer: Writer::start(&deps),
            scopes: Scopes::default(),
            features,
            accounts,
        }));
        let weak = Arc::downgrade(&chat.0);
        chat.bus.listen_to_others(Box::new(move |event| {
            if let Some(inner) = weak.upgrade() {
                presence::on_event(&Self(inner), event);
            }
        }));
        chat
    }

    /// Forgets what an event makes stale.
    pub fn on_event(&self, event: &Event) {
        self.scopes.on_event(event);
    }

    /// The rows of the jobs that follow a fact, to be stored with it. Ask before the transaction is begun: it may take a
    /// connection.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn jobs_for(&self, fact: Fact) -> Result<Vec<job::ActiveModel>> {
        let handlers = self.features.handlers(&self.db).await?;
        Ok(handlers.jobs_for(&[fact], self.clock.now())?)
    }
}

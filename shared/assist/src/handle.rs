//! What the functions of this crate take first.

use crate::knowledge::Shelf;
use crate::meaning::EmbeddingModel;
use crate::replies::BotReplier;
use chat::Chat;
use kernel::error::Result;
use std::ops::Deref;
use std::sync::Arc;

/// Conversations, and what finds the bot's answers; cheap to clone.
#[derive(Clone)]
pub struct Assist(Arc<Inner>);

/// The parts of [`Assist`].
pub struct Inner {
    chat: Chat,
    pub(crate) replier: BotReplier,
    pub(crate) shelf: Shelf,
    pub(crate) model: EmbeddingModel,
}

impl Deref for Assist {
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

impl Assist {
    /// Chooses what finds answers: the language model that the settings name, else the knowledge base alone.
    ///
    /// # Errors
    ///
    /// A model's address that cannot be used.
    pub fn open(chat: Chat) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            replier: BotReplier::open(&chat.settings)?,
            shelf: Shelf::default(),
            model: EmbeddingModel::new(chat.settings.embeddings.clone()),
            chat,
        })))
    }
}

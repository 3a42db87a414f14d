//! What the functions of this crate take first.

use crate::bot_account::BotAccount;
use crate::tokens::{Keys, Sessions};
use crate::users::Passwords;
use kernel::error::{Error, Result};
use kernel::event::Event;
use platform::Platform;
use platform::limits::Limits;
use std::ops::Deref;
use std::sync::Arc;

/// The platform, and what is known of people; cheap to clone.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

/// The parts of [`Accounts`].
pub struct Inner {
    platform: Platform,
    /// What tokens are signed with.
    pub keys: Keys,
    /// How much one person, or one address, may do.
    pub limits: Limits,
    /// Whom the bot's messages are from.
    pub bot: BotAccount,
    pub(crate) sessions: Sessions,
    /// Hashes passwords, and checks them, a few at a time.
    pub passwords: Passwords,
}

impl Deref for Accounts {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.platform
    }
}

impl Accounts {
    /// Takes the keys from the settings, or from the data directory on the embedded profile.
    ///
    /// # Errors
    ///
    /// A secret that is missing or too short; an address of Redis that is malformed.
    pub fn open(platform: Platform) -> Result<Self> {
        let keys = Keys::load(&platform.settings)?;
        Ok(Self(Arc::new(Inner {
            limits: Limits::open(&platform.settings, keys.proofs())?,
            bot: BotAccount::default(),
            sessions: Sessions::default(),
            passwords: Passwords::start().map_err(Error::internal)?,
            keys,
            platform,
        })))
    }

    /// Forgets what an event makes stale.
    pub fn on_event(&self, event: &Event) {
        self.sessions.on_event(event);
    }
}

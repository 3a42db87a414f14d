//! The core: what every service function takes first.

use crate::backends::bus::Bus;
use crate::backends::files::Files;
use crate::backends::queue::Queues;
use crate::clock::Clock;
use crate::conversations::Scopes;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::limits::Limits;
use crate::markdown::Renderer;
use crate::outside::Outside;
use crate::presence::Presence;
use crate::replies::Bot;
use crate::settings::Settings;
use crate::stats::Stats;
use crate::store::db::Db;
use crate::store::outbox::{self, Enqueued};
use crate::store::writer::{Desk, Writer};
use crate::tokens::{Keys, Sessions};
use crate::users::Passwords;
use crate::watchers::Watchers;
use crate::webhooks::Listeners;
use std::ops::Deref;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Everything that the application needs to do its work; cheap to clone.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

/// The core's parts.
pub struct Inner {
    pub settings: Settings,
    pub clock: Clock,
    pub db: Db,
    pub bus: Bus,
    pub queues: Queues,
    pub files: Files,
    pub keys: Keys,
    pub bot: Bot,
    /// Fires when the process is to end.
    pub shutdown: CancellationToken,
    pub watchers: Watchers,
    pub presence: Presence,
    /// Makes HTML of texts that are written.
    pub markdown: Renderer,
    pub limits: Limits,
    /// For addresses that users give.
    pub outside: Outside,
    pub(crate) webhooks: Listeners,
    /// Web Push; none where there is no key.
    pub(crate) push: Option<crate::push::Signer>,
    pub stats: Stats,
    pub(crate) writer: Writer,
    pub(crate) scopes: Scopes,
    pub(crate) sessions: Sessions,
    pub(crate) passwords: Passwords,
}

impl Deref for Core {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Core {
    /// Connects to everything that the settings name. Applies migrations where they are on.
    pub async fn open(settings: Settings, clock: Clock, shutdown: CancellationToken) -> Result<Self> {
        if settings.database_url.starts_with("sqlite:") || settings.storage_url.starts_with("file:") {
            crate::secrets::private_dir(&settings.data_dir)?;
        }
        let files = Files::open(&settings.storage_url).map_err(Error::internal)?;
        Self::open_with(settings, clock, shutdown, files).await
    }

    /// The same with a file store that is open already.
    pub(crate) async fn open_with(
        settings: Settings,
        clock: Clock,
        shutdown: CancellationToken,
        files: Files,
    ) -> Result<Self> {
        let db = Db::connect(&settings.database_url).await?;
        if settings.migrate {
            db.migrate().await?;
        }
        let (bus, queues) = match &settings.redis_url {
            None => (Bus::memory(), Queues::memory()),
            Some(url) => (
                Bus::redis(url, &settings.redis_prefix, shutdown.clone()).map_err(Error::internal)?,
                Queues::redis(url, &settings.redis_prefix)
                    .await
                    .map_err(|error| {
                        tracing::error!(%error, "cannot reach Redis");
                        Error::Unavailable("Redis does not answer".into())
                    })?,
            ),
        };
        let keys = Keys::load(&settings)?;
        Self::assemble(settings, clock, shutdown, db, (bus, queues), files, keys).await
    }

    async fn assemble(
        settings: Settings,
        clock: Clock,
        shutdown: CancellationToken,
        db: Db,
        (bus, queues): (Bus, Queues),
        files: Files,
        keys: Keys,
    ) -> Result<Self> {
        let desk = Desk {
            db: db.clone(),
            bus: bus.clone(),
            queues: queues.clone(),
            has_model: settings.llm.is_some(),
            clock: clock.clone(),
            webhooks: Listeners::default(),
        };
        let core = Self(Arc::new(Inner {
            presence: Presence::open(&settings)?,
            push: crate::push::Signer::load(&settings)?,
            limits: Limits::open(&settings)?,
            outside: Outside::open(&settings, &clock),
            stats: Stats::open(&settings)?,
            bot: Bot::open(&settings, &db, &clock).await?,
            writer: Writer::start(&desk),
            webhooks: desk.webhooks,
            watchers: Watchers::default(),
            markdown: Renderer::default(),
            scopes: Scopes::default(),
            sessions: Sessions::default(),
            passwords: Passwords::default(),
            settings,
            clock,
            db,
            bus,
            queues,
            files,
            keys,
            shutdown,
        }));
        let weak = Arc::downgrade(&core.0);
        core.bus.listen(Box::new(move |event| {
            if let Some(inner) = weak.upgrade() {
                inner.hear(event);
            }
        }));
        Ok(core)
    }

    /// Hands stored intents to the transport without waiting for it.
    pub(crate) fn push_jobs(&self, jobs: Vec<Enqueued>) {
        outbox::push(&self.queues, jobs);
    }

    /// Whether the bot has a language model to ask.
    pub fn has_model(&self) -> bool {
        self.settings.llm.is_some()
    }

    /// Whether the parts that requests need answer: the database, and Redis and the file store where there are any.
    pub async fn check(&self) -> Vec<(&'static str, Result<()>)> {
        let mut checks = vec![("database", self.db.ping().await.map_err(Error::from))];
        if self.bus.is_shared() {
            checks.push(("redis", self.presence.ping().await));
        }
        let files = self.files.check().await;
        checks.push((
            "files",
            files.map_err(|_| Error::Unavailable("The file store does not answer".into())),
        ));
        checks
    }
}

impl Inner {
    /// Cached copies that an event makes stale go first, then whoever waits is woken.
    fn hear(&self, event: &Event) {
        self.scopes.hear(event);
        self.sessions.hear(event);
        self.webhooks.hear(event);
        self.watchers.hear(event);
    }
}

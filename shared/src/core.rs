//! The core: what every service function takes first.

use crate::attachments::Looked;
use crate::conversations::Scopes;
use crate::desk;
use crate::facts::Features;
use crate::follow_ups;
use crate::presence::{self, Presence};
use crate::replies::Bot;
use crate::stats::Stats;
use crate::store::outbox::{self, Enqueued};
use crate::store::writer::{Writer, WriterDeps};
use crate::tokens::{Keys, Sessions};
use crate::users::Passwords;
use crate::watchers::Watchers;
use crate::webhooks::EndpointCache;
use entity::job;
use kernel::clock::Clock;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::fact::Fact;
use kernel::settings::Settings;
use markup::Renderer;
use platform::bus::Bus;
use platform::db::Db;
use platform::files::Files;
use platform::instances::Instances;
use platform::limits::Limits;
use platform::outbound_http::OutboundHttp;
use platform::queue::Queues;
use platform::redis_link::RedisLink;
use platform::uploads::Uploads;
use std::ops::Deref;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a start waits to see whether the database can be used.
const FIRST_TRY: Duration = Duration::from_secs(3);
/// The pause between tries to get a database ready.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// How often the database's clock is compared with this machine's.
const MEASURE: Duration = Duration::from_secs(5);

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
    pub outside: OutboundHttp,
    pub(crate) webhooks: EndpointCache,
    /// Who follows what is stored.
    pub features: Features,
    /// Web Push; none where there is no key.
    pub(crate) push: Option<crate::push::Signer>,
    pub stats: Stats,
    pub uploads: Uploads,
    /// How far the file store was compared with the table.
    pub(crate) looked: Looked,
    redis: Option<Arc<RedisLink>>,
    /// What nobody waits for and the process must not end without.
    tasks: TaskTracker,
    pub(crate) writer: Writer,
    pub(crate) scopes: Scopes,
    pub(crate) sessions: Sessions,
    pub(crate) passwords: Passwords,
}

/// The ways to the other processes.
struct Links {
    redis: Option<Arc<RedisLink>>,
    bus: Bus,
    queues: Queues,
}

impl Links {
    /// Where there is a Redis it may come later: the link keeps trying.
    fn open(settings: &Settings) -> Result<Self> {
        let Some(url) = &settings.redis_url else {
            return Ok(Self {
                redis: None,
                bus: Bus::memory(),
                queues: Queues::memory(),
            });
        };
        let link = Arc::new(RedisLink::open(url).map_err(Error::internal)?);
        let prefix = &settings.redis_prefix;
        Ok(Self {
            bus: Bus::redis(link.clone(), prefix),
            queues: Queues::over(&link, prefix),
            redis: Some(link),
        })
    }
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
        let files = Self::files(&settings)?;
        Self::open_with(settings, clock, shutdown, files).await
    }

    fn files(settings: &Settings) -> Result<Files> {
        if settings.database_url.starts_with("sqlite:") || settings.storage_url.starts_with("file:") {
            kernel::secrets::private_dir(&settings.data_dir)?;
        }
        Files::open(&settings.storage_url).map_err(Error::internal)
    }

    /// The same with a file store that is open already.
    pub(crate) async fn open_with(
        settings: Settings,
        clock: Clock,
        shutdown: CancellationToken,
        files: Files,
    ) -> Result<Self> {
        let db = Db::connect(&settings.database_url).await?;
        let core = Self::link(settings, clock, shutdown, files, db).await?;
        core.prepare().await?;
        Ok(core)
    }

    /// As [`Self::open`] for a process that outlives its database: where Postgres does not answer the core is returned all
    /// the same. It refuses what needs the database ([`Error::Unavailable`]), goes on trying, and is whole by itself within
    /// two seconds of the database's coming.
    ///
    /// # Errors
    ///
    /// A malformed setting; a database that answers and cannot be used, such as one whose schema is behind.
    pub async fn start(settings: Settings, clock: Clock, shutdown: CancellationToken) -> Result<Self> {
        if settings.database_url.starts_with("sqlite:") {
            return Self::open(settings, clock, shutdown).await;
        }
        let files = Self::files(&settings)?;
        let db = Db::prepare(&settings.database_url).await?;
        let core = Self::link(settings, clock, shutdown, files, db).await?;
        let (first, outcome) = oneshot::channel();
        tokio::spawn(core.clone().keep_preparing(first));
        match tokio::time::timeout(FIRST_TRY, outcome).await {
            Ok(Ok(Err(error))) => {
                core.shutdown.cancel();
                Err(error)
            }
            _ => Ok(core),
        }
    }

    /// Makes what requests need until it is there. The first try's error that is not an outage goes to who waits for it.
    async fn keep_preparing(self, first: oneshot::Sender<Result<()>>) {
        let mut first = Some(first);
        loop {
            let outcome = tokio::select! {
                () = self.shutdown.cancelled() => return,
                outcome = self.prepare() => outcome,
            };
            match outcome {
                Ok(()) => {
                    tracing::info!("the database is ready");
                    return;
                }
                Err(error @ Error::Unavailable(_)) => tracing::warn!(%error, "not ready; trying again"),
                Err(error) => match first.take() {
                    Some(first) => {
                        // who waited may be gone by now: it took too long
                        if first.send(Err(error)).is_ok() {
                            return;
                        }
                    }
                    None => {
                        let error = kernel::error::explained(error);
                        tracing::error!(error = format!("{error:#}"), "not ready; trying again");
                    }
                },
            }
            first = None;
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                () = tokio::time::sleep(TRY_AGAIN) => {}
            }
        }
    }

    /// Makes or checks what requests need of the database, and lets them in.
    async fn prepare(&self) -> Result<()> {
        let db = self.db.unguarded();
        if self.settings.migrate {
            db.migrate().await?;
        } else {
            db.require_current().await?;
        }
        db.measure(&self.clock).await?;
        self.bot.prepare(&db, self.clock.now()).await?;
        self.db.admit();
        Ok(())
    }

    async fn link(
        settings: Settings,
        clock: Clock,
        shutdown: CancellationToken,
        files: Files,
        db: Db,
    ) -> Result<Self> {
        let clock = db.clock(clock);
        let links = Links::open(&settings)?;
        let keys = Keys::load(&settings)?;
        Self::assemble(settings, clock, shutdown, db, links, files, keys)
    }

    fn assemble(
        settings: Settings,
        clock: Clock,
        shutdown: CancellationToken,
        db: Db,
        Links { redis, bus, queues }: Links,
        files: Files,
        keys: Keys,
    ) -> Result<Self> {
        let instances = redis.as_ref().map(|link| {
            let instances = Instances::new(link.clone(), &settings.redis_prefix);
            Arc::new(instances)
        });
        let webhooks = EndpointCache::default();
        let features = follow_ups::features(webhooks.clone(), settings.llm.is_some());
        let deps = WriterDeps {
            tasks: TaskTracker::new(),
            db: db.clone(),
            bus: bus.clone(),
            queues: queues.clone(),
            clock: clock.clone(),
            features: features.clone(),
            message_rule: Arc::new(desk::MessageRule),
        };
        let core = Self(Arc::new(Inner {
            presence: Presence::open(instances.clone()),
            push: crate::push::Signer::load(&settings)?,
            limits: Limits::open(&settings, keys.proofs())?,
            outside: OutboundHttp::open(&settings, &clock),
            stats: Stats::open(instances),
            tasks: deps.tasks.clone(),
            redis,
            bot: Bot::open(&settings)?,
            writer: Writer::start(&deps),
            webhooks,
            features,
            watchers: Watchers::default(),
            looked: Looked::default(),
            uploads: Uploads::new(&settings.data_dir),
            markdown: Renderer::default(),
            scopes: Scopes::default(),
            sessions: Sessions::default(),
            passwords: Passwords::start().map_err(Error::internal)?,
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
        let weak = Arc::downgrade(&core.0);
        core.bus.listen_to_others(Box::new(move |event| {
            if let Some(inner) = weak.upgrade() {
                presence::hear(&Self(inner), event);
            }
        }));
        tokio::spawn(follow(Arc::downgrade(&core.0)));
        Ok(core)
    }

    /// Hands stored intents to the transport without waiting for it.
    pub(crate) fn push_jobs(&self, jobs: Vec<Enqueued>) {
        outbox::push(&self.queues, &self.tasks, jobs);
    }

    /// The rows of the jobs that follow a fact, to be stored with it. Ask before the transaction is begun: it may take a
    /// connection.
    pub(crate) async fn jobs_for(&self, fact: Fact) -> Result<Vec<job::ActiveModel>> {
        let handlers = self.features.handlers(&self.db).await?;
        Ok(handlers.jobs_for(&[fact], self.clock.now())?)
    }

    /// Whether the bot has a language model to ask.
    pub fn has_model(&self) -> bool {
        self.settings.llm.is_some()
    }

    /// Whether the parts answer: the database, and Redis and the file store where there are any. Answers within
    /// [`PART`], whatever they do.
    pub async fn check(&self) -> Vec<(&'static str, Result<()>)> {
        let database = async {
            let checked = timeout(PART, self.db.check()).await;
            let missing = |why| Error::Unavailable(format!("The database {why}"));
            match checked {
                Ok(checked) => checked.map_err(|error| missing(format!("cannot be used: {error}"))),
                Err(_) => Err(missing("does not answer".into())),
            }
        };
        let redis = async {
            match &self.redis {
                Some(link) => Some(part("Redis does not answer", link.ping()).await),
                None => None,
            }
        };
        let files = part("The file store does not answer", self.files.check());
        let (database, redis, files) = tokio::join!(database, redis, files);
        let mut checks = vec![("database", database)];
        checks.extend(redis.map(|redis| ("redis", redis)));
        checks.push(("files", files));
        checks
    }

    /// Ends what outlives the shutdown, when nothing works any more: what waits for Redis is handed over, a few seconds
    /// at most, and the database is closed. The process ends after it.
    pub async fn close(&self) {
        presence::retire(self).await;
        self.tasks.close();
        if timeout(LAST, self.tasks.wait()).await.is_err() {
            tracing::warn!("the last jobs did not reach the queue; the reconciler finds them");
        }
        self.bus.close().await;
        if let Err(error) = self.db.close().await {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
    }
}

/// The longest that a part may take to say that it is there.
pub const PART: Duration = Duration::from_millis(1500);
/// How long the end of a process waits for what it handed over.
const LAST: Duration = Duration::from_secs(3);

async fn part<T, E: std::fmt::Display>(
    missing: &str,
    check: impl Future<Output = std::result::Result<T, E>>,
) -> Result<()> {
    let why = match timeout(PART, check).await {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {PART:?}"),
    };
    tracing::debug!(why, "{missing}");
    Err(Error::Unavailable(missing.to_owned()))
}

/// Keeps a clock that follows the database's right, as long as the core lives.
async fn follow(core: Weak<Inner>) {
    loop {
        tokio::time::sleep(MEASURE).await;
        let Some(core) = core.upgrade() else { return };
        if core.shutdown.is_cancelled() {
            return;
        }
        // what is known holds until the database answers again
        if let Err(error) = core.db.measure(&core.clock).await {
            tracing::debug!(%error, "the database's clock was not read");
        }
    }
}

impl Inner {
    /// Cached copies that an event makes stale go first, then whoever waits is woken.
    fn hear(&self, event: &Event) {
        self.scopes.hear(event);
        self.sessions.hear(event);
        self.webhooks.on_event(event);
        self.watchers.hear(event);
    }
}

//! What every feature stands on, opened once for a process.

use crate::bus::Bus;
use crate::db::Db;
use crate::files::Files;
use crate::instances::Instances;
use crate::job_store::{self, DeadJobs, Enqueued};
use crate::mail::Mailer;
use crate::outbound_http::OutboundHttp;
use crate::queue::Queues;
use crate::redis_link::RedisLink;
use crate::supervisor::Supervisor;
use crate::uploads::Uploads;
use kernel::clock::Clock;
use kernel::error::{Error, Result};
use kernel::settings::Settings;
use std::ops::Deref;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often the database's clock is compared with this machine's.
const MEASURE: Duration = Duration::from_secs(5);
/// The longest that a part may take to say that it is there.
pub const PART: Duration = Duration::from_millis(1500);
/// How long the end of a process waits for what it handed over.
const LAST: Duration = Duration::from_secs(3);

/// The database, the bus, the queues and all else that features stand on; cheap to clone.
#[derive(Clone)]
pub struct Platform(Arc<Inner>);

/// The platform's parts.
pub struct Inner {
    /// What the operator set.
    pub settings: Settings,
    /// The time, as the database has it.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// Events, on every instance.
    pub bus: Bus,
    /// The ways by which jobs reach workers.
    pub queues: Queues,
    /// The file store.
    pub files: Files,
    /// HTTP to addresses that users give: webhooks, Web Push.
    pub outbound: OutboundHttp,
    /// Mails to people.
    pub mail: Mailer,
    /// Uploads under way.
    pub uploads: Uploads,
    /// Fires when the process is to end.
    pub shutdown: CancellationToken,
    /// Tasks that no caller waits for, and that the process finishes before it ends.
    pub tasks: TaskTracker,
    /// Loops that must not end while the process lives.
    pub supervisor: Supervisor,
    /// The instances' heartbeats in Redis; none where there is only this process.
    pub instances: Option<Arc<Instances>>,
    /// Notifies admins of jobs that were given up.
    pub(crate) dead_jobs: Arc<dyn DeadJobs>,
    redis: Option<Arc<RedisLink>>,
}

impl Deref for Platform {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
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

impl Platform {
    /// Puts it together. Redis may come later; the database is used once it is [`Self::prepare`]d.
    ///
    /// # Errors
    ///
    /// A malformed address of Redis, or of the mail server.
    pub fn open(
        settings: Settings,
        clock: Clock,
        shutdown: CancellationToken,
        files: Files,
        db: Db,
        dead_jobs: Arc<dyn DeadJobs>,
    ) -> Result<Self> {
        let clock = db.clock(clock);
        let Links { redis, bus, queues } = Links::open(&settings)?;
        let instances = redis.as_ref().map(|link| {
            let instances = Instances::new(link.clone(), &settings.redis_prefix);
            Arc::new(instances)
        });
        let platform = Self(Arc::new(Inner {
            mail: Mailer::open(&settings)?,
            outbound: OutboundHttp::open(&settings, &clock),
            uploads: Uploads::new(&settings.data_dir),
            tasks: TaskTracker::new(),
            supervisor: Supervisor::default(),
            settings,
            clock,
            db,
            bus,
            queues,
            files,
            shutdown,
            instances,
            dead_jobs,
            redis,
        }));
        tokio::spawn(follow_clock(Arc::downgrade(&platform.0)));
        Ok(platform)
    }

    /// The file store that the settings name.
    ///
    /// # Errors
    ///
    /// A malformed address, a directory that cannot be made.
    pub fn open_files(settings: &Settings) -> Result<Files> {
        if settings.database_url.starts_with("sqlite:") || settings.storage_url.starts_with("file:") {
            kernel::secrets::private_dir(&settings.data_dir)?;
        }
        Files::open(&settings.storage_url).map_err(Error::internal)
    }

    /// Brings the schema up to date, or checks that it is, and reads the database's clock.
    ///
    /// # Errors
    ///
    /// The database does not answer, or its schema is behind where `MIGRATE=off`.
    pub async fn prepare(&self) -> Result<()> {
        let db = self.db.unguarded();
        if self.settings.migrate {
            db.migrate().await?;
        } else {
            db.require_current().await?;
        }
        db.measure(&self.clock).await
    }

    /// Hands stored jobs to the transport without waiting for it.
    pub fn push_jobs(&self, jobs: Vec<Enqueued>) {
        job_store::push(&self.queues, &self.tasks, jobs);
    }

    /// Whether there is a language model to ask.
    pub fn has_model(&self) -> bool {
        self.settings.llm.is_some()
    }

    /// Whether the parts answer: the database, and Redis and the file store where there are any, and the loops that
    /// fail again and again. Answers within [`PART`], whatever they do.
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
        checks.extend(self.supervisor.check());
        checks
    }

    /// Ends what outlives the shutdown, when nothing works any more: what waits for Redis is handed over, a few seconds
    /// at most, and the database is closed. The process ends after it.
    pub async fn close(&self) {
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

/// Keeps a clock that follows the database's right, as long as the platform lives.
async fn follow_clock(platform: Weak<Inner>) {
    loop {
        tokio::time::sleep(MEASURE).await;
        let Some(platform) = platform.upgrade() else {
            return;
        };
        if platform.shutdown.is_cancelled() {
            return;
        }
        // what is known holds until the database answers again
        if let Err(error) = platform.db.measure(&platform.clock).await {
            tracing::debug!(%error, "the database's clock was not read");
        }
    }
}

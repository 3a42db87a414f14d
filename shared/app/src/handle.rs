//! The whole application, opened once for a process.

use crate::follow_ups;
use accounts::Accounts;
use assist::Assist;
use chat::{Chat, presence};
use desk::notifications::DeadJobAlerts;
use desk::work;
use kernel::clock::Clock;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::settings::Settings;
use outreach::Outreach;
use outreach::webhooks::EndpointCache;
use platform::Platform;
use platform::db::Db;
use platform::files::Files;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// How long a start waits to see whether the database can be used.
const FIRST_TRY: Duration = Duration::from_secs(3);
/// The pause between tries to get a database ready.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// One handle for each feature crate; cheap to clone. What takes a [`Chat`], [`Accounts`] or [`Platform`] takes it as it is.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// The application's parts.
pub struct Inner {
    chat: Chat,
    /// The bot at work.
    pub assist: Assist,
    /// Webhooks, Web Push, notifications of messages.
    pub outreach: Outreach,
}

impl Deref for App {
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

impl App {
    /// Connects to everything that the settings name. Applies migrations where they are on.
    ///
    /// # Errors
    ///
    /// A malformed setting; a database that cannot be used.
    pub async fn open(settings: Settings, clock: Clock, shutdown: CancellationToken) -> Result<Self> {
        let files = Platform::open_files(&settings)?;
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
        let alerts = Arc::new(DeadJobAlerts);
        let app = Self::assemble(Platform::open(settings, clock, shutdown, files, db, alerts)?)?;
        app.prepare().await?;
        Ok(app)
    }

    /// As [`Self::open`] for a process that outlives its database: where Postgres does not answer the application is
    /// returned all the same. It refuses what needs the database ([`Error::Unavailable`]), goes on trying, and is whole by
    /// itself within two seconds of the database's coming.
    ///
    /// # Errors
    ///
    /// A malformed setting; a database that answers and cannot be used, such as one whose schema is behind.
    pub async fn start(settings: Settings, clock: Clock, shutdown: CancellationToken) -> Result<Self> {
        if settings.database_url.starts_with("sqlite:") {
            return Self::open(settings, clock, shutdown).await;
        }
        let files = Platform::open_files(&settings)?;
        let db = Db::prepare(&settings.database_url).await?;
        let alerts = Arc::new(DeadJobAlerts);
        let app = Self::assemble(Platform::open(settings, clock, shutdown, files, db, alerts)?)?;
        let (first, outcome) = oneshot::channel();
        tokio::spawn(app.clone().keep_preparing(first));
        match tokio::time::timeout(FIRST_TRY, outcome).await {
            Ok(Ok(Err(error))) => {
                app.shutdown.cancel();
                Err(error)
            }
            _ => Ok(app),
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
        Platform::prepare(self).await?;
        self.bot.prepare(&self.db.unguarded(), self.clock.now()).await?;
        self.db.admit();
        Ok(())
    }

    /// Puts the features together: who follows what is stored, and who listens to events.
    fn assemble(platform: Platform) -> Result<Self> {
        let accounts = Accounts::open(platform)?;
        let endpoints = EndpointCache::default();
        let features = follow_ups::features(endpoints.clone(), accounts.has_model());
        let chat = Chat::open(accounts, features, Arc::new(work::MessageRule));
        let app = Self(Arc::new(Inner {
            assist: Assist::open(chat.clone())?,
            outreach: Outreach::open(chat.clone(), endpoints)?,
            chat,
        }));
        let weak = Arc::downgrade(&app.0);
        app.bus.listen(Box::new(move |event| {
            if let Some(inner) = weak.upgrade() {
                Self(inner).on_event(event);
            }
        }));
        Ok(app)
    }

    /// Cached copies that an event makes stale go first, then whoever waits is woken.
    fn on_event(&self, event: &Event) {
        Accounts::on_event(self, event);
        Chat::on_event(self, event);
        self.outreach.on_event(event);
        self.watchers.on_event(event);
    }

    /// Ends what outlives the shutdown, when nothing works any more; see [`Platform::close`].
    pub async fn close(&self) {
        presence::retire(self).await;
        Platform::close(self).await;
    }
}

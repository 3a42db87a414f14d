//! Ends what is no longer allowed: every few seconds, and whenever the bus is back, whoever is connected is looked at in
//! the database, all together; and so is everybody who has just subscribed, before they are sent anything. An event that
//! was lost, or that came between somebody's authentication and their subscription, is made up for here.

use crate::client::Connected;
use app::App;
use chat::access::{self, Ended};
use kernel::error::{Error, Result};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Lists who is connected in one way.
type Source = Box<dyn Fn() -> Vec<Arc<dyn Connected>> + Send + Sync>;

/// What is to be looked at, and who waits for the answer.
type Request = (Arc<dyn Connected>, Option<oneshot::Sender<Result<Option<Ended>>>>);

/// How often everybody who is connected is looked at: with the time that it takes, less than five seconds.
const TICK: Duration = Duration::from_secs(4);
/// When it is tried again after the database did not answer.
const RETRY: Duration = Duration::from_secs(1);
/// How long a look may take.
const LOOK_TIMEOUT: Duration = Duration::from_secs(5);
/// Requests that wait at most.
const WAITING: usize = 4096;
/// Requests that are answered by one look.
const TOGETHER: usize = 500;

/// Looks after everybody who is connected, in whichever way.
pub struct Revoker {
    app: App,
    sources: RwLock<Vec<Source>>,
    requests: mpsc::Sender<Request>,
    requested: Mutex<Option<mpsc::Receiver<Request>>>,
}

impl Revoker {
    /// One that looks after nobody yet.
    pub fn new(app: App) -> Self {
        let (requests, requested) = mpsc::channel(WAITING);
        Self {
            app,
            sources: RwLock::default(),
            requests,
            requested: Mutex::new(Some(requested)),
        }
    }

    /// Begins to look, until the core's shutdown.
    pub fn start(self: &Arc<Self>) {
        let requested = self
            .requested
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(requested) = requested {
            tokio::spawn(answer(self.clone(), requested));
            tokio::spawn(watch(self.clone()));
        }
    }

    /// Looks after those of one more source.
    pub fn add(&self, source: Source) {
        self.sources
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(source);
    }

    /// Whether somebody who has subscribed may not stay after all, by what is stored now. What is revoked from here on
    /// finds them among the subscribers.
    pub async fn confirm(&self, who: Arc<dyn Connected>) -> Result<Option<Ended>> {
        let (answer, answered) = oneshot::channel();
        let unavailable = || Error::Unavailable("The server is shutting down".into());
        self.requests
            .send((who, Some(answer)))
            .await
            .map_err(|_| unavailable())?;
        answered.await.map_err(|_| unavailable())?
    }

    /// Looks at somebody soon, because of something that happened; where too much happens, the next tick does.
    pub fn suspect(&self, who: Arc<dyn Connected>) {
        if self.requests.try_send((who, None)).is_err() {
            tracing::debug!("too much is to be looked at: the tick will");
        }
    }

    fn connected(&self) -> Vec<Arc<dyn Connected>> {
        let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner);
        sources.iter().flat_map(|source| source()).collect()
    }

    /// Looks at everybody. Tokens that have run out end without the database.
    async fn sweep(&self) -> Result<()> {
        let now = self.app.clock.now();
        let (expired, connected): (Vec<_>, Vec<_>) = self
            .connected()
            .into_iter()
            .partition(|who| access::has_expired(who.actor(), now));
        expired.iter().for_each(|who| who.end(Ended::Expired));
        if connected.is_empty() {
            return Ok(());
        }
        let facts = self.look(&connected).await?;
        for who in connected {
            if let Some(why) = facts.ended(who.actor(), who.conversation()) {
                metrics::counter!("switchboard_revocations_made_up_total").increment(1);
                who.end(why);
            }
        }
        Ok(())
    }

    async fn look(&self, connected: &[Arc<dyn Connected>]) -> Result<access::Facts> {
        let people = connected.iter().map(|who| (who.actor(), who.conversation()));
        timeout(LOOK_TIMEOUT, access::look(&self.app, people))
            .await
            .unwrap_or_else(|_| Err(Error::Unavailable("The database does not answer".into())))
    }
}

/// Looks at everybody at every tick, and when the bus is back: what was published meanwhile reached nobody here. While
/// the database does not answer nobody is ended: nothing can be said of anybody, and what they send is refused.
async fn watch(revoker: Arc<Revoker>) {
    let app = &revoker.app;
    let mut connections = app.bus.connections();
    let mut pause = TICK;
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            _ = connections.changed() => {}
            () = tokio::time::sleep(pause) => {}
        }
        pause = match revoker.sweep().await {
            Ok(()) => TICK,
            Err(error) => {
                tracing::warn!(%error, "who is connected could not be looked at");
                RETRY
            }
        };
    }
}

/// Answers requests, all that wait by one look, which begins after the last of them was made.
async fn answer(revoker: Arc<Revoker>, mut requested: mpsc::Receiver<Request>) {
    let mut requests = Vec::new();
    loop {
        let count = tokio::select! {
            () = revoker.app.shutdown.cancelled() => return,
            count = requested.recv_many(&mut requests, TOGETHER) => count,
        };
        if count == 0 {
            return;
        }
        let (people, answers): (Vec<_>, Vec<_>) = requests.drain(..).unzip();
        let facts = revoker.look(&people).await;
        for (who, answer) in people.into_iter().zip(answers) {
            let verdict = match &facts {
                Ok(facts) => Ok(facts.ended(who.actor(), who.conversation())),
                Err(error) => Err(Error::Unavailable(error.to_string())),
            };
            match answer {
                // whoever asked may have gone
                Some(answer) => drop(answer.send(verdict)),
                None => {
                    if let Ok(Some(why)) = verdict {
                        who.end(why);
                    }
                }
            }
        }
    }
}

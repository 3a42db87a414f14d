//! Takes tickets from the queue and runs the handler for each, through lost connections, panics and
//! shutdown.
//!
//! apalis runs one *session*: it ends for good at its first Redis error. This module opens the next one,
//! keeps the running handlers apart from the session so that a lost connection does not cut them off, and
//! counts them across sessions.

use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use apalis_core::backend::ext::BackendExt;
use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use apalis_core::error::WorkerError;
use apalis_core::layers::Service;
use apalis_core::task::Task;
use apalis_core::worker::builder::WorkerBuilder;
use apalis_core::worker::context::WorkerContext;
use apalis_core::worker::event::Event;
use apalis_core::worker::ext::event_listener::EventListenerExt;
use backon::{BackoffBuilder, ExponentialBuilder};
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{BoxStream, StreamExt};
use platform::queue::{Queue, QueueError, Ticket};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Interval, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::{CancellationToken, PollSemaphore};
use tokio_util::task::TaskTracker;
use tracing::{debug, error, warn};
use uuid::Uuid;

/// How long [`run`] waits for running handlers after shutdown.
pub const GRACE: Duration = Duration::from_secs(20);
/// How long acknowledgements may take after the last handler has ended.
const ACKNOWLEDGE: Duration = Duration::from_secs(2);
/// How often handled tickets are swept out of Redis.
const SWEEP: Duration = Duration::from_secs(10);

/// Why the transport did not end cleanly.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Handlers were still running when the grace was over; their leases run out and the reconciler starts
    /// them again.
    #[error("{running} job handlers were cut off at shutdown")]
    Abandoned {
        /// How many were cut off.
        running: usize,
    },
}

/// Runs `handler` for every ticket until `shutdown` fires; then takes no more and waits up to [`GRACE`] for
/// running ones.
///
/// `health` is true while the worker is registered with its queue and gets its answers.
pub async fn run<H, F>(
    queue: Queue,
    concurrency: usize,
    handler: H,
    shutdown: CancellationToken,
    health: Arc<AtomicBool>,
) -> Result<(), TransportError>
where
    H: Fn(Uuid) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    run_with_grace(queue, concurrency, GRACE, handler, shutdown, health).await
}

/// [`run`] with its own limit on how long shutdown may take.
pub async fn run_with_grace<H, F>(
    queue: Queue,
    concurrency: usize,
    grace: Duration,
    handler: H,
    shutdown: CancellationToken,
    health: Arc<AtomicBool>,
) -> Result<(), TransportError>
where
    H: Fn(Uuid) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let crew = Crew::new(handler, concurrency);
    let last = sessions(&queue, &crew, &shutdown, &health).await;
    health.store(false, Ordering::Relaxed);
    crew.running.close();
    if timeout(grace, wind_down(last, &queue, &crew.running))
        .await
        .is_ok()
    {
        return Ok(());
    }
    let running = crew.running.len();
    crew.cut_off.cancel();
    Err(TransportError::Abandoned { running })
}

/// Waits for the running handlers and for their acknowledgements.
///
/// apalis stops reading its own acknowledgements while it waits for them, so where several handlers end after the stop
/// the last of them never go through. The rows say that these jobs are done; what their tickets still hold is put back
/// into the queue, where the claim makes it harmless.
async fn wind_down(last: Option<Session>, queue: &Queue, running: &TaskTracker) {
    if let Some(session) = last {
        let worker = session.worker.clone();
        let all_done = async {
            running.wait().await;
            sleep(ACKNOWLEDGE).await;
        };
        tokio::select! {
            () = session.finish(queue) => {}
            () = all_done => leave(queue, &worker).await,
        }
    }
    running.wait().await;
}

/// Opens one session after another until shutdown, and returns the one that was open then.
async fn sessions<H, F>(
    queue: &Queue,
    crew: &Crew<H>,
    shutdown: &CancellationToken,
    health: &Arc<AtomicBool>,
) -> Option<Session>
where
    H: Fn(Uuid) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let mut delays = backoff();
    let mut failed: Option<WorkerContext> = None;
    loop {
        let opened = tokio::select! {
            biased;
            () = shutdown.cancelled() => return None,
            opened = Session::open(queue, crew, health) => opened,
        };
        match opened {
            Ok(mut session) => {
                if let Some(worker) = failed.take() {
                    retire(queue, &worker).await;
                }
                match session.until(shutdown, queue).await {
                    Ended::Shutdown => return Some(session),
                    Ended::Failed(error) => {
                        warn!(%error, "the job queue's session ended; opening another")
                    }
                }
                failed = Some(session.worker);
            }
            Err(error) => warn!(%error, "the job queue is out of reach; trying again"),
        }
        if health.swap(false, Ordering::Relaxed) {
            delays = backoff();
        }
        let pause = delays.next().unwrap_or(Duration::from_secs(1));
        let _ = timeout(pause, shutdown.cancelled()).await;
    }
}

/// One run of an apalis worker, from its registration to its first error.
struct Session {
    worker: WorkerContext,
    events: BoxStream<'static, Result<Event, WorkerError>>,
}

enum Ended {
    Shutdown,
    Failed(String),
}

impl Session {
    async fn open<H, F>(queue: &Queue, crew: &Crew<H>, health: &Arc<AtomicBool>) -> Result<Self, QueueError>
    where
        H: Fn(Uuid) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        // Never the same name twice: apalis-redis refuses a name that was heard from within three
        // heartbeats.
        let worker = WorkerContext::new(&format!("{}-{}", std::process::id(), Uuid::new_v4()));
        let builder = WorkerBuilder::new(&worker);
        let healthy = Arc::clone(health);
        let events = match queue {
            Queue::Memory(memory) => {
                let storage = memory.storage().await;
                healthy.store(true, Ordering::Relaxed);
                builder.backend(storage).build(crew.tickets()).stream().boxed()
            }
            Queue::Redis(redis) => {
                let storage = redis
                    .storage()
                    .await?
                    .poll_with_strategy(Ticks::every(redis.poll()));
                builder
                    .backend(storage)
                    .on_event(move |_, event| {
                        // The first follows the registration, so it says that Redis knows this worker.
                        if matches!(event, Event::HeartBeat) {
                            healthy.store(true, Ordering::Relaxed);
                        }
                    })
                    .build(crew.tickets())
                    .stream()
                    .boxed()
            }
        };
        Ok(Self { worker, events })
    }

    async fn until(&mut self, shutdown: &CancellationToken, queue: &Queue) -> Ended {
        let mut sweeps = interval(SWEEP);
        sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return Ended::Shutdown,
                _ = sweeps.tick() => sweep(queue.clone()),
                event = self.events.next() => match event {
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Ended::Failed(error.to_string()),
                    None => return Ended::Failed("apalis stopped by itself".to_owned()),
                },
            }
        }
    }

    /// Takes no more tickets, waits for the handlers of those taken and acknowledges them.
    async fn finish(mut self, queue: &Queue) {
        // It fails only for a session that never began, which has nothing to finish.
        if self.worker.stop().is_err() {
            return;
        }
        while let Some(event) = self.events.next().await {
            if let Err(error) = event {
                warn!(%error, "the last acknowledgements did not reach the job queue");
                return;
            }
        }
        leave(queue, &self.worker).await;
    }
}

/// What outlives a session: the handlers that run, and how many may.
struct Crew<H> {
    handler: H,
    slots: Arc<Semaphore>,
    running: TaskTracker,
    cut_off: CancellationToken,
}

impl<H: Clone> Crew<H> {
    fn new(handler: H, concurrency: usize) -> Self {
        Self {
            handler,
            slots: Arc::new(Semaphore::new(concurrency.max(1))),
            running: TaskTracker::new(),
            cut_off: CancellationToken::new(),
        }
    }

    fn tickets(&self) -> Tickets<H> {
        Tickets {
            handler: self.handler.clone(),
            slots: PollSemaphore::new(Arc::clone(&self.slots)),
            slot: None,
            running: self.running.clone(),
            cut_off: self.cut_off.clone(),
        }
    }
}

/// The service that apalis calls: ready when a slot is free, so that no ticket is taken that cannot run at
/// once.
struct Tickets<H> {
    handler: H,
    slots: PollSemaphore,
    slot: Option<OwnedSemaphorePermit>,
    running: TaskTracker,
    cut_off: CancellationToken,
}

impl<H, F> Service<Task<Ticket>> for Tickets<H>
where
    H: Fn(Uuid) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    type Response = ();
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<(), Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if self.slot.is_none() {
            // The semaphore is never closed, so there is always a permit to wait for.
            self.slot = std::task::ready!(self.slots.poll_acquire(cx));
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, task: Task<Ticket>) -> Self::Future {
        let slot = self.slot.take();
        let handler = self.handler.clone();
        let cut_off = self.cut_off.clone();
        let job = task.args.job;
        // A task of its own: apalis polls all its futures in one task, and drops them when a session ends.
        let handled = self.running.spawn(async move {
            let work = AssertUnwindSafe(async { handler(job).await }).catch_unwind();
            tokio::select! {
                done = work => if done.is_err() {
                    error!(%job, "a job handler panicked");
                },
                () = cut_off.cancelled() => {}
            }
            drop(slot);
        });
        handled.map(|_| Ok(())).boxed()
    }
}

/// A poll strategy that keeps its waker. apalis' own interval replaces a timer that fired by one that nobody has
/// polled, so after one answer slower than the interval nothing wakes the worker before its next heartbeat.
struct Ticks(Interval);

impl Ticks {
    fn every(period: Duration) -> Self {
        let mut ticks = interval(period);
        // After a long handler the missed ticks are not made up for in a burst.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(ticks)
    }
}

impl PollStrategy for Ticks {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut ticked = false;
        // Until it is pending, for only then will it wake us.
        while self.0.poll_tick(cx).is_ready() {
            ticked = true;
        }
        if ticked {
            Poll::Ready(Some(()))
        } else {
            Poll::Pending
        }
    }
}

fn sweep(queue: Queue) {
    tokio::spawn(async move {
        match queue.clear_finished().await {
            Ok(0) => {}
            Ok(count) => debug!(count, "swept handled tickets"),
            Err(error) => debug!(%error, "handled tickets were not swept; the next round will"),
        }
    });
}

async fn leave(queue: &Queue, worker: &WorkerContext) {
    if let Queue::Redis(redis) = queue
        && let Err(error) = redis.leave(worker).await
    {
        debug!(%error, "the worker did not sign off; its heartbeat will run out");
    }
}

async fn retire(queue: &Queue, worker: &WorkerContext) {
    if let Queue::Redis(redis) = queue
        && let Err(error) = redis.retire(worker).await
    {
        debug!(%error, "a failed worker was not retired; its heartbeat will run out");
    }
}

fn backoff() -> impl Iterator<Item = Duration> {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(1))
        .with_jitter()
        .without_max_times()
        .build()
}

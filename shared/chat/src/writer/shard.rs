//! One shard: takes what waits, has it committed as a group, answers those who sent it, and leaves the rest to its
//! dispatcher, which publishes in the order of commits while the shard writes the next group.

use super::activity::Activity;
use super::group::{self, Group, Written};
use super::{Draft, Waiting, WriterDeps};
use kernel::error::{Error, is_outage};
use kernel::event::Event;
use platform::Platform;
use platform::job_store::Enqueued;
use sea_orm::DbErr;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Drafts in one commit at most.
const GROUP: usize = 256;
/// Groups that wait to be published at most; the shard waits then.
const UNPUBLISHED: usize = 64;

struct Shard {
    deps: WriterDeps,
    dispatcher: mpsc::Sender<Dispatch>,
}

/// What follows the commit of one group.
struct Dispatch {
    events: Vec<Arc<Event>>,
    jobs: Vec<Enqueued>,
    /// Holds the end of the process until it is published.
    _on_its_way: TaskTrackerToken,
}

/// Begins a shard and its dispatcher. It ends when nobody can submit to it any more, after what is queued.
pub(super) fn start(deps: WriterDeps, queue: mpsc::UnboundedReceiver<Waiting>) {
    let (dispatcher, unpublished) = mpsc::channel(UNPUBLISHED);
    start_dispatcher(deps.platform.clone(), unpublished);
    let supervisor = deps.platform.supervisor.clone();
    let activity = Activity::new(deps.platform.tasks.clone());
    let shard = Arc::new(Shard { deps, dispatcher });
    // outlives a panic: a fault in one group ends neither the shard nor what waits in it
    let state = Arc::new(Mutex::new((queue, activity)));
    supervisor.spawn("writer", move || {
        let (shard, state) = (shard.clone(), state.clone());
        async move {
            let (queue, activity) = &mut *state.lock().await;
            run(&shard, queue, activity).await;
        }
    });
}

/// Begins a shard's dispatcher; it ends when the shard is gone, after what waits.
fn start_dispatcher(platform: Platform, queue: mpsc::Receiver<Dispatch>) {
    let queue = Arc::new(Mutex::new(queue));
    let supervisor = platform.supervisor.clone();
    supervisor.spawn("dispatcher", move || {
        let (platform, queue) = (platform.clone(), queue.clone());
        async move { dispatch(&platform, &mut *queue.lock().await).await }
    });
}

async fn run(shard: &Shard, queue: &mut mpsc::UnboundedReceiver<Waiting>, activity: &mut Activity) {
    let mut batch = Vec::with_capacity(GROUP);
    while next(shard, queue, activity, &mut batch).await {
        metrics::histogram!("switchboard_writer_group_size").record(batch.len() as f64);
        // dropped by a panic, which their senders see as a failure
        let group: Vec<Waiting> = std::mem::take(&mut batch);
        if let Err(outage) = write(shard, activity, group).await {
            // they came while the database was waited for: they have waited as long
            while let Ok(waiting) = queue.try_recv() {
                batch.push(waiting);
            }
            refuse(batch.drain(..), &outage);
        }
    }
    flush(shard, activity).await;
}

/// Waits for drafts, and meanwhile stores the activity that is due. False where no more can come.
async fn next(
    shard: &Shard,
    queue: &mut mpsc::UnboundedReceiver<Waiting>,
    activity: &mut Activity,
    batch: &mut Vec<Waiting>,
) -> bool {
    loop {
        let Some(due) = activity.due() else {
            return queue.recv_many(batch, GROUP).await > 0;
        };
        tokio::select! {
            received = queue.recv_many(batch, GROUP) => return received > 0,
            () = tokio::time::sleep_until(due) => flush(shard, activity).await,
        }
    }
}

/// Stores the activity that waits.
async fn flush(shard: &Shard, activity: &mut Activity) {
    let waiting = activity.waiting();
    let stored = if waiting.is_empty() {
        Ok(())
    } else {
        group::store_activity(&shard.deps.platform.db, &waiting).await
    };
    activity.flushed(&waiting, stored.is_ok(), shard.deps.platform.clock.now());
    if let Err(error) = stored {
        tracing::warn!(%error, "conversations' activity could not be stored; it is tried again");
    }
}

impl Shard {
    /// After the commit: acknowledges to the senders, then leaves the events and jobs to the dispatcher.
    async fn finish(&self, written: Written, group: Vec<Waiting>) {
        for (waiting, outcome) in group.into_iter().zip(written.outcomes) {
            // a caller that went away does not undo what is durable
            let _ = waiting.reply.send(outcome);
        }
        if written.events.is_empty() && written.jobs.is_empty() {
            return;
        }
        let left = Dispatch {
            events: written.events,
            jobs: written.jobs,
            _on_its_way: self.deps.platform.tasks.token(),
        };
        // it ends after its shard only, with the process
        let _ = self.dispatcher.send(left).await;
    }
}

/// Hands the jobs to their queues and publishes the events, in the order of commits.
async fn dispatch(platform: &Platform, queue: &mut mpsc::Receiver<Dispatch>) {
    while let Some(left) = queue.recv().await {
        // first the jobs: a listener that panics loses its events, which readers make up for
        platform.push_jobs(left.jobs);
        if !left.events.is_empty() {
            platform.bus.publish(left.events);
        }
    }
}

/// Answers drafts that a database which is not there keeps from being stored.
fn refuse(group: impl IntoIterator<Item = Waiting>, outage: &DbErr) {
    for waiting in group {
        let _ = waiting.reply.send(Err(Error::from(outage.clone())));
    }
}

/// Writes a group in one transaction; if the database refuses it as a whole, each draft alone, so that one
/// bad draft never fails its neighbours. An error is an outage; everybody was answered.
async fn write(shard: &Shard, activity: &mut Activity, mut group: Vec<Waiting>) -> Result<(), DbErr> {
    let drafts: Vec<&Draft> = group.iter().map(|waiting| &waiting.draft).collect();
    match Group::commit(&shard.deps, activity, &drafts).await {
        Ok(written) => shard.finish(written, group).await,
        Err(error) if is_outage(&error) => {
            refuse(group, &error);
            return Err(error);
        }
        Err(error) if group.len() == 1 => {
            if let Some(waiting) = group.pop() {
                let _ = waiting.reply.send(Err(Error::from(error)));
            }
        }
        Err(error) => {
            tracing::warn!(%error, drafts = group.len(), "a group failed as a whole; writing its drafts one by one");
            let mut group = group.into_iter();
            while let Some(waiting) = group.next() {
                match Group::commit(&shard.deps, activity, &[&waiting.draft]).await {
                    Ok(written) => shard.finish(written, vec![waiting]).await,
                    Err(error) if is_outage(&error) => {
                        // nobody is kept waiting for a database that is not there, once for each draft
                        refuse(std::iter::once(waiting).chain(group), &error);
                        return Err(error);
                    }
                    Err(error) => {
                        let _ = waiting.reply.send(Err(Error::from(error)));
                    }
                }
            }
        }
    }
    Ok(())
}

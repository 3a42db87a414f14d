//! The bus: publishes events to this process's listeners, and through Redis to the other processes.
//!
//! It is a hint, never the truth: a message is durable before it is published, and a reader that misses
//! one finds it in the database by its `rev`.

mod over_redis;

use crate::redis_link::RedisLink;
use kernel::event::Event;
use over_redis::Channel;
use std::sync::{Arc, OnceLock, RwLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

/// Called with every event of this process and of the others, in the order of publication per conversation
/// and process. Must not block.
pub type Listener = Box<dyn Fn(&Arc<Event>) + Send + Sync>;

/// The process's end of the bus.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

pub(super) struct Inner {
    listeners: RwLock<Vec<Listener>>,
    /// Called after those, with the events of the other processes only.
    others: RwLock<Vec<Listener>>,
    remote: OnceLock<mpsc::Sender<Outgoing>>,
    /// Counts how often the connection to the other processes was made anew.
    connections: watch::Sender<u64>,
    /// Whether what the other processes publish arrives.
    subscribed: watch::Sender<bool>,
    /// Ends the subscription with the bus.
    closed: DropGuard,
}

/// What is published to the other processes, in order.
pub(super) enum Outgoing {
    Events(Vec<Arc<Event>>),
    /// Says when everything before it has been published, or given up.
    Flush(oneshot::Sender<()>),
}

/// Batches that wait for Redis at most; what does not fit is left to the readers' own look at the database.
const REMOTE_QUEUE: usize = 1024;
/// How long the end of a process waits for what it published.
const FLUSH: Duration = Duration::from_secs(3);

impl Bus {
    /// A bus within this process.
    pub fn memory() -> Self {
        let (connections, _) = watch::channel(0);
        let (subscribed, _) = watch::channel(false);
        Self(Arc::new(Inner {
            listeners: RwLock::default(),
            others: RwLock::default(),
            remote: OnceLock::new(),
            connections,
            subscribed,
            closed: CancellationToken::new().drop_guard(),
        }))
    }

    /// A bus to every process that uses the same Redis and prefix. Connects in the background and keeps
    /// trying: a dead Redis never stops this process. It lives until it is closed, whatever the process has already
    /// ended: what the last job does is published too.
    pub fn redis(link: Arc<RedisLink>, prefix: &str) -> Self {
        let bus = Self::memory();
        let (sender, receiver) = mpsc::channel(REMOTE_QUEUE);
        // set once: the bus has just been made
        let _ = bus.0.remote.set(sender);
        let channel = Channel {
            link,
            name: format!("{prefix}events").into(),
            instance: Uuid::new_v4(),
        };
        let closed = bus.closed();
        tokio::spawn(over_redis::send(channel.clone(), receiver));
        tokio::spawn(over_redis::receive(channel, Arc::downgrade(&bus.0), closed));
        bus
    }

    fn closed(&self) -> CancellationToken {
        self.0.closed.token().clone()
    }

    /// Calls the listener with every event from now on.
    pub fn listen(&self, listener: Listener) {
        if let Ok(mut listeners) = self.0.listeners.write() {
            listeners.push(listener);
        }
    }

    /// Calls the listener with other processes' events, after those of [`Self::listen`].
    pub fn listen_to_others(&self, listener: Listener) {
        if let Ok(mut listeners) = self.0.others.write() {
            listeners.push(listener);
        }
    }

    /// Publishes to this process's listeners before it returns, to the other processes soon. Never waits or fails.
    pub fn publish(&self, events: Vec<Arc<Event>>) {
        for event in &events {
            self.0.deliver(event);
        }
        let count = events.len() as u64;
        if let Some(remote) = self.0.remote.get()
            && remote.try_send(Outgoing::Events(events)).is_err()
        {
            metrics::counter!("switchboard_bus_dropped_total").increment(count);
        }
    }

    /// Publishes one event.
    pub fn publish_one(&self, event: Event) {
        self.publish(vec![Arc::new(event)]);
    }

    /// Waits until what was published has reached Redis, three seconds at most: for a process that ends.
    pub async fn flush(&self) {
        let Some(remote) = self.0.remote.get() else { return };
        let (published, done) = oneshot::channel();
        let flushed = async {
            // fails where the sending task has ended, which then has nothing left to send
            let _ = remote.send(Outgoing::Flush(published)).await;
            let _ = done.await;
        };
        if tokio::time::timeout(FLUSH, flushed).await.is_err() {
            tracing::warn!("the last events did not reach the other processes");
        }
    }

    /// Publishes what waits, then listens to the other processes no longer. The last thing that a process does with it.
    pub async fn close(&self) {
        self.flush().await;
        self.closed().cancel();
    }

    /// Whether other processes may exist that this bus reaches.
    pub fn is_shared(&self) -> bool {
        self.0.remote.get().is_some()
    }

    /// Changes whenever the connection to the others was made: events before it may have been missed.
    pub fn connections(&self) -> watch::Receiver<u64> {
        self.0.connections.subscribe()
    }

    /// Whether what the other processes publish arrives, as far as this one has noticed: a silence takes it some seconds.
    /// Never within one process alone.
    pub fn subscribed(&self) -> watch::Receiver<bool> {
        self.0.subscribed.subscribe()
    }
}

impl Inner {
    pub(super) fn connected(&self) {
        self.subscribed.send_replace(true);
        self.connections.send_modify(|count| *count += 1);
    }

    pub(super) fn disconnected(&self) {
        self.subscribed.send_replace(false);
    }

    fn deliver(&self, event: &Arc<Event>) {
        call(&self.listeners, event);
    }

    pub(super) fn deliver_from_others(&self, event: &Arc<Event>) {
        self.deliver(event);
        call(&self.others, event);
    }
}

fn call(listeners: &RwLock<Vec<Listener>>, event: &Arc<Event>) {
    if let Ok(listeners) = listeners.read() {
        for listener in listeners.iter() {
            listener(event);
        }
    }
}

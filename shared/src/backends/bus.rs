//! The bus: tells this process's listeners, and through Redis the other processes, what happened.
//!
//! It is a hint, never the truth: a message is durable before it is published, and a reader that misses
//! one finds it in the database by its `rev`.

use super::bus_redis;
use super::redis_link::RedisLink;
use crate::event::Event;
use std::sync::{Arc, OnceLock, RwLock};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Called with every event of this process and of the others, in the order of publication per conversation
/// and process. Must not block.
pub type Listener = Box<dyn Fn(&Arc<Event>) + Send + Sync>;

/// The process's end of the bus.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

struct Inner {
    listeners: RwLock<Vec<Listener>>,
    remote: OnceLock<mpsc::Sender<Vec<Arc<Event>>>>,
    /// Counts how often the connection to the other processes was made anew.
    connections: watch::Sender<u64>,
}

/// Batches that wait for Redis at most; what does not fit is left to the readers' own look at the database.
const REMOTE_QUEUE: usize = 1024;

impl Bus {
    /// A bus within this process.
    pub fn memory() -> Self {
        let (connections, _) = watch::channel(0);
        Self(Arc::new(Inner {
            listeners: RwLock::default(),
            remote: OnceLock::new(),
            connections,
        }))
    }

    /// A bus to every process that uses the same Redis and prefix. Connects in the background and keeps
    /// trying: a dead Redis never stops this process.
    pub fn redis(url: &str, prefix: &str, shutdown: CancellationToken) -> Result<Self, redis::RedisError> {
        let link = Arc::new(RedisLink::open(url)?);
        let bus = Self::memory();
        let (sender, receiver) = mpsc::channel(REMOTE_QUEUE);
        let _ = bus.0.remote.set(sender);
        let channel: Arc<str> = format!("{prefix}events").into();
        let instance = Uuid::new_v4();
        tokio::spawn(bus_redis::send(
            link.clone(),
            channel.clone(),
            instance,
            receiver,
            shutdown.clone(),
        ));
        tokio::spawn(bus_redis::receive(link, channel, instance, bus.clone(), shutdown));
        Ok(bus)
    }

    /// Hears everything from now on.
    pub fn listen(&self, listener: Listener) {
        if let Ok(mut listeners) = self.0.listeners.write() {
            listeners.push(listener);
        }
    }

    /// Tells this process's listeners at once and the other processes soon. Never waits, never fails.
    pub fn publish(&self, events: Vec<Arc<Event>>) {
        for event in &events {
            self.deliver(event);
        }
        if let Some(remote) = self.0.remote.get()
            && remote.try_send(events).is_err()
        {
            metrics::counter!("switchboard_bus_dropped_total").increment(1);
        }
    }

    /// Publishes one event.
    pub fn publish_one(&self, event: Event) {
        self.publish(vec![Arc::new(event)]);
    }

    /// Waits, a few seconds at most, until what was published is on its way to the other processes: for a
    /// process that ends at once.
    pub async fn flush(&self) {
        let Some(remote) = self.0.remote.get() else { return };
        let patience = std::time::Duration::from_secs(3);
        let taken = tokio::time::timeout(patience, remote.reserve_many(remote.max_capacity())).await;
        if !matches!(taken, Ok(Ok(_))) {
            tracing::warn!("the other processes were not told at once");
        }
    }

    /// Whether other processes may exist that this bus reaches.
    pub fn is_shared(&self) -> bool {
        self.0.remote.get().is_some()
    }

    /// Changes whenever the connection to the others was made: events before it may have been missed.
    pub fn connections(&self) -> watch::Receiver<u64> {
        self.0.connections.subscribe()
    }

    pub(super) fn connected(&self) {
        self.0.connections.send_modify(|count| *count += 1);
    }

    pub(super) fn deliver(&self, event: &Arc<Event>) {
        if let Ok(listeners) = self.0.listeners.read() {
            for listener in listeners.iter() {
                listener(event);
            }
        }
    }
}

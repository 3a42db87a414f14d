//! The enabled endpoints, known for a few seconds: where there is none, what is stored costs nothing more.

use entity::webhook_endpoint::{self, Column};
use kernel::event::Event;
use kernel::webhook_event::EventType;
use moka::future::Cache;
use platform::db::Db;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

const KNOWN_FOR: Duration = Duration::from_secs(5);

/// The enabled endpoints. An event makes the copy stale; where events are lost, its age does.
#[derive(Clone)]
pub struct EndpointCache(Arc<Inner>);

struct Inner {
    known: Cache<(), Arc<EnabledEndpoints>>,
    /// Counts changes: what was read before one is not kept.
    changes: AtomicU64,
    wake: Notify,
}

/// The endpoints that were enabled a moment ago.
#[derive(Debug, Default)]
pub(crate) struct EnabledEndpoints {
    pub(super) endpoints: Vec<webhook_endpoint::Model>,
    wanted: HashSet<EventType>,
}

impl EnabledEndpoints {
    /// Whether an endpoint subscribes to events of this type.
    pub fn wants(&self, kind: EventType) -> bool {
        self.wanted.contains(&kind)
    }

    /// The endpoints that subscribe to events of this type.
    pub(super) fn of(&self, kind: EventType) -> impl Iterator<Item = &webhook_endpoint::Model> {
        let wants = move |row: &&webhook_endpoint::Model| wanted(row).any(|wanted| wanted == kind);
        self.endpoints.iter().filter(wants)
    }
}

/// The types that an endpoint subscribes to.
pub(super) fn wanted(row: &webhook_endpoint::Model) -> impl Iterator<Item = EventType> + '_ {
    let words = row.events.as_array().into_iter().flatten();
    words.filter_map(|word| word.as_str()?.parse().ok())
}

impl Default for EndpointCache {
    fn default() -> Self {
        Self(Arc::new(Inner {
            known: Cache::builder().max_capacity(1).time_to_live(KNOWN_FOR).build(),
            changes: AtomicU64::new(0),
            wake: Notify::new(),
        }))
    }
}

impl EndpointCache {
    /// The enabled endpoints. Ask before a transaction is begun: it may take a connection.
    pub(crate) async fn enabled(&self, db: &Db) -> Result<Arc<EnabledEndpoints>, DbErr> {
        if let Some(known) = self.0.known.get(&()).await {
            return Ok(known);
        }
        let changes = self.0.changes.load(Ordering::SeqCst);
        let endpoints = webhook_endpoint::Entity::find()
            .filter(Column::IsEnabled.eq(true))
            .order_by_asc(Column::Id)
            .all(&**db)
            .await?;
        let found = Arc::new(EnabledEndpoints {
            wanted: endpoints.iter().flat_map(wanted).collect(),
            endpoints,
        });
        if changes == self.0.changes.load(Ordering::SeqCst) {
            self.0.known.insert((), found.clone()).await;
        }
        Ok(found)
    }

    /// Forgets what an event makes stale.
    pub fn on_event(&self, event: &Event) {
        if matches!(event, Event::WebhooksChanged) {
            self.0.changes.fetch_add(1, Ordering::SeqCst);
            // moka's invalidate is async only for its listeners, of which there are none
            futures_util::FutureExt::now_or_never(self.0.known.invalidate(&()));
            self.wake();
        }
    }

    /// There is something to deliver.
    pub(super) fn wake(&self) {
        self.0.wake.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.0.wake.notified().await;
    }
}

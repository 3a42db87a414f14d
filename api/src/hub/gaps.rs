//! What no event told of, because it was lost or came late, is read from the database and delivered in its place.

use super::Hub;
use super::order::Step;
use super::subscribers::Subscribers;
use shared::entity::ConversationId;
use shared::{conversations, messages};
use std::sync::Arc;
use std::time::Duration;

/// How often the newest revs are compared with the database where other instances write to it too.
const RECHECK: Duration = Duration::from_secs(5);
/// When a gap is read again after the database did not answer.
const RETRY: Duration = Duration::from_secs(1);

/// Reads what a conversation's subscribers missed and delivers it, until they have caught up with the newest change seen.
pub(super) async fn fill(hub: Arc<Hub>, id: ConversationId) {
    loop {
        let Some(reading) = hub.shard(id).get(&id).and_then(Subscribers::reading) else {
            return;
        };
        let step = match messages::since(&hub.core, id, reading.after).await {
            Ok(changes) => match hub.shard(id).get_mut(&id) {
                Some(subscribers) => subscribers.filled(reading, changes, &hub.core),
                None => Step::Done,
            },
            Err(error) => {
                tracing::warn!(conversation = %id, %error, "a gap could not be filled yet");
                tokio::time::sleep(RETRY).await;
                Step::Fill
            }
        };
        if let Step::Done = step {
            return;
        }
    }
}

/// Compares what was delivered with the database: when Redis is back, and every few seconds, because it is a hint.
pub(super) async fn recheck(hub: Arc<Hub>) {
    let mut connections = hub.core.bus.connections();
    loop {
        tokio::select! {
            () = hub.core.shutdown.cancelled() => return,
            _ = connections.changed() => {}
            () = tokio::time::sleep(RECHECK) => {}
        }
        for open in hub.open_conversations().chunks(500) {
            let ids: Vec<_> = open.iter().map(|(id, _)| *id).collect();
            let heads = match conversations::heads(&hub.core, &ids).await {
                Ok(heads) => heads,
                Err(error) => {
                    tracing::warn!(%error, "the newest revs were not read");
                    continue;
                }
            };
            for (id, rev) in open {
                let Some(head) = heads.get(id).filter(|head| *head > rev) else {
                    continue;
                };
                let step = hub
                    .shard(*id)
                    .get_mut(id)
                    .map_or(Step::Done, |subscribers| subscribers.behind(*head));
                hub.proceed(*id, step);
            }
        }
    }
}

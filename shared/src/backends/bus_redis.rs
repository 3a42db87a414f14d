//! The bus over Redis Pub/Sub: one channel, a frame per batch of events, tagged with its sender.

use super::bus::Bus;
use super::redis_link::RedisLink;
use crate::event::Event;
use futures_util::StreamExt;
use redis::AsyncCommands;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_LAST: Duration = Duration::from_secs(3);

/// Publishes what this process does, several batches in one frame when they have piled up.
pub(super) async fn send(
    link: Arc<RedisLink>,
    channel: Arc<str>,
    instance: Uuid,
    mut batches: mpsc::Receiver<Vec<Arc<Event>>>,
    shutdown: CancellationToken,
) {
    loop {
        let mut events = tokio::select! {
            () = shutdown.cancelled() => return,
            batch = batches.recv() => match batch { Some(batch) => batch, None => return },
        };
        while events.len() < 512
            && let Ok(more) = batches.try_recv()
        {
            events.extend(more);
        }
        let sent = match (link.get().await, frame(instance, &events)) {
            (Ok(mut connection), Some(frame)) => {
                connection.publish::<_, _, ()>(&*channel, frame).await.is_ok()
            }
            _ => false,
        };
        if !sent {
            // the events are in the database; the other instances look there when they notice the gap
            metrics::counter!("switchboard_bus_dropped_total").increment(1);
        }
    }
}

/// Delivers what other processes did, for as long as this one runs.
pub(super) async fn receive(
    link: Arc<RedisLink>,
    channel: Arc<str>,
    instance: Uuid,
    bus: Bus,
    shutdown: CancellationToken,
) {
    let mut pause = RETRY_FIRST;
    loop {
        let run = async {
            let mut pubsub = link.client().get_async_pubsub().await?;
            pubsub.subscribe(&*channel).await?;
            bus.connected();
            pause = RETRY_FIRST;
            let mut messages = pubsub.on_message();
            while let Some(message) = messages.next().await {
                open(instance, message.get_payload_bytes(), &bus);
            }
            redis::RedisResult::Ok(())
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            result = run => if let Err(error) = result {
                tracing::warn!(%error, "the bus lost Redis");
            },
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(RETRY_LAST),
        }
    }
}

/// Sixteen bytes of sender, then the events as JSON.
fn frame(instance: Uuid, events: &[Arc<Event>]) -> Option<Vec<u8>> {
    let mut frame = instance.as_bytes().to_vec();
    match serde_json::to_writer(&mut frame, events) {
        Ok(()) => Some(frame),
        Err(error) => {
            tracing::error!(%error, "an event cannot be encoded");
            None
        }
    }
}

fn open(instance: Uuid, frame: &[u8], bus: &Bus) {
    let Some((sender, events)) = frame.split_at_checked(16) else {
        return;
    };
    if sender == instance.as_bytes() {
        return;
    }
    match serde_json::from_slice::<Vec<Arc<Event>>>(events) {
        Ok(events) => events.iter().for_each(|event| bus.deliver(event)),
        Err(error) => tracing::error!(%error, "another process sent an event that this one cannot read"),
    }
}

//! The bus over Redis Pub/Sub: one channel, a frame per batch of events, tagged with its sender.

use super::{Inner, Outgoing};
use crate::redis_link::{self, Connection, RedisLink};
use futures_util::StreamExt;
use kernel::event::Event;
use redis::{AsyncCommands, RedisError, RedisResult};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_LAST: Duration = Duration::from_secs(1);
/// Events in one frame, unless a single batch holds more.
const FRAME: usize = 512;

/// One process's connection to the channel.
#[derive(Clone)]
pub(super) struct Channel {
    pub link: Arc<RedisLink>,
    pub name: Arc<str>,
    /// Tags what this process publishes.
    pub instance: Uuid,
}

/// Publishes what this process does, several batches in one frame when they have piled up, until the bus is gone.
pub(super) async fn send(channel: Channel, mut outgoing: mpsc::Receiver<Outgoing>) {
    let mut waiting = Vec::new();
    while outgoing.recv_many(&mut waiting, FRAME).await > 0 {
        let mut events = Vec::new();
        for item in waiting.drain(..) {
            match item {
                Outgoing::Events(batch) => events.extend(batch),
                Outgoing::Flush(published) => {
                    publish(&channel, std::mem::take(&mut events)).await;
                    // the caller may have stopped waiting
                    let _ = published.send(());
                }
            }
            if events.len() >= FRAME {
                publish(&channel, std::mem::take(&mut events)).await;
            }
        }
        publish(&channel, events).await;
    }
}

async fn publish(channel: &Channel, events: Vec<Arc<Event>>) {
    if events.is_empty() {
        return;
    }
    let (name, frame) = (&channel.name, frame(channel.instance, &events));
    let publish = |mut connection: Connection| {
        let frame = &frame;
        async move { connection.publish::<_, _, ()>(&**name, frame.as_slice()).await }
    };
    if let Err(error) = channel.link.run(publish).await {
        // the events are in the database; the other instances look there when they notice the gap
        tracing::debug!(%error, events = events.len(), "events did not reach the other processes");
        metrics::counter!("switchboard_bus_dropped_total").increment(events.len() as u64);
    }
}

/// Delivers what other processes did, until the bus is closed or gone.
pub(super) async fn receive(channel: Channel, bus: Weak<Inner>, closed: CancellationToken) {
    let mut pause = RETRY_FIRST;
    loop {
        let ended = tokio::select! {
            () = closed.cancelled() => return,
            ended = subscribed(&channel, &bus, &mut pause) => ended,
        };
        if let Some(bus) = bus.upgrade() {
            bus.disconnected();
        }
        tracing::warn!(%ended, "the bus lost Redis; subscribing again");
        tokio::select! {
            () = closed.cancelled() => return,
            () = sleep(pause) => pause = (pause * 2).min(RETRY_LAST),
        }
    }
}

/// Why a subscription ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("{0}")]
    Failed(#[from] RedisError),
    #[error("the subscription was closed")]
    Closed,
    #[error("it does not answer")]
    Silent,
}

/// Subscribes and delivers until the subscription ends. A subscription receives nothing while nothing happens, so it is
/// asked every second whether it lives.
async fn subscribed(channel: &Channel, bus: &Weak<Inner>, pause: &mut Duration) -> Ended {
    let pubsub = match timeout(redis_link::CONNECT, subscribe(channel)).await {
        Ok(Ok(pubsub)) => pubsub,
        Ok(Err(error)) => return error.into(),
        Err(_) => return Ended::Silent,
    };
    *pause = RETRY_FIRST;
    match bus.upgrade() {
        Some(bus) => bus.connected(),
        None => return Ended::Closed,
    }
    let (mut sink, mut messages) = pubsub.split();
    let lives = async {
        loop {
            sleep(redis_link::PING).await;
            match timeout(redis_link::SILENCE, sink.ping::<redis::Value>()).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Ended::from(error),
                Err(_) => return Ended::Silent,
            }
        }
    };
    let delivers = async {
        while let Some(message) = messages.next().await {
            let Some(bus) = bus.upgrade() else { break };
            let frame = message.get_payload_bytes();
            open(channel.instance, frame, |event| bus.deliver_from_others(event));
        }
        Ended::Closed
    };
    tokio::select! {
        ended = lives => ended,
        ended = delivers => ended,
    }
}

async fn subscribe(channel: &Channel) -> RedisResult<redis::aio::PubSub> {
    let mut pubsub = channel.link.client().get_async_pubsub().await?;
    pubsub.subscribe(&*channel.name).await?;
    Ok(pubsub)
}

/// Sixteen bytes of sender, then the events as a JSON array. One that cannot be encoded is left out.
fn frame(instance: Uuid, events: &[Arc<Event>]) -> Vec<u8> {
    let mut frame = instance.as_bytes().to_vec();
    frame.push(b'[');
    let empty = frame.len();
    for event in events {
        let before = frame.len();
        if before > empty {
            frame.push(b',');
        }
        if let Err(error) = serde_json::to_writer(&mut frame, event) {
            frame.truncate(before);
            tracing::error!(%error, "an event cannot be encoded");
            metrics::counter!("switchboard_bus_dropped_total").increment(1);
        }
    }
    frame.push(b']');
    frame
}

/// Delivers the events of another process's frame. One that this process cannot read, because the other is newer or
/// older, is counted and left out; the others of its frame are delivered.
fn open(instance: Uuid, frame: &[u8], mut deliver: impl FnMut(&Arc<Event>)) {
    let Some((sender, events)) = frame.split_at_checked(16) else {
        unreadable(1, &"the frame is too short");
        return;
    };
    if sender == instance.as_bytes() {
        return;
    }
    if let Ok(events) = serde_json::from_slice::<Vec<Arc<Event>>>(events) {
        events.iter().for_each(deliver);
        return;
    }
    match serde_json::from_slice::<Vec<serde_json::Value>>(events) {
        Ok(events) => {
            for event in events {
                match serde_json::from_value(event) {
                    Ok(event) => deliver(&event),
                    Err(error) => unreadable(1, &error),
                }
            }
        }
        Err(error) => unreadable(1, &error),
    }
}

fn unreadable(count: u64, error: &dyn std::fmt::Display) {
    tracing::error!(%error, "another process sent what this one cannot read");
    metrics::counter!("switchboard_bus_unreadable_total").increment(count);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use entity::ConversationId;

    fn deleted(id: Uuid) -> Arc<Event> {
        let conversation = ConversationId(id);
        Arc::new(Event::ConversationDeleted { conversation })
    }

    fn opened(frame: &[u8]) -> Vec<ConversationId> {
        let mut heard = Vec::new();
        open(Uuid::new_v4(), frame, |event| heard.extend(event.conversation()));
        heard
    }

    #[test]
    fn an_event_that_cannot_be_read_does_not_drop_the_others_of_its_frame() {
        let (first, last) = (Uuid::now_v7(), Uuid::now_v7());
        let sender = Uuid::new_v4();
        let whole = frame(sender, &[deleted(first), deleted(last)]);
        let ids = [ConversationId(first), ConversationId(last)];
        assert_eq!(opened(&whole), ids);
        let text = String::from_utf8(whole[16..].to_vec()).unwrap();
        let (before, after) = text.split_once("},{").unwrap();
        let newer = format!("{before}}},{{\"FromTheFuture\":{{}}}},7,{{{after}");
        let mixed = [sender.as_bytes(), newer.as_bytes()].concat();
        assert_eq!(opened(&mixed), ids);
        assert!(
            opened(&whole[..whole.len() - 1]).is_empty(),
            "half a frame is none"
        );
        assert!(opened(b"short").is_empty());
        let mut own = 0;
        open(sender, &whole, |_| own += 1);
        assert_eq!(own, 0, "a process does not hear itself");
    }
}

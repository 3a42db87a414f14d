//! Request bodies on their way in: how many bytes of them may be arriving together. What is left of one that was refused is thrown away
//! by the connection (`listen`).

use crate::problem::Problem;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use poem::http::{StatusCode, header};
use poem::{Body, Request};
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// What a body is counted as at most: no more of one is held in memory (`body::MAX_JSON_BYTES`; uploads go to disk).
const MAX_COUNTED: usize = 256 * 1024;
/// Bytes of one address's bodies that may be arriving together: 32 of the largest.
const PER_ADDRESS: usize = 8 * 1024 * 1024;
/// Bytes of all bodies that may be arriving together.
const AT_ONCE: usize = 256 * 1024 * 1024;
/// When to try again, in seconds.
const LATER: u64 = 1;

/// The bodies that are arriving at this process.
#[derive(Clone, Debug, Default)]
pub struct Arrivals(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    addresses: HashMap<IpAddr, usize>,
    all: usize,
}

impl Arrivals {
    /// Counts a request's body from now until it has arrived or is given up.
    pub fn admit(&self, request: &mut Request, address: IpAddr) -> Result<(), Problem> {
        let length = request.header(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.parse::<usize>().ok());
        let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
        let counted = match length {
            Some(0) => return Ok(()),
            None if !chunked => return Ok(()),
            length => length.unwrap_or(MAX_COUNTED).min(MAX_COUNTED),
        };
        let counted = Counted {
            body: request.take_body().into_bytes_stream().boxed(),
            place: Some(self.take(address, counted)?),
        };
        request.set_body(Body::from_bytes_stream(counted));
        Ok(())
    }

    fn take(&self, address: IpAddr, bytes: usize) -> Result<Place, Problem> {
        let mut counts = self.counts();
        let of_address = counts.addresses.get(&address).copied().unwrap_or_default();
        if of_address + bytes > PER_ADDRESS {
            let detail = format!("Over {} MiB are being sent from your address", PER_ADDRESS >> 20);
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
            return Err(problem.retry_after(LATER));
        }
        if counts.all + bytes > AT_ONCE {
            let detail = format!("Over {} MiB are being sent to the server", AT_ONCE >> 20);
            let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
            return Err(problem.retry_after(LATER));
        }
        counts.addresses.insert(address, of_address + bytes);
        counts.all += bytes;
        metrics::gauge!("switchboard_bodies_in_flight_bytes").set(counts.all as f64);
        Ok(Place {
            arrivals: self.clone(),
            address,
            bytes,
        })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one body counts for.
#[derive(Debug)]
struct Place {
    arrivals: Arrivals,
    address: IpAddr,
    bytes: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.arrivals.counts();
        counts.all = counts.all.saturating_sub(self.bytes);
        if let Some(count) = counts.addresses.get_mut(&self.address) {
            *count = count.saturating_sub(self.bytes);
            if *count == 0 {
                counts.addresses.remove(&self.address);
            }
        }
        metrics::gauge!("switchboard_bodies_in_flight_bytes").set(counts.all as f64);
    }
}

/// A body that gives its place back at its end.
struct Counted {
    body: BoxStream<'static, io::Result<Bytes>>,
    place: Option<Place>,
}

impl Stream for Counted {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.body.as_mut().poll_next(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.place = None;
        }
        polled
    }
}

//! Loops that must not end while the process lives: one that panics is begun again, counted, and seen in `/readyz` where it
//! goes on panicking.

use kernel::error::{Error, Result};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// Panics within [`WINDOW`] after which a loop counts as broken.
const MANY: usize = 3;
/// How long a panic is remembered.
const WINDOW: Duration = Duration::from_secs(60);
/// The pause before a loop is begun again: one that panics each time must not take a processor.
const PAUSE: Duration = Duration::from_millis(50);

/// Begins loops, and knows which of them panicked; clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Supervisor(Arc<Mutex<BTreeMap<&'static str, Vec<Instant>>>>);

impl Supervisor {
    /// Runs what `begin` makes until it ends by itself. Where it panics it is made anew: what it must not lose (the receiving
    /// end of its queue) is kept by `begin`. Counted in `switchboard_restarts_total`, by `name`.
    pub fn spawn<F, R>(&self, name: &'static str, mut begin: F) -> JoinHandle<()>
    where
        F: FnMut() -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let supervisor = self.clone();
        tokio::spawn(async move {
            while let Err(ended) = tokio::spawn(begin()).await {
                if !ended.is_panic() {
                    return;
                }
                supervisor.panicked(name);
                sleep(PAUSE).await;
            }
        })
    }

    fn panicked(&self, name: &'static str) {
        tracing::error!(name, "a loop panicked; it is begun again");
        metrics::counter!("switchboard_restarts_total", "loop" => name).increment(1);
        let now = Instant::now();
        let mut loops = self.lock();
        let panics = loops.entry(name).or_default();
        panics.retain(|at| now.duration_since(*at) < WINDOW);
        panics.push(now);
        // no more are needed to know that it is broken
        if panics.len() > MANY {
            panics.remove(0);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Vec<Instant>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The loops that panicked three times in the last minute.
    pub fn check(&self) -> Vec<(&'static str, Result<()>)> {
        self.check_at(Instant::now())
    }

    fn check_at(&self, now: Instant) -> Vec<(&'static str, Result<()>)> {
        let is_recent = |at: &&Instant| now.duration_since(**at) < WINDOW;
        let loops = self.lock();
        let broken = loops
            .iter()
            .filter(|(_, panics)| panics.iter().filter(is_recent).count() >= MANY);
        let problem = |name| Error::Unavailable(format!("The {name} failed several times within a minute"));
        broken.map(|(name, _)| (*name, Err(problem(name)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::mpsc;

    /// A loop that panics at the first `panics` numbers that it is sent, and passes on the others.
    async fn run(panics: usize) -> (Supervisor, Vec<usize>) {
        let supervisor = Supervisor::default();
        let (numbers, queue) = mpsc::unbounded_channel();
        let (passed, mut seen) = mpsc::unbounded_channel();
        let (queue, left) = (
            Arc::new(tokio::sync::Mutex::new(queue)),
            Arc::new(AtomicUsize::new(panics)),
        );
        let done = supervisor.spawn("loop", move || {
            let (queue, left, passed) = (queue.clone(), left.clone(), passed.clone());
            async move {
                let mut queue = queue.lock().await;
                while let Some(number) = queue.recv().await {
                    let took =
                        left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
                    assert!(took.is_err(), "a fault at {number}");
                    let _ = passed.send(number);
                }
            }
        });
        for number in 0..5 {
            numbers.send(number).unwrap();
        }
        drop(numbers);
        done.await.unwrap();
        let mut passed = Vec::new();
        while let Some(number) = seen.recv().await {
            passed.push(number);
        }
        (supervisor, passed)
    }

    #[tokio::test]
    async fn a_loop_that_panics_goes_on_with_what_waits() {
        let (supervisor, passed) = run(1).await;
        assert_eq!(passed, [1, 2, 3, 4]);
        assert!(
            supervisor.check().is_empty(),
            "once is no reason to send nobody here"
        );
    }

    #[tokio::test]
    async fn a_loop_that_goes_on_panicking_is_named_for_a_minute() {
        let (supervisor, passed) = run(3).await;
        assert_eq!(passed, [3, 4]);
        let broken = supervisor.check();
        assert_eq!(broken.len(), 1);
        assert_eq!(broken[0].0, "loop");
        assert!(supervisor.check_at(Instant::now() + WINDOW).is_empty());
    }
}

//! The answer to a question that costs something, kept for a moment.

use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long an answer is given again.
const KEEP: Duration = Duration::from_secs(1);

/// One question's newest answer. Whoever asks while it is being found waits for it and does not ask again.
pub(super) struct Kept<T>(Mutex<Option<(Instant, T)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone + Default + Send + 'static> Kept<T> {
    /// The answer of a moment ago, or a new one. It is found to the end, also where whoever asked first goes away: those
    /// who wait for it do not begin again.
    pub(super) async fn get(self: &Arc<Self>, find: impl Future<Output = T> + Send + 'static) -> T {
        let kept = self.clone();
        let found = tokio::spawn(async move {
            let mut kept = kept.0.lock().await;
            if let Some((at, answer)) = &*kept
                && at.elapsed() < KEEP
            {
                return answer.clone();
            }
            let answer = find.await;
            *kept = Some((Instant::now(), answer.clone()));
            answer
        });
        found.await.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn many_who_ask_at_once_are_answered_by_one_search_which_ends_although_the_first_left() {
        let kept = Arc::new(Kept::default());
        let (searches, go) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(tokio::sync::Notify::new()),
        );
        let search = || {
            let (searches, go) = (searches.clone(), go.clone());
            async move {
                go.notified().await;
                searches.fetch_add(1, Ordering::SeqCst) + 1
            }
        };
        let gone = tokio::time::timeout(Duration::from_millis(1), kept.get(search())).await;
        assert!(gone.is_err());
        let asked: Vec<_> = (0..50)
            .map(|_| {
                let (kept, search) = (kept.clone(), search());
                tokio::spawn(async move { kept.get(search).await })
            })
            .collect();
        go.notify_one();
        for answer in asked {
            assert_eq!(answer.await.ok(), Some(1));
        }
    }
}

//! In debug builds: whoever holds a connection asks for no second one. With a pool of n, n tasks that did would wait for
//! one another until all of them give up.
//!
//! It is the task that counts, so what a task spawns is not seen, nor what runs in `block_on` without a task.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokio::task::Id;

static HOLDING: Mutex<Option<HashMap<Id, usize>>> = Mutex::new(None);

/// Says that the task holds a connection, until it is dropped; wherever that is.
pub(super) struct Held(Option<Id>);

impl Held {
    pub(super) fn new() -> Self {
        let task = if cfg!(debug_assertions) {
            tokio::task::try_id()
        } else {
            None
        };
        if let Some(task) = task {
            with(|holding| *holding.entry(task).or_default() += 1);
        }
        Self(task)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(task) = self.0 else { return };
        with(|holding| {
            if let Some(count) = holding.get_mut(&task) {
                *count -= 1;
                if *count == 0 {
                    holding.remove(&task);
                }
            }
        });
    }
}

/// Panics in a debug build where the task holds a connection already.
#[track_caller]
pub(super) fn check() {
    if cfg!(debug_assertions)
        && let Some(task) = tokio::task::try_id()
    {
        let holds = with(|holding| holding.contains_key(&task));
        assert!(
            !holds,
            "a second connection is asked for within a transaction: ask before it begins, or through it"
        );
    }
}

fn with<T>(look: impl FnOnce(&mut HashMap<Id, usize>) -> T) -> T {
    let mut holding = HOLDING.lock().unwrap_or_else(PoisonError::into_inner);
    look(holding.get_or_insert_default())
}

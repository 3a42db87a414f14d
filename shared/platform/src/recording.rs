//! What is asked of the database, for tests that count it.

use sea_orm::Statement;
use std::cell::RefCell;

thread_local! {
    static RECORDED: RefCell<Option<Vec<Statement>>> = const { RefCell::new(None) };
}

/// What the work asks the database. For tests on one thread, where everything that they set off runs on it too.
pub async fn statements<T>(work: impl Future<Output = T>) -> (T, Vec<Statement>) {
    RECORDED.set(Some(Vec::new()));
    let done = work.await;
    (done, RECORDED.take().unwrap_or_default())
}

pub(crate) fn record(statement: &Statement) {
    RECORDED.with_borrow_mut(|recorded| {
        if let Some(recorded) = recorded {
            recorded.push(statement.clone());
        }
    });
}

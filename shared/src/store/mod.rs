//! How things become durable: the database handle, the group-commit writer, the outbox of job intents, search.

pub mod outbox;
pub mod search;
pub mod writer;

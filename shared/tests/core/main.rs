//! The core, tested whole on the profile that `TEST_PROFILE` names: scenarios on real databases, no mocks.

mod auth;
mod changes;
mod conversations;
mod login_limits;
mod messages;
mod participants;
mod receipts;
mod search;
mod support;
mod visitors;
mod writer;

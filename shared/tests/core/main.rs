//! The core, tested whole on the profile that `TEST_PROFILE` names: scenarios on real databases, no mocks.

// A scenario that cannot go on should fail there and then.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod archive;
mod attachments;
mod auth;
mod bot;
mod bursts;
mod canned_replies;
mod changes;
mod conversation_lists;
mod conversations;
mod desk;
mod disk;
mod events;
mod insight;
mod jobs;
mod load;
mod login_limits;
mod markdown;
mod messages;
mod newcomers;
mod outages;
mod outbox;
mod participants;
mod plans;
mod pool;
mod presence;
mod proposals;
mod push;
mod receipts;
mod rights;
mod rooms;
mod schema;
mod search;
mod secrets;
mod series;
mod strangers;
mod support;
mod tickets;
mod visibility;
mod visitors;
mod webhooks;
mod writer;
mod writer_model;

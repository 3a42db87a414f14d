//! The tables as sea-orm entities, one a file, with typed ids and finders that carry their scope.

pub mod account_token;
pub mod article;
pub mod article_image;
pub mod article_vectors;
pub mod article_version;
pub mod attachment;
pub mod canned_reply;
pub mod conversation;
pub mod conversation_label;
pub mod conversation_note;
pub mod ids;
pub mod job;
pub mod label;
pub mod message;
pub mod misuse_report;
pub mod notification;
pub mod participant;
pub mod prompt;
pub mod push_subscription;
pub mod reaction;
pub mod refresh_token;
pub mod secret;
pub mod session;
pub mod station;
pub mod ticket;
pub mod user;
pub mod webhook_delivery;
pub mod webhook_endpoint;

pub use ids::*;
pub use secret::Secret;

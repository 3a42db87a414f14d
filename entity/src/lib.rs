//! The tables as sea-orm entities, one a file, with typed ids and finders that carry their scope.

pub mod article;
pub mod attachment;
pub mod conversation;
pub mod ids;
pub mod job;
pub mod message;
pub mod participant;
pub mod prompt;
pub mod reaction;
pub mod refresh_token;
pub mod session;
pub mod user;

pub use ids::*;

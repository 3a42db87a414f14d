//! The company's work on customers' conversations: tickets, who has what, its state, labels and notes, and who is notified of
//! it. Keeps nothing in memory: its functions take [`chat::Chat`].
//!
//! Start at [`work`], then [`tickets`].

#![deny(missing_docs)]

pub mod analytics;
pub mod canned_replies;
pub mod figures;
pub mod misuse;
pub mod notifications;
pub mod staff;
pub mod stations;
pub mod tickets;
pub mod work;

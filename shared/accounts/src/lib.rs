//! Who people are: accounts, their passwords and sessions, tokens, mailed codes, visitors, and who may be called what.
//!
//! Start at [`Accounts`], then [`users`] and [`tokens`].

#![deny(missing_docs)]

mod bot_account;
pub mod codes;
pub mod credentials;
mod handle;
pub mod names;
pub mod tokens;
pub mod users;

pub use bot_account::BotAccount;
pub use handle::Accounts;

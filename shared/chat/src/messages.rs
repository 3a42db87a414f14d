//! Messages: sending, editing, deleting, reacting, reading.

mod begin;
mod rate;
mod read;
mod write;

pub use begin::begin;
pub use rate::{RateMessage, rate, rate_answer};
pub use read::{Changes, Page, changes, find, list, since};
pub use read::{one, page_of};
pub use write::{
    DeleteMessage, EditMessage, MAX_TEXT, Place, React, SendMessage, Sending, Sent, TextLimit, answer,
    delete, edit, locale, react, send, submit,
};

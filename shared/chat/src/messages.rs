//! Messages: sending, editing, deleting, reacting, reading.

mod begin;
mod read;
mod write;

pub use begin::begin;
pub use read::{Changes, Page, changes, find, list, since};
pub use read::{one, page_of};
pub use write::{
    DeleteMessage, EditMessage, MAX_TEXT, Place, RateMessage, React, SendMessage, Sending, Sent, TextLimit,
    answer, delete, edit, rate, react, send, submit,
};

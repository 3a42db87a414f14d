//! Messages: sending, editing, deleting, reacting, reading.

mod begin;
mod read;
mod view;
mod write;

pub use begin::begin;
pub use kernel::message::{Delivery, Feedback, Message};
pub use read::{Changes, Page, changes, find, list, since};
pub(crate) use read::{carries, one, page_of};
pub use view::attach_details;
pub use write::{
    DeleteMessage, EditMessage, MAX_TEXT, Place, RateMessage, React, SendMessage, Sending, Sent, answer,
    delete, edit, rate, react, send, submit,
};

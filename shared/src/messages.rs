//! Messages: sending, editing, deleting, reacting, reading.

mod begin;
mod read;
mod view;
mod write;

pub use begin::begin;
pub use read::{Changes, Page, changes, find, list, since};
pub use view::{Delivery, Message, attach_details};
pub use write::{
    DeleteMessage, EditMessage, MAX_TEXT, Place, React, SendMessage, Sending, Sent, answer, delete, edit,
    react, send, submit,
};

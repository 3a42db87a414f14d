//! One file a job; each calls the one function of the core that does it.

pub mod apply_read_receipt;
pub mod deliver_notification;
pub mod fan_out_events;
pub mod process_attachment;
pub mod purge_orphans;
pub mod push_notification;
pub mod reply_as_bot;
pub mod suggest_reply;
pub mod sweep;

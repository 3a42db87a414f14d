//! One file a job; each calls the one function of the core that does it.

pub mod apply_read_receipt;
pub mod process_attachment;
pub mod purge_orphans;
pub mod reply_as_bot;
pub mod sweep;

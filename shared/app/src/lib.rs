//! Switchboard, the application: everything that it does, put together, without HTTP and without any client's wire form.
//!
//! Start at [`App`]; which jobs follow what is stored is in `follow_ups.rs`.

#![deny(missing_docs)]

pub mod archive;
pub mod demo;
mod follow_ups;
#[cfg(feature = "testing")]
pub mod fuzzing;
mod handle;
mod housekeeping;
pub mod jobs;
#[cfg(feature = "testing")]
pub mod testing;

pub use handle::App;

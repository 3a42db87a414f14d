//! The dialects: each turns its own wire form into the core's commands, and the core's events into its own. One more is a
//! folder, its module here, and its place in the list.

pub mod crm;
pub mod helpdesk;
pub mod rooms;
pub mod support;
pub mod team;

use crate::surface::Surface;

/// All dialects.
pub static SURFACES: [&Surface; 5] = [
    &crm::SURFACE,
    &helpdesk::SURFACE,
    &rooms::SURFACE,
    &support::SURFACE,
    &team::SURFACE,
];

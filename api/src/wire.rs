//! What several dialects' wire forms have in common: moments, path and query parameters, socket frames.

pub mod frame;
pub mod params;
pub mod time;

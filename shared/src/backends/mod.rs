//! The parts that a profile chooses: bus, queue, files. The URL's scheme decides, here and nowhere else.

pub mod bus;
mod bus_redis;
pub mod files;
pub(crate) mod instances;
pub mod queue;
mod queue_memory;
mod queue_redis;
pub(crate) mod redis_link;

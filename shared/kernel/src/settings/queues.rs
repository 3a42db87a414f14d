//! Which queues a process works on.

use super::SettingError;
use super::vars::{Vars, error};
use crate::queue_name::QueueName;

/// Jobs of one queue that one process runs concurrently at most.
const MAX_SLOTS: usize = 256;

impl Vars {
    /// `chat=8,media=2`: the queues that are named, each once, with 1–256 slots.
    pub(super) fn queues(&self, name: &str) -> Result<Vec<(QueueName, usize)>, SettingError> {
        let Some(text) = self.get(name)? else {
            return Ok(QueueName::ALL.map(|queue| (queue, queue.default_slots())).into());
        };
        let mut queues: Vec<(QueueName, usize)> = Vec::new();
        for item in text.split(',').map(str::trim) {
            let problem = |what: String| error(name, format!("`{item}` does not fit: {what}"));
            let (word, slots) = item
                .split_once('=')
                .ok_or_else(|| problem("expected QUEUE=SLOTS, such as chat=8".into()))?;
            let queue = QueueName::of(word.trim()).ok_or_else(|| {
                let words = QueueName::ALL.map(QueueName::word).join(", ");
                problem(format!("expected one of the queues {words}"))
            })?;
            let slots = slots.trim().parse().ok();
            let slots = slots
                .filter(|slots| (1..=MAX_SLOTS).contains(slots))
                .ok_or_else(|| {
                    problem(format!(
                        "expected 1 to {MAX_SLOTS} slots; leave a queue out to give it none here"
                    ))
                })?;
            if queues.iter().any(|(known, _)| *known == queue) {
                return Err(problem(format!("the queue {queue} is named twice")));
            }
            queues.push((queue, slots));
        }
        Ok(queues)
    }
}

//! Figures of some days, for admins: how much work came, how long it took, who did it, and what of it should be looked at.
//!
//! What is counted is counted exactly, by indexes of time. Averages and their like are of the newest [`SAMPLE`] tickets at
//! most, and say whether those were all.

mod agents;
mod labels;
mod misuse;
mod overview;
mod series;
mod tickets;
mod times;

pub use agents::{AgentFigures, Performance, TeamFigures, performance};
pub use labels::{LabelCount, labels};
pub use misuse::{FlaggedUser, FlaggedUsers, MisuseCounts, Violations, flagged_users};
pub use overview::{Overview, overview};
pub use series::{Metric, Point, answer_days, series};
pub use tickets::{Cell, TicketCounts};
pub use times::{ResolutionTimes, Spread, resolution_times};

use crate::figures::oldest_of;
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

/// Tickets that averages are of at most.
pub const SAMPLE: u64 = 5_000;
/// The days that figures look back at most.
pub const MAX_DAYS: u16 = 365;

/// The days that figures look back at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// 1–[`MAX_DAYS`].
    pub days: u16,
    /// When it begins.
    pub since: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Period {
    /// So many days up to now.
    pub fn last(days: u16, now: DateTime<Utc>) -> Self {
        let days = days.clamp(1, MAX_DAYS);
        Self {
            days,
            since: now - Duration::days(days.into()),
            now,
        }
    }

    /// Between which two ids everything lies that was made in it: ids begin with their time.
    pub fn ids(&self) -> (Uuid, Uuid) {
        // other instances' clocks may be ahead a little
        (oldest_of(self.since), oldest_of(self.now + Duration::hours(1)))
    }
}

/// A share in per cent, with one decimal; none of nothing.
pub fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    (part as f64 * 1000.0 / whole as f64).round() / 10.0
}

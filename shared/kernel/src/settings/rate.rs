//! A rate limit as it is written in a setting: `30/s:60`, thirty a second with bursts of sixty; `10/m:30`, ten a minute.

use std::{num::NonZeroU32, str::FromStr, time::Duration};

/// So many a second or a minute in the long run, with bursts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// So many in each `per`.
    pub count: NonZeroU32,
    /// A second or a minute.
    pub per: Duration,
    /// So many at the same moment, after a pause.
    pub burst: NonZeroU32,
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

impl Rate {
    /// So many a second; 0 counts as 1.
    pub const fn per_second(count: u32, burst: u32) -> Self {
        Self::new(count, SECOND, burst)
    }

    /// So many a minute; 0 counts as 1.
    pub const fn per_minute(count: u32, burst: u32) -> Self {
        Self::new(count, MINUTE, burst)
    }

    const fn new(count: u32, per: Duration, burst: u32) -> Self {
        Self {
            count: at_least_one(count),
            per,
            burst: at_least_one(burst),
        }
    }

    /// The same for so many.
    pub const fn times(self, n: u32) -> Self {
        Self {
            count: self.count.saturating_mul(at_least_one(n)),
            per: self.per,
            burst: self.burst.saturating_mul(at_least_one(n)),
        }
    }

    /// The time from one to the next in the long run; at least a nanosecond.
    pub fn interval(self) -> Duration {
        (self.per / self.count.get()).max(Duration::from_nanos(1))
    }
}

const fn at_least_one(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (sustained, burst) = text.split_once(':')?;
            let (count, unit) = sustained.split_once('/')?;
            let per = match unit {
                "s" => SECOND,
                "m" => MINUTE,
                _ => return None,
            };
            Some(Self {
                count: count.parse().ok()?,
                per,
                burst: burst.parse().ok()?,
            })
        };
        parse().ok_or_else(|| "expected SUSTAINED/s:BURST or SUSTAINED/m:BURST, such as 30/s:60".to_owned())
    }
}

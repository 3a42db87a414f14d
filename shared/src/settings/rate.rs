//! A rate limit as it is written in a setting: `30/s:60`, thirty a second with bursts of sixty.

use std::{num::NonZeroU32, str::FromStr};

/// So many a second in the long run, so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub per_second: NonZeroU32,
    pub burst: NonZeroU32,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (sustained, burst) = text.split_once(':')?;
            let per_second = sustained.strip_suffix("/s")?.parse().ok()?;
            Some(Self {
                per_second,
                burst: burst.parse().ok()?,
            })
        };
        parse().ok_or_else(|| "expected SUSTAINED/s:BURST, such as 30/s:60".to_owned())
    }
}

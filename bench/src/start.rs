//! The start: how long until the server is ready on a database that exists, and what the idle one holds.

use crate::Services;
use crate::place::{Kind, within};
use crate::report::{Measurement, Report, Target, median};
use crate::server::Server;
use std::time::Duration;
use tokio::time::sleep;

#[derive(clap::Args, Clone)]
pub struct Options {
    /// Starts on each database, of which the median counts.
    #[arg(long, default_value_t = 5)]
    repeat: usize,
    /// Seconds until the idle server's memory is read.
    #[arg(long, default_value_t = 10)]
    settle: u64,
}

impl Options {
    /// The longest that it may take.
    pub fn limit(&self) -> Duration {
        Duration::from_secs(120 + 2 * 30 * self.repeat as u64 + self.settle)
    }
}

/// Measures.
pub async fn run(options: Options, services: &Services, report: &mut Report) -> anyhow::Result<()> {
    for (kind, name) in [
        (Kind::Embedded, "SQLite"),
        (Kind::Production, "Postgres and Redis"),
    ] {
        report.add(measure(&options, services, kind, name).await?);
    }
    Ok(())
}

async fn measure(
    options: &Options,
    services: &Services,
    kind: Kind,
    name: &str,
) -> anyhow::Result<Measurement> {
    within(services, kind, async |place| {
        let (api, log) = (services.api()?, services.out.join("start.log"));
        let start = || Server::start(&api, place.vars(&[]), &log);
        // the first start makes the schema and, embedded, the demo people
        let first = start().await?;
        let making = first.ready_after.as_secs_f64();
        first.stop().await?;
        let mut times = Vec::new();
        let mut memory = 0.0;
        for at in 0..options.repeat.max(1) {
            let server = start().await?;
            times.push(server.ready_after.as_secs_f64());
            if at == 0 {
                sleep(Duration::from_secs(options.settle)).await;
                memory = server.rss_mb()?;
            }
            server.stop().await?;
        }
        let mut out = Measurement::new(format!("start on {name}"));
        out.figure("first_start_s", making);
        out.figure("slowest_s", times.iter().copied().fold(0.0, f64::max));
        out.row(
            format!("start to ready on an existing {name}"),
            median(times),
            "s",
            Some(Target::AtMost(1.0)),
        );
        let target = (kind == Kind::Embedded).then_some(Target::AtMost(40.0));
        let what = if kind == Kind::Embedded {
            "idle embedded server"
        } else {
            "idle api on Postgres and Redis"
        };
        out.row(format!("memory of the {what}"), memory, "MB", target);
        Ok(out)
    })
    .await
}

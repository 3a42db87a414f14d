//! Our own load program: what the writer, the fan-out, idle sockets and the start cost. `make bench` runs it.

mod compare;
mod fanout;
mod idle;
mod peer;
mod place;
mod proc;
mod report;
mod room;
mod seed;
mod server;
mod socket;
mod start;
mod writer;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use report::Report;
use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Measures Switchboard on this machine, over loopback only. A figure below its target is reported; a message
/// that is lost, doubled or not stored fails the run.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    services: Services,
}

#[derive(Subcommand)]
enum Command {
    /// Concurrent senders directly on the core, on Postgres: what group commit gives.
    Writer(writer::Options),
    /// Rooms of members over WebSockets against the api process.
    Fanout(fanout::Options),
    /// The same load on us and on a peer, in turns, by the peers' own load generator.
    Compare(compare::Options),
    /// What an idle socket costs in memory.
    Idle(idle::Options),
    /// How long a start takes, and how much memory an idle embedded server holds.
    Start(start::Options),
    /// Everything but `compare`; writes results.json and table.md.
    All,
}

/// What the measurements run on.
#[derive(Args, Clone)]
pub struct Services {
    /// A Postgres whose user may create databases; each measurement makes one of its own and removes it.
    #[arg(
        long,
        env = "TEST_DATABASE_URL",
        hide_env_values = true,
        global = true,
        default_value = ""
    )]
    postgres: String,
    /// A Redis; what is written there has a prefix of its own and is removed.
    #[arg(
        long,
        env = "TEST_REDIS_URL",
        hide_env_values = true,
        global = true,
        default_value = ""
    )]
    redis: String,
    /// The api binary; by default the one beside this program.
    #[arg(long, global = true)]
    api: Option<PathBuf>,
    /// Where logs and results go.
    #[arg(long, global = true, default_value = "target/bench")]
    out: PathBuf,
}

impl Services {
    /// The Postgres to use.
    pub fn postgres(&self) -> anyhow::Result<&str> {
        if self.postgres.is_empty() {
            bail!("--postgres (TEST_DATABASE_URL) is needed; `scripts/bench` brings one up");
        }
        Ok(&self.postgres)
    }

    /// The Redis to use.
    pub fn redis(&self) -> anyhow::Result<&str> {
        if self.redis.is_empty() {
            bail!("--redis (TEST_REDIS_URL) is needed; `scripts/bench` brings one up");
        }
        Ok(&self.redis)
    }

    /// The api binary.
    pub fn api(&self) -> anyhow::Result<PathBuf> {
        let path = match &self.api {
            Some(path) => path.clone(),
            None => std::env::current_exe()?.with_file_name("api"),
        };
        if !path.exists() {
            bail!("{} is not there: cargo build --release -p api", path.display());
        }
        Ok(path)
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Answers whether every message was stored and delivered once.
fn run(arguments: Arguments) -> anyhow::Result<bool> {
    let services = &arguments.services;
    std::fs::create_dir_all(&services.out)
        .with_context(|| format!("cannot make {}", services.out.display()))?;
    let mut report = Report::default();
    match arguments.command {
        Command::All => {
            for name in ["start", "writer", "fanout", "idle"] {
                // its options as they are when nothing is said
                perform(
                    Arguments::try_parse_from(["bench", name])?.command,
                    services,
                    &mut report,
                )?;
            }
            report.save(&services.out)?;
        }
        command => perform(command, services, &mut report)?,
    }
    Ok(report.is_sound())
}

fn perform(command: Command, services: &Services, report: &mut Report) -> anyhow::Result<()> {
    match command {
        Command::Writer(options) => {
            let limit = options.limit();
            // as the api's runtime is
            bounded(
                tokio::runtime::Builder::new_multi_thread(),
                limit,
                writer::run(options, services, report),
            )
        }
        Command::Fanout(options) => on_one_thread(options.limit(), fanout::run(options, services, report)),
        Command::Compare(options) => on_one_thread(options.limit(), compare::run(options, services, report)),
        Command::Idle(options) => on_one_thread(options.limit(), idle::run(options, services, report)),
        Command::Start(options) => on_one_thread(options.limit(), start::run(options, services, report)),
        Command::All => Ok(()),
    }
}

/// The client shares the machine with the server: one thread is all it gets.
fn on_one_thread(limit: Duration, work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let local = tokio::task::LocalSet::new();
    bounded(
        tokio::runtime::Builder::new_current_thread(),
        limit,
        local.run_until(work),
    )
}

fn bounded(
    mut runtime: tokio::runtime::Builder,
    limit: Duration,
    work: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let runtime = runtime.enable_all().build().context("cannot start the runtime")?;
    let done = runtime.block_on(async {
        tokio::select! {
            done = work => done,
            () = tokio::time::sleep(limit) => bail!("not done within {} s", limit.as_secs()),
            _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(2));
    done
}

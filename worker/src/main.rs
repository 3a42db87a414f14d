//! The worker process of the production profile.

use anyhow::Context;
use clap::Parser;
use shared::clock::Clock;
use shared::core::Core;
use shared::settings::Settings;
use tokio_util::sync::CancellationToken;

/// Runs Switchboard's jobs: the bot's replies, receipts, attachments, cleaning up. Everything is set by the
/// environment, as for `api`.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {}

fn main() -> anyhow::Result<()> {
    Arguments::parse();
    let settings = Settings::from_env()?;
    shared::process::start(&settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(settings))
}

async fn run(settings: Settings) -> anyhow::Result<()> {
    let shutdown = CancellationToken::new();
    let core = Core::open(settings, Clock::System, shutdown.clone())
        .await
        .context("cannot start")?;
    let worker = worker::spawn(core);
    tracing::info!("the worker runs");
    shared::process::stop_signal().await?;
    tracing::info!("the worker stops");
    shutdown.cancel();
    worker.done.await?;
    Ok(())
}

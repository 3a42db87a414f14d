//! The worker process of the production profile.

use anyhow::Context;
use app::App;
use clap::Parser;
use kernel::clock::Clock;
use kernel::settings::Settings;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

/// Runs Switchboard's jobs: the bot's replies, receipts, attachments, cleaning up. Everything is set by the
/// environment, as for `api`.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {}

fn main() -> ExitCode {
    Arguments::parse();
    platform::bootstrap::run(run())
}

async fn run() -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    platform::bootstrap::start(&settings)?;
    let shutdown = CancellationToken::new();
    let app = App::start(settings, Clock::System, shutdown.clone())
        .await
        .map_err(kernel::error::explained)
        .context("cannot start")?;
    let worker = worker::spawn(app.clone());
    tracing::info!("the worker runs");
    platform::bootstrap::stop_signal().await?;
    tracing::info!("the worker stops");
    shutdown.cancel();
    let done = worker.done.await;
    // what the last jobs published is on its way until here
    app.close().await;
    Ok(done?)
}

//! What every process does at its start and its end: TLS provider, logging, signals.

use kernel::settings::{LogFormat, Settings};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// What is logged where `RUST_LOG` says nothing.
const FILTER: &str = "info,sqlx=warn,sea_orm=warn,apalis_core=warn,apalis_redis=warn";

/// Chooses the TLS provider, begins to log to standard error, and takes all the file descriptors that it may have.
pub fn start(settings: &Settings) -> anyhow::Result<()> {
    // a second call in one process finds it chosen
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let filter = match std::env::var("RUST_LOG") {
        Ok(filter) if !filter.is_empty() => EnvFilter::try_new(filter)?,
        _ => EnvFilter::new(FILTER),
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr);
    let begun = match settings.log_format {
        LogFormat::Json => log.json().flatten_event(true).try_init(),
        LogFormat::Pretty => log.compact().try_init(),
    };
    begun.map_err(|error| anyhow::anyhow!("cannot begin to log: {error}"))?;
    let files = raise_file_limit();
    tracing::info!(files, "file descriptors that may be open");
    Ok(())
}

/// Raises the soft limit on open files to the hard one: the usual 1,024 is for programs that use `select`. The limit that
/// then holds.
pub fn raise_file_limit() -> usize {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
        && let Err(error) = setrlimit(Resource::RLIMIT_NOFILE, hard, hard)
    {
        tracing::warn!(%error, soft, hard, "the limit on open files cannot be raised");
    }
    file_limit()
}

/// How many files, sockets among them, this process may have open.
pub fn file_limit() -> usize {
    let limit = getrlimit(Resource::RLIMIT_NOFILE).map_or(1024, |(soft, _)| soft);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Runs a process's work to its end. An error is one line on standard error, with its causes.
pub fn run(work: impl Future<Output = anyhow::Result<()>>) -> ExitCode {
    let result = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(work));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Waits for SIGTERM or SIGINT.
pub async fn stop_signal() -> std::io::Result<()> {
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    Ok(())
}

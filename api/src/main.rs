//! The api process; on the embedded profile the whole server.

use clap::Parser;

fn main() -> anyhow::Result<()> {
    let arguments = api::cli::Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(api::cli::run(arguments))
}

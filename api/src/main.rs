//! The api process; on the embedded profile the whole server.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = api::cli::Arguments::parse();
    platform::bootstrap::run(api::cli::run(arguments))
}

//! Sentence-embedding models, from the command line.

use anyhow::Context;
use clap::Subcommand;
use kernel::settings::Settings;

#[derive(Subcommand)]
pub(super) enum ModelCommand {
    /// Bring a published model into the folder that the server looks for one in, such as intfloat/multilingual-e5-small (470 MB).
    Fetch {
        /// Its owner and its name, with a slash between.
        name: String,
        /// Where models are published.
        #[arg(long, env = "HF_ENDPOINT", default_value = assist::PUBLISHED_MODELS)]
        from: String,
    },
}

pub(super) async fn run(command: ModelCommand) -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    let ModelCommand::Fetch { name, from } = command;
    let folder = settings
        .embeddings
        .folder()
        .context("EMBEDDINGS_BASE_URL is set: its server has the model")?;
    let place = assist::fetch_model(&from, &name, folder).await?;
    println!("{}: a running server uses it within a minute", place.display());
    Ok(())
}

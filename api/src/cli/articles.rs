//! The articles of the help centre, imported and exported from the command line.

use super::open;
use anyhow::{Context, bail};
use app::App;
use assist::knowledge::import::{self, Imported, Options, files, site};
use assist::knowledge::{MAX_ARTICLES, Reading};
use bot::front_matter;
use clap::{Args, Subcommand, ValueEnum};
use entity::article::Status;
use entity::{UserId, user};
use kernel::error::explained;
use kernel::settings::Settings;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(super) enum ArticlesCommand {
    /// Add articles from a folder of Markdown files, a Markdown file, a ZIP, a CSV, a public page or a sitemap.
    Import(Wanted),
    /// Write all articles to a new directory, as Markdown files with front matter: <locale>/<slug>.md.
    Export {
        /// Made by this; must not exist.
        directory: PathBuf,
    },
}

#[derive(Args)]
pub(super) struct Wanted {
    /// A folder, a file (.md, .zip, .csv), or an http(s) address.
    source: String,
    /// The state of articles that do not say their own; draft unless given.
    #[arg(long, value_enum)]
    status: Option<StatusName>,
    /// Replace articles of the same slug and language, which are left as they are otherwise.
    #[arg(long)]
    update: bool,
    /// Who counts as their author; the bot unless given.
    #[arg(long)]
    author: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum StatusName {
    Draft,
    Published,
}

impl From<StatusName> for Status {
    fn from(name: StatusName) -> Self {
        match name {
            StatusName::Draft => Self::Draft,
            StatusName::Published => Self::Published,
        }
    }
}

pub(super) async fn run(command: ArticlesCommand) -> anyhow::Result<()> {
    let app = open(Settings::from_env()?).await?;
    match command {
        ArticlesCommand::Import(wanted) => {
            let imported = import(&app, wanted).await?;
            report(&imported);
            if !imported.problems.is_empty() {
                bail!(
                    "{} problems; everything else is imported",
                    imported.problems.len()
                );
            }
        }
        ArticlesCommand::Export { directory } => {
            let count = export(&app, &directory).await?;
            println!("{count} articles exported");
        }
    }
    app.bus.flush().await;
    Ok(())
}

async fn import(app: &App, wanted: Wanted) -> anyhow::Result<Imported> {
    let source = &wanted.source;
    let batch = if source.starts_with("https://") || source.starts_with("http://") {
        site::read(&app.assist, source, site::BY_HAND).await
    } else {
        read(Path::new(source))?
    };
    let options = Options {
        status: wanted.status.map(Into::into),
        update: wanted.update,
    };
    let author = author(app, wanted.author.as_deref()).await?;
    let batch = batch.map_err(explained).with_context(|| source.clone())?;
    import::store(&app.assist, author, batch, options)
        .await
        .map_err(explained)
}

fn read(path: &Path) -> anyhow::Result<kernel::error::Result<import::Batch>> {
    let about = std::fs::metadata(path).with_context(|| path.display().to_string())?;
    if about.is_dir() {
        return Ok(files::folder(path));
    }
    if about.len() > files::MAX_FILE as u64 {
        bail!("{}: must be at most 20 MiB", path.display());
    }
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    Ok(files::read(&path.to_string_lossy(), &bytes))
}

async fn author(app: &App, name: Option<&str>) -> anyhow::Result<UserId> {
    let Some(name) = name else {
        return Ok(app.bot.account().map_err(explained)?.id);
    };
    let all = accounts::users::list(app, None).await.map_err(explained)?;
    let found = all.into_iter().find(|user: &user::Model| user.username == name);
    Ok(found.with_context(|| format!("{name}: no such account"))?.id)
}

fn report(imported: &Imported) {
    for problem in &imported.problems {
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        println!("{}{line}: {}: {}", problem.file, problem.field, problem.message);
    }
    let Imported {
        added,
        updated,
        skipped,
        ..
    } = imported;
    println!(
        "{added} added, {updated} updated, {skipped} left as they were; at most {MAX_ARTICLES} may be kept"
    );
}

async fn export(app: &App, directory: &Path) -> anyhow::Result<u64> {
    std::fs::create_dir(directory).with_context(|| directory.display().to_string())?;
    let mut reading = Reading::begin(&app.assist).await.map_err(explained)?;
    let mut count = 0;
    while let Some(articles) = reading.next(&app.assist).await.map_err(explained)? {
        for file in articles {
            // of a language tag and a slug: neither has a dot or a slash in it
            let path = directory.join(&file.name);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&path, front_matter::write(&file.article))
                .with_context(|| path.display().to_string())?;
            count += 1;
        }
    }
    Ok(count)
}

//! Writing an export.

use super::{FILES, Line, Moved, ROWS, schema, tables};
use anyhow::{Context, bail};
use futures_util::StreamExt;
use kernel::secrets::private_dir;
use platform::db::Db;
use platform::files::{Files, FilesError};
use serde_json::Value;
use std::path::Path;
use tokio::fs::{DirBuilder, File, OpenOptions};
use tokio::io::{AsyncWriteExt, BufWriter};

/// Writes everything to a directory that must not exist yet, as it is at one moment; the server may run. The database is
/// only read.
///
/// # Errors
///
/// A schema that is behind this program's, a directory that exists or cannot be made, a full disk, a database or a file store that does not answer. What was
/// written until then stays and is refused by `import`.
pub async fn export(db: &Db, files: &Files, directory: &Path) -> anyhow::Result<Moved> {
    if directory.exists() {
        bail!("{} exists already", directory.display());
    }
    db.require_current().await.map_err(kernel::error::explained)?;
    private_dir(directory).map_err(kernel::error::explained)?;
    let file = make(&directory.join(ROWS)).await?;
    let mut out = Lines(BufWriter::new(file));
    let mut moved = Moved::default();
    let mut keys = Vec::new();
    out.write(&Line::Export { schema: schema() }).await?;
    let snapshot = db.snapshot().await?;
    for table in tables::all() {
        let mut rows = table.read(&snapshot).await?;
        while let Some(row) = rows.next().await {
            let row = row?;
            // a rejected upload has no bytes any more
            if tables::WITH_FILES.contains(&table.name())
                && text(&row, "state").as_deref() != Some("rejected")
            {
                keys.extend(
                    ["key", "thumbnail_key"]
                        .iter()
                        .filter_map(|name| text(&row, name)),
                );
            }
            moved.count(table.name());
            let table = table.name().to_owned();
            out.write(&Line::Row { table, row }).await?;
        }
    }
    drop(snapshot);
    for key in keys {
        copy(files, &key, &directory.join(FILES), &mut moved).await?;
    }
    let (rows, files) = (moved.total(), moved.files);
    out.write(&Line::End { rows, files }).await?;
    out.finish().await?;
    Ok(moved)
}

fn text(row: &Value, name: &str) -> Option<String> {
    row.get(name)?.as_str().map(str::to_owned)
}

/// A rejected upload may be gone already: it is named, and the rest goes on.
async fn copy(files: &Files, key: &str, directory: &Path, moved: &mut Moved) -> anyhow::Result<()> {
    let bytes = match files.get(key).await {
        Ok(bytes) => bytes,
        Err(FilesError::NotFound(key)) => {
            moved.missing.push(key);
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let path = directory.join(key);
    if let Some(parent) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)
            .await?;
    }
    let mut file = make(&path).await?;
    file.write_all(&bytes)
        .await
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.flush().await?;
    moved.files += 1;
    Ok(())
}

/// A new file that nobody else can read: an export holds password hashes and what people said.
async fn make(path: &Path) -> anyhow::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .await;
    file.with_context(|| format!("cannot make {}", path.display()))
}

struct Lines(BufWriter<File>);

impl Lines {
    async fn write(&mut self, line: &Line) -> anyhow::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        Ok(self.0.write_all(&bytes).await?)
    }

    async fn finish(mut self) -> anyhow::Result<()> {
        self.0.flush().await?;
        Ok(self.0.into_inner().sync_all().await?)
    }
}

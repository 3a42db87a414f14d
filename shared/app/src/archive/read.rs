//! Reading an export.

use super::tables::{self, Table};
use super::{FILES, Line, Moved, ROWS, schema};
use anyhow::{Context, bail};
use entity::{prompt, user};
use platform::db::{Db, Transaction};
use platform::files::Files;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::Value;
use std::path::Path;
use tokio::fs::File;
use tokio::io::{AsyncBufReadExt, BufReader};

/// Rows that are stored in one statement: SQLite allows 32,766 values.
const CHUNK: usize = 200;

/// Stores an export in an empty database, with its files. All of it or nothing; files that were stored before a failure
/// are orphans, which the purge takes away.
///
/// # Errors
///
/// A database with people in it, an export of another schema, one that is not whole, a file that it lacks.
pub async fn import(db: &Db, files: &Files, directory: &Path) -> anyhow::Result<Moved> {
    let tx = db.begin_unlimited().await?;
    if user::Entity::find().count(&*tx).await? > 0 {
        bail!("the database is not empty: import into a new one, before the first start of the server");
    }
    // the migration's own: the export has them as they are there
    prompt::Entity::delete_many().exec(&*tx).await?;
    let path = directory.join(ROWS);
    let file = File::open(&path)
        .await
        .with_context(|| format!("cannot read {}", path.display()))?;
    let mut import = Import {
        tables: tables::all(),
        at: 0,
        waiting: Vec::new(),
        moved: Moved::default(),
    };
    let mut lines = BufReader::new(file).lines();
    let mut number = 0;
    let mut end = None;
    while let Some(line) = lines.next_line().await? {
        number += 1;
        let line = serde_json::from_str(&line).with_context(|| format!("{}:{number}", path.display()))?;
        match line {
            Line::Export { schema: theirs } if theirs != schema() => bail!(
                "the export is of schema {theirs}, this program's is {}: export with the same version",
                schema()
            ),
            Line::Export { .. } => {}
            Line::Row { table, row } => {
                copy(files, directory, &table, &row, &mut import.moved).await?;
                import.take(&tx, &table, row).await?;
            }
            Line::End { rows, .. } => end = Some(rows),
        }
    }
    import.flush(&tx).await?;
    if end != Some(import.moved.total()) {
        bail!("the export is not whole: it ended after {number} lines");
    }
    continue_numbers(db, &tx).await?;
    tx.commit().await?;
    Ok(import.moved)
}

struct Import {
    tables: Vec<Box<dyn Table>>,
    /// Which table the waiting rows are of.
    at: usize,
    waiting: Vec<Value>,
    moved: Moved,
}

impl Import {
    async fn take(&mut self, tx: &Transaction, table: &str, row: Value) -> anyhow::Result<()> {
        if self.tables[self.at].name() != table || self.waiting.len() == CHUNK {
            self.flush(tx).await?;
        }
        let place = self.tables.iter().position(|known| known.name() == table);
        self.at = place.with_context(|| format!("there is no table {table}"))?;
        self.waiting.push(row);
        self.moved.count(table);
        Ok(())
    }

    async fn flush(&mut self, tx: &Transaction) -> anyhow::Result<()> {
        if !self.waiting.is_empty() {
            let rows = std::mem::take(&mut self.waiting);
            self.tables[self.at].store(tx, rows).await?;
        }
        Ok(())
    }
}

/// Stores the files that a row names; those that were missing at the export are missing still.
async fn copy(
    files: &Files,
    directory: &Path,
    table: &str,
    row: &Value,
    moved: &mut Moved,
) -> anyhow::Result<()> {
    if !tables::WITH_FILES.contains(&table) {
        return Ok(());
    }
    for name in ["key", "thumbnail_key"] {
        let Some(key) = row.get(name).and_then(Value::as_str) else {
            continue;
        };
        match tokio::fs::read(directory.join(FILES).join(key)).await {
            Ok(bytes) => {
                files.put(key, bytes.into()).await?;
                moved.files += 1;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => moved.missing.push(key.to_owned()),
            Err(error) => return Err(error).with_context(|| format!("cannot read the file {key}")),
        }
    }
    Ok(())
}

/// Postgres' own counters do not notice rows that bring their number along.
async fn continue_numbers(db: &Db, tx: &Transaction) -> anyhow::Result<()> {
    if db.is_sqlite() {
        return Ok(());
    }
    tx.execute_unprepared(
        "DO $$ DECLARE c record; BEGIN \
           FOR c IN SELECT table_name AS t, column_name AS n FROM information_schema.columns \
               WHERE table_schema = current_schema() AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL LOOP \
             EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), max(%I)) FROM %I HAVING max(%I) IS NOT NULL', \
               quote_ident(c.t), c.n, c.n, c.t, c.n); \
           END LOOP; END $$",
    )
    .await?;
    Ok(())
}

//! Everything that is kept, as a directory: to move between profiles and databases, or to put away.
//!
//! `rows.jsonl` begins with a line that names the schema, has one line per row, tables in the order in which they can be
//! stored again, and ends with a line that counts them; `files/` holds the uploads and the articles' images under their keys. Sessions go along, as
//! the hashes that are kept of them: a visitor without an account is who they were. Left out are jobs that are done.

mod read;
mod secrets;
mod tables;
mod write;

pub use read::import;
pub use tables::LEFT_OUT;
pub use tables::names as table_names;
pub use write::export;

use serde::{Deserialize, Serialize};

/// What was moved.
#[derive(Debug, Default)]
pub struct Moved {
    /// Rows by table, in the order in which they were moved.
    pub rows: Vec<(String, u64)>,
    /// Files copied, thumbnails among them.
    pub files: u64,
    /// Keys of files that the rows name and the store does not have.
    pub missing: Vec<String>,
}

impl Moved {
    fn count(&mut self, table: &str) {
        match self.rows.last_mut() {
            Some((last, rows)) if last == table => *rows += 1,
            _ => self.rows.push((table.to_owned(), 1)),
        }
    }

    fn total(&self) -> u64 {
        self.rows.iter().map(|(_, rows)| rows).sum()
    }
}

/// A line of `rows.jsonl`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The first: the newest migration of the database that it is of.
    Export {
        schema: String,
    },
    Row {
        table: String,
        row: serde_json::Value,
    },
    /// The last: without it the export is not whole.
    End {
        rows: u64,
        files: u64,
    },
}

const ROWS: &str = "rows.jsonl";
const FILES: &str = "files";

/// The newest migration that this program knows.
fn schema() -> String {
    use migration::{Migrator, MigratorTrait};
    let newest = Migrator::migrations().pop();
    newest.map_or_else(String::new, |migration| migration.name().to_owned())
}

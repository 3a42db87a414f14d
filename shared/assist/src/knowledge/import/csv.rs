//! A table of articles, one in each row.

use super::files::MAX_ENTRIES;
use super::{Batch, slug};
use bot::front_matter::FrontMatter;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use kernel::error::{Error, Result};

/// The columns that are read, in whichever order. Tags are divided by commas, questions by line ends.
const COLUMNS: [&str; 8] = [
    "title",
    "body",
    "slug",
    "category",
    "tags",
    "locale",
    "status",
    "questions",
];
/// Values of one row: what has more is no table of articles.
const MAX_VALUES: usize = 100;

fn refused(message: impl Into<String>) -> Error {
    Error::invalid("file", message)
}

/// Reads a table whose first row names its columns, divided by commas or semicolons.
///
/// # Errors
///
/// It lacks the column `title` or `body`, or has more than [`MAX_ENTRIES`] rows.
pub(super) fn read(name: &str, text: &str) -> Result<Batch> {
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n");
    let mut rows = Rows::new(&text);
    let header = rows.next_row()?.map(|row| row.values).unwrap_or_default();
    let columns: Vec<String> = header.iter().map(|column| column.trim().to_lowercase()).collect();
    for wanted in ["title", "body"] {
        if !columns.iter().any(|column| column == wanted) {
            let all = COLUMNS.join(", ");
            let message = format!("Has no column {wanted}: its first line must name the columns, of {all}");
            return Err(refused(message));
        }
    }
    let mut batch = Batch::default();
    for (place, column) in columns.iter().enumerate() {
        if columns.iter().take(place).any(|other| other == column) {
            return Err(refused(format!("Has the column {} twice", super::shown(column))));
        }
        if !COLUMNS.contains(&column.as_str()) {
            let column = super::shown(column);
            batch.refuse(
                name,
                Some(1),
                &column,
                "Is no column of articles, and is left out",
            );
        }
    }
    let mut count = 0;
    while let Some(row) = rows.next_row()? {
        count += 1;
        if count > MAX_ENTRIES {
            return Err(refused(format!("Must have at most {MAX_ENTRIES} rows")));
        }
        let (has, must) = (row.values.len(), columns.len());
        if has == must {
            take(&mut batch, name, row.line, &columns, &row.values);
        } else {
            let message = format!("Must have {must} values, as the first line has, and has {has}");
            batch.refuse(name, Some(row.line), "file", message);
        }
    }
    Ok(batch)
}

fn take(batch: &mut Batch, name: &str, line: u32, columns: &[String], row: &[String]) {
    let value = |wanted: &str| {
        let place = columns.iter().position(|column| column == wanted)?;
        let value = row.get(place).map(|value| value.trim());
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    };
    let list = |wanted: &str, between: char| {
        let values = value(wanted).unwrap_or_default();
        let values = values.split(between).map(str::trim);
        values
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let is_draft = match value("status").as_deref() {
        None => None,
        Some("draft") => Some(true),
        Some("published") => Some(false),
        Some(_) => return batch.refuse(name, Some(line), "status", "Must be draft or published"),
    };
    let Some(title) = value("title") else {
        return batch.refuse(name, Some(line), "title", "This field may not be blank.");
    };
    let otherwise = slug::of_title(&title);
    let said = FrontMatter {
        title: Some(title),
        slug: value("slug"),
        category: value("category"),
        tags: list("tags", ','),
        locale: value("locale"),
        is_draft,
        questions: list("questions", '\n'),
        body: value("body").unwrap_or_default(),
        ..FrontMatter::default()
    };
    batch.take(name, Some(line), said, otherwise);
}

/// A row and the line where it begins.
struct Row {
    line: u32,
    values: Vec<String>,
}

/// The rows of a table, one after another.
struct Rows<'a> {
    reader: Reader,
    rest: &'a [u8],
    /// The values of a row, one behind the other, and where each ends.
    values: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str) -> Self {
        let first = text.lines().next().unwrap_or_default();
        let semicolons = first.contains(';') && !first.contains(',');
        Self {
            reader: ReaderBuilder::new()
                .delimiter(if semicolons { b';' } else { b',' })
                .build(),
            rest: text.as_bytes(),
            values: vec![0; 64 * 1024],
            ends: vec![0; MAX_VALUES],
        }
    }

    fn next_row(&mut self) -> Result<Option<Row>> {
        let (mut filled, mut ended) = (0, 0);
        loop {
            let (values, ends) = (&mut self.values[filled..], &mut self.ends[ended..]);
            let (result, read, wrote, more) = self.reader.read_record(self.rest, values, ends);
            let is_line = self.rest.get(..read).is_some_and(|read| read.ends_with(b"\n"));
            self.rest = self.rest.get(read..).unwrap_or_default();
            (filled, ended) = (filled + wrote, ended + more);
            match result {
                // the end of the text is told by reading nothing once more
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.values.resize(self.values.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => {
                    return Err(refused(format!("Must have at most {MAX_VALUES} values in a row")));
                }
                ReadRecordResult::Record => return self.row(ended, is_line).map(Some),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn row(&self, ended: usize, is_line: bool) -> Result<Row> {
        let mut values = Vec::with_capacity(ended);
        let mut from = 0;
        for end in self.ends.iter().take(ended) {
            let value = self.values.get(from..*end).unwrap_or_default();
            let value = std::str::from_utf8(value).map_err(|_| refused("Must be text in UTF-8"))?;
            values.push(value.to_owned());
            from = *end;
        }
        // the reader stands behind the row
        let within: usize = values.iter().map(|value| value.matches('\n').count()).sum();
        let behind = usize::try_from(self.reader.line()).unwrap_or(usize::MAX);
        let line = behind.saturating_sub(within + usize::from(is_line));
        Ok(Row {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            values,
        })
    }
}

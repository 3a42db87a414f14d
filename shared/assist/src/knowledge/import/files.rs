//! Files of articles, read within limits: Markdown, a ZIP of it, a CSV; and a ZIP of all articles, written.

use super::{Batch, csv};
use bot::documents::MAX_BYTES;
use bot::front_matter::{self, FrontMatter};
use kernel::error::{Error, Result};
use std::borrow::Cow;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What an imported file holds at most, in bytes.
pub const MAX_FILE: usize = 20 * 1024 * 1024;
/// Files of one ZIP, or of one folder, and rows of one CSV.
pub const MAX_ENTRIES: usize = 10_000;
/// What the files of a ZIP, or of a folder, hold together.
const MAX_UNPACKED: usize = 50 * 1024 * 1024;
/// How much larger than in the ZIP a file may be: text shrinks to a tenth, seldom to a hundredth.
const MAX_RATIO: u64 = 200;
/// Smaller files may be whatever they are.
const SMALL: u64 = 100 * 1024;

fn refused(message: impl Into<String>) -> Error {
    Error::invalid("file", message)
}

/// Reads a file by the end of its name: `.md`, `.zip` or `.csv`. CPU-bound.
///
/// # Errors
///
/// A file that cannot be read at all. What is wrong with one article of several is told with the others.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<Batch> {
    if bytes.len() > MAX_FILE {
        return Err(refused("Must be at most 20 MiB"));
    }
    let end = file_name
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase());
    match end.as_deref() {
        Some("md" | "markdown") => {
            let mut batch = Batch::default();
            take(&mut batch, file_name, bytes);
            Ok(batch)
        }
        Some("csv") => csv::read(file_name, text(bytes).map_err(refused)?),
        Some("zip") => unpacked(bytes, MAX_UNPACKED),
        _ => Err(refused(
            "Must be Markdown (.md), a ZIP of it (.zip) or a table (.csv)",
        )),
    }
}

/// The text of a file.
fn text(bytes: &[u8]) -> Result<&str, &'static str> {
    std::str::from_utf8(bytes).map_err(|_| "Must be text in UTF-8")
}

fn take(batch: &mut Batch, name: &str, bytes: &[u8]) {
    if bytes.len() > MAX_BYTES {
        batch.refuse(name, None, "file", "Must be at most 1 MiB");
        return;
    }
    match text(bytes) {
        Ok(text) => batch.take_markdown(name, text),
        Err(why) => batch.refuse(name, None, "file", why),
    }
}

fn is_markdown(name: &str) -> bool {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    matches!(end.as_deref(), Some("md" | "markdown"))
}

/// What systems put beside files, which nobody means to import.
fn is_hidden(name: &str) -> bool {
    name.split(['/', '\\'])
        .any(|part| part.starts_with('.') && part != "." && part != ".." || part == "__MACOSX")
}

/// The Markdown files of a ZIP. Their names are only names: nothing is written anywhere.
fn unpacked(bytes: &[u8], most: usize) -> Result<Batch> {
    let too_many = || refused(format!("Must hold at most {MAX_ENTRIES} files"));
    // before its table of files is read, which a hostile one makes long
    if declared(bytes).is_some_and(|entries| entries > MAX_ENTRIES) {
        return Err(too_many());
    }
    let broken = |_| refused("Is no ZIP that can be read");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MAX_ENTRIES {
        return Err(too_many());
    }
    let (mut batch, mut left, mut seen) = (Batch::default(), most, 0);
    for place in 0..archive.len() {
        let Some(Ok(name)) = archive
            .name_for_index(place)
            .map(|name| name.map(Cow::into_owned))
        else {
            batch.refuse(
                &format!("File {}", place + 1),
                None,
                "file",
                "Has no name that can be read",
            );
            continue;
        };
        let mut entry = match archive.by_index(place) {
            Ok(entry) => entry,
            Err(error) => {
                batch.refuse(&name, None, "file", format!("Cannot be unpacked: {error}"));
                continue;
            }
        };
        if !entry.is_file() || is_hidden(&name) {
            continue;
        }
        if !is_markdown(&name) {
            batch.refuse(&name, None, "file", "Is no Markdown file (.md)");
            continue;
        }
        seen += 1;
        let is_bomb = entry.size() > SMALL && entry.size() / entry.compressed_size().max(1) > MAX_RATIO;
        if is_bomb {
            let message = format!("Is packed too tightly: more than {MAX_RATIO} times");
            batch.refuse(&name, None, "file", message);
            continue;
        }
        let mut content = Vec::new();
        // its declared size may be a lie
        let read = (&mut entry)
            .take(MAX_BYTES.min(left) as u64 + 1)
            .read_to_end(&mut content);
        if content.len() > left {
            let most = most / 1024 / 1024;
            return Err(refused(format!(
                "Must hold at most {most} MiB when it is unpacked"
            )));
        }
        left -= content.len();
        match read {
            Ok(_) => take(&mut batch, &name, &content),
            Err(error) => batch.refuse(&name, None, "file", format!("Cannot be unpacked: {error}")),
        }
    }
    if seen == 0 {
        return Err(refused("Holds no Markdown file (.md)"));
    }
    Ok(batch)
}

/// How many files a ZIP says that it holds, by its last record.
fn declared(bytes: &[u8]) -> Option<usize> {
    const RECORD: &[u8] = b"PK\x05\x06";
    // the record has 22 bytes and a comment of 65,535 at most
    let tail = bytes.get(bytes.len().saturating_sub(22 + 65_535)..)?;
    let at = tail.windows(RECORD.len()).rposition(|some| some == RECORD)?;
    let count = tail.get(at + 10..at + 12)?;
    Some(usize::from(u16::from_le_bytes([*count.first()?, *count.get(1)?])))
}

/// The Markdown files below a folder of this machine, in the order of their names; links are not followed.
///
/// # Errors
///
/// The folder cannot be read, or holds too much.
pub fn folder(folder: &Path) -> Result<Batch> {
    let (mut batch, mut left, mut entries) = (Batch::default(), MAX_UNPACKED, 0);
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(&path).map_err(Error::internal)? {
            entries += 1;
            if entries > MAX_ENTRIES {
                return Err(refused(format!("Must hold at most {MAX_ENTRIES} files")));
            }
            let entry = entry.map_err(Error::internal)?;
            inside.push((entry.path(), entry.file_type().map_err(Error::internal)?));
        }
        inside.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (path, kind) in inside {
            let name = path
                .strip_prefix(folder)
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            if is_hidden(&name) {
                continue;
            }
            if kind.is_dir() {
                waiting.push(path);
            } else if kind.is_file() && is_markdown(&name) {
                let mut content = Vec::new();
                let file = std::fs::File::open(&path).map_err(Error::internal)?;
                let read = file.take(MAX_BYTES as u64 + 1).read_to_end(&mut content);
                read.map_err(Error::internal)?;
                left = left
                    .checked_sub(content.len())
                    .ok_or_else(|| refused("Must hold at most 50 MiB"))?;
                take(&mut batch, &name, &content);
            }
        }
    }
    if batch.is_empty() && batch.problems.is_empty() {
        return Err(refused("Holds no Markdown file (.md)"));
    }
    Ok(batch)
}

/// A ZIP that grows by one article after another.
pub struct Pack(ZipWriter<Cursor<Vec<u8>>>);

impl Default for Pack {
    fn default() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }
}

impl Pack {
    /// Adds a file.
    ///
    /// # Errors
    ///
    /// It has this name already, or there are more than a ZIP can hold.
    pub fn add(&mut self, name: &str, article: &FrontMatter) -> Result<()> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.0.start_file(name, options).map_err(Error::internal)?;
        self.0
            .write_all(front_matter::write(article).as_bytes())
            .map_err(Error::internal)
    }

    /// All of it.
    ///
    /// # Errors
    ///
    /// It cannot be finished.
    pub fn finish(self) -> Result<Vec<u8>> {
        Ok(self.0.finish().map_err(Error::internal)?.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zip_that_holds_more_than_it_may_is_refused_however_small_it_is() {
        let mut pack = Pack::default();
        for n in 0..3 {
            let body = (0..40_000).map(|word| format!("{word} ")).collect::<String>();
            let article = FrontMatter {
                body,
                ..FrontMatter::default()
            };
            pack.add(&format!("{n}.md"), &article).unwrap();
        }
        let bytes = pack.finish().unwrap();
        assert_eq!(unpacked(&bytes, 1024 * 1024).unwrap().len(), 3);
        let refused = unpacked(&bytes, 512 * 1024).unwrap_err();
        assert_eq!(refused.to_string(), "Must hold at most 0 MiB when it is unpacked");
        assert!(bytes.len() < 512 * 1024);
    }

    #[test]
    fn what_says_too_much_of_its_files_is_refused_before_it_is_read() {
        let mut bytes = b"PK\x05\x06".to_vec();
        bytes.extend([0; 4]);
        bytes.extend(u16::MAX.to_le_bytes().repeat(2));
        bytes.extend([0; 10]);
        assert_eq!(declared(&bytes), Some(65_535));
        let refused = unpacked(&bytes, MAX_UNPACKED).unwrap_err();
        assert_eq!(refused.to_string(), "Must hold at most 10000 files");
    }
}

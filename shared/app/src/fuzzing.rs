//! What strangers send, as functions of bytes: each must hold for any bytes, and panics where it does not. The fuzz targets
//! (`fuzz/`) call them, and so do the tests, with what fuzzing has kept (`tests/fuzz-corpus`) and with what is made of it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

use accounts::tokens::Keys;
use bytes::Bytes;
use chat::attachments::{Lasting, Link};
use chrono::{DateTime, Utc};
use entity::{AttachmentId, UserId};
use kernel::settings::Settings;
use media::{self, Kind};
use platform::paging::{Cursor, Key};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::LazyLock;
use uuid::Uuid;

/// A name and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target here.
pub const TARGETS: &[Target] = &[
    ("cursor", fuzz_cursor),
    ("access_token", fuzz_access_token),
    ("file_link", fuzz_file_link),
    ("file_name", fuzz_file_name),
    ("media", fuzz_media),
    ("markdown", fuzz_markdown),
];

/// A cursor that is read is written as it was, but for the ways to write a number or an id.
pub fn fuzz_cursor(bytes: &[u8]) {
    fn check<K: Key + PartialEq + std::fmt::Debug>(text: &str) {
        if let Ok(cursor) = Cursor::<K>::decode(text) {
            let again = Cursor::<K>::decode(&cursor.encode()).expect("what was written is read");
            assert_eq!(again, cursor);
        }
    }
    let text = String::from_utf8_lossy(bytes);
    check::<i64>(&text);
    check::<Uuid>(&text);
    check::<(DateTime<Utc>, Uuid)>(&text);
}

/// Nobody but the server has its keys.
static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let secret = kernel::secrets::random_hex(32);
    let vars = HashMap::from([("JWT_SECRET".to_owned(), secret)]);
    Keys::load(&Settings::from_vars(vars).expect("settings")).expect("keys")
});

/// No bytes are an access token.
pub fn fuzz_access_token(bytes: &[u8]) {
    let token = String::from_utf8_lossy(bytes);
    assert!(KEYS.verify(&token, DateTime::UNIX_EPOCH).is_err());
}

/// No bytes are the query of a link: what it is bound to, when it ends and its signature, a line each.
pub fn fuzz_file_link(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let mut next = || lines.next().unwrap_or_default();
    let (file, message, reader) = (next().parse(), next().parse(), next().parse());
    let link = Link {
        file: file.unwrap_or(AttachmentId(Uuid::nil())),
        message: message.ok(),
        reader: reader.ok().map(UserId),
        lasting: Lasting::default(),
    };
    let exp = next().parse().unwrap_or(i64::MAX);
    assert!(
        KEYS.verify_link(&link, exp, next(), DateTime::UNIX_EPOCH)
            .is_err()
    );
}

/// A name that is shown is short, has no path and no control characters, and is safe again as it is.
pub fn fuzz_file_name(bytes: &[u8]) {
    let claimed = String::from_utf8_lossy(bytes);
    for kind in [Kind::Jpeg, Kind::Png, Kind::Gif, Kind::Webp, Kind::Pdf] {
        let name = media::safe_name(&claimed, kind);
        assert!(!name.is_empty() && name.len() <= 255, "{name:?}");
        assert!(
            !name.chars().any(|c| c.is_control() || c == '/' || c == '\\'),
            "{name:?}"
        );
        assert_eq!(media::safe_name(&name, kind), name);
    }
}

/// A text's HTML runs nothing and is as long and as deep as its limits say; a text that is refused has a plain form.
pub fn fuzz_markdown(bytes: &[u8]) {
    markup::soundness::assert_sound(&String::from_utf8_lossy(bytes));
}

/// A file is refused, or cleaned once and for all.
pub fn fuzz_media(bytes: &[u8]) {
    let Some(kind) = media::sniff(bytes) else { return };
    let bytes = Bytes::copy_from_slice(bytes);
    let Ok(processed) = media::process(bytes.clone(), kind) else {
        return;
    };
    let kept = processed.bytes.unwrap_or(bytes);
    assert!(kept.len() <= media::MAX_FILE_BYTES);
    if kind.is_image() {
        let again = media::process(kept, kind).expect("what was accepted is accepted again");
        assert_eq!(again.bytes, None, "a clean file is left alone");
    }
}

/// What is kept for a target: everything that it once failed at, and one good input of each form.
pub fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fuzz-corpus")
        .join(target);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    files
        .iter()
        .map(|file| std::fs::read(file).expect("an input"))
        .collect()
}

/// Inputs made of others: as they are first, then with pieces changed, doubled, cut and joined. The same ones every time.
pub struct Generated<'a> {
    from: &'a [Vec<u8>],
    at: usize,
    count: usize,
    random: StdRng,
}

/// What formats take to be special.
const SPECIAL: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"-",
    b"0",
    b"99999999999999999999",
    b"1e999",
    b"\0",
    b"\xff",
    b"\xe2\x80\xae",
    b"%",
    b"&",
    b"=",
    b":",
    b"/",
    b".",
    b"\n",
    b"\\ud800",
];

impl<'a> Generated<'a> {
    /// `from`, and `count` more.
    pub fn from(from: &'a [Vec<u8>], count: usize) -> Self {
        Self {
            from,
            at: 0,
            count: from.len() + count,
            random: StdRng::seed_from_u64(8),
        }
    }

    fn pick<'b, T>(&mut self, from: &'b [T]) -> Option<&'b T> {
        (!from.is_empty()).then(|| &from[self.random.random_range(0..from.len())])
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.random.random_range(0..=input.len());
        let end = self.random.random_range(at..=input.len().min(at + 64));
        match self.random.random_range(0..6) {
            0 => input.truncate(at),
            1 => drop(input.drain(at..end)),
            2 => {
                let piece = input[at..end].to_vec();
                input.splice(at..at, piece);
            }
            3 if at < input.len() => input[at] ^= 1 << self.random.random_range(0..8),
            4 => {
                let other = self.pick(self.from).cloned().unwrap_or_default();
                input.splice(at..end, other.into_iter().take(256));
            }
            _ => {
                let special = self.pick(SPECIAL).copied().unwrap_or_default();
                input.splice(at..at, special.iter().copied());
            }
        }
    }
}

impl Iterator for Generated<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let at = self.at;
        if at >= self.count {
            return None;
        }
        self.at += 1;
        if let Some(kept) = self.from.get(at) {
            return Some(kept.clone());
        }
        let mut input = self.pick(self.from).cloned().unwrap_or_default();
        for _ in 0..self.random.random_range(1..8) {
            self.change(&mut input);
        }
        Some(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_bears_what_fuzzing_has_kept_and_some_thousand_inputs_beside() {
        for (name, target) in TARGETS {
            let kept = corpus(name);
            assert!(!kept.is_empty(), "tests/fuzz-corpus/{name} is empty");
            let count = if *name == "media" { 500 } else { 4000 };
            for input in Generated::from(&kept, count) {
                target(&input);
            }
        }
    }
}

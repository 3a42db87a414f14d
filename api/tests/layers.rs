//! The modules of this crate look down only: a circle between them, or a dialect that reads another, fails here and is
//! named.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use app::testing::modules::{circle, code, files, imports};
use std::path::{Path, PathBuf};

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn no_module_imports_itself_around_a_circle() {
    let imports = imports(&source());
    assert!(imports["dialects"].contains("surface"), "{imports:?}");
    assert_eq!(circle(&imports), None, "modules import each other in a circle");
}

#[test]
fn what_a_socket_is_made_of_knows_neither_hub_nor_dialects() {
    let imports = imports(&source());
    let knows = |module: &str| imports[module].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(knows("close"), [""; 0]);
    assert_eq!(knows("serializer"), [""; 0]);
    assert_eq!(knows("client"), ["close", "serializer"]);
    assert_eq!(knows("hub"), ["client", "close"]);
}

#[test]
fn no_dialect_reads_another() {
    let folder = source().join("dialects");
    let entries = std::fs::read_dir(&folder).expect("the dialects");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let dialects: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    assert!(dialects.len() >= 5);
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    for dialect in &dialects {
        for file in files(dialect) {
            let text = code(&file);
            for other in dialects.iter().filter(|other| *other != dialect) {
                let path = format!("dialects::{}", name(other));
                assert!(!text.contains(&path), "{} reads {path}", file.display());
            }
        }
    }
}

/// Sign-in and administration show what they have in dialects' forms; the fuzz targets read dialects' frames.
#[test]
fn one_more_dialect_is_named_in_the_list_of_dialects_only() {
    for file in files(&source()) {
        let inside = file.strip_prefix(source()).expect("a path inside");
        let may = ["dialects", "admin", "auth", "fuzzing.rs"];
        if !may.iter().any(|may| inside.starts_with(may)) {
            let text = code(&file);
            assert!(!text.contains("dialects::{"), "{}", file.display());
            for name in text.split("dialects::").skip(1) {
                assert!(name.starts_with("SURFACES"), "{} names a dialect", file.display());
            }
        }
    }
}

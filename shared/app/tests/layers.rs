//! Crates look down only, and so do the modules of those that are layered already: an arrow up, or a circle, fails here and
//! is named.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use app::testing::modules::{circle, imports};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each crate of the workspace, and which of the others it may import. A crate imports only what stands above it here.
const LAYERS: &[(&str, &[&str])] = &[
    ("embeddings", &[]),
    ("entity", &[]),
    ("markup", &[]),
    ("media", &[]),
    ("migration", &[]),
    ("kernel", &["entity", "markup"]),
    ("bot", &["embeddings", "kernel", "markup"]),
    ("platform", &["entity", "kernel", "migration"]),
    ("accounts", &["entity", "kernel", "platform"]),
    (
        "chat",
        &[
            "accounts",
            "entity",
            "kernel",
            "markup",
            "media",
            "migration",
            "platform",
        ],
    ),
    (
        "desk",
        &["accounts", "chat", "entity", "kernel", "markup", "platform"],
    ),
    (
        "assist",
        &[
            "accounts",
            "bot",
            "chat",
            "desk",
            "embeddings",
            "entity",
            "kernel",
            "media",
            "platform",
        ],
    ),
    (
        "outreach",
        &["chat", "desk", "entity", "kernel", "markup", "platform"],
    ),
    (
        "app",
        &[
            "accounts",
            "assist",
            "bot",
            "chat",
            "desk",
            "entity",
            "kernel",
            "markup",
            "media",
            "migration",
            "outreach",
            "platform",
        ],
    ),
    (
        "worker",
        &[
            "app", "assist", "chat", "desk", "entity", "kernel", "outreach", "platform",
        ],
    ),
    (
        "api",
        &[
            "accounts", "app", "assist", "bot", "chat", "desk", "entity", "kernel", "markup", "media",
            "outreach", "platform", "worker",
        ],
    ),
    ("openapi", &["api"]),
    (
        "bench",
        &[
            "accounts", "api", "app", "assist", "chat", "desk", "entity", "kernel", "outreach", "platform",
            "worker",
        ],
    ),
];

/// The crates whose modules make no circle.
const LAYERED: [&str; 12] = [
    "accounts",
    "app",
    "assist",
    "bot",
    "chat",
    "desk",
    "embeddings",
    "kernel",
    "markup",
    "media",
    "outreach",
    "platform",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn crates_import_only_what_lies_below_them() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo");
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("cargo's metadata");
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for package in metadata["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        seen.insert(name);
        let Some(row) = LAYERS.iter().position(|(of, _)| *of == name) else {
            wrong.push(format!("{name} has no row in LAYERS"));
            continue;
        };
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let on = dependency["name"].as_str().expect("a name");
            // a crate's tests may switch on its own features
            if dependency["path"].is_null() || on == name {
                continue;
            }
            let below = LAYERS[..row].iter().any(|(of, _)| *of == on);
            if !below || !LAYERS[row].1.contains(&on) {
                wrong.push(format!("{name} -> {on}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that are not allowed: {wrong:#?}");
    let rows: BTreeSet<_> = LAYERS.iter().map(|(name, _)| *name).collect();
    assert_eq!(seen, rows, "crates and rows of LAYERS");
}

#[test]
fn no_module_of_a_layered_crate_imports_itself_around_a_circle() {
    for name in LAYERED {
        let source = root().join("shared").join(name).join("src");
        let imports = imports(&source);
        assert!(!imports.is_empty(), "{name} has no modules");
        assert_eq!(
            circle(&imports),
            None,
            "{name}: modules import each other in a circle"
        );
    }
}

//! Crates look down only, and so do the modules of those that are layered already: an arrow up, or a circle, fails here and
//! is named.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each crate of the workspace, and which of the others it may import. A crate imports only what stands above it here.
const LAYERS: &[(&str, &[&str])] = &[
    ("entity", &[]),
    ("markup", &[]),
    ("media", &[]),
    ("migration", &[]),
    ("kernel", &["entity", "markup"]),
    ("bot", &["kernel", "markup"]),
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
        &["accounts", "bot", "chat", "desk", "entity", "kernel", "platform"],
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
            "accounts", "app", "assist", "chat", "desk", "entity", "kernel", "outreach", "platform",
        ],
    ),
    (
        "api",
        &[
            "accounts", "app", "assist", "bot", "chat", "desk", "entity", "kernel", "media", "outreach",
            "platform", "worker",
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
const LAYERED: [&str; 11] = [
    "accounts", "app", "assist", "bot", "chat", "desk", "kernel", "markup", "media", "outreach", "platform",
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

/// Which top module imports which, through `crate::`.
fn imports(source: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files(source) {
        let inside = file.strip_prefix(source).expect("a path inside");
        let top = inside.iter().next().expect("a name").to_string_lossy();
        let module = top.trim_end_matches(".rs").to_owned();
        let text = std::fs::read_to_string(&file).expect("a source file");
        let mentions = text.split("crate::").skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            rest[..end.unwrap_or(rest.len())].to_owned()
        });
        let others = mentions.filter(|name| *name != module);
        imports.entry(module.clone()).or_default().extend(others);
    }
    imports
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let each = paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    each.filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

/// A way from a module back to itself.
fn circle(imports: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk(
        at: &str,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
        imports: &BTreeMap<String, BTreeSet<String>>,
    ) -> bool {
        if let Some(begin) = way.iter().position(|name| name == at) {
            way.drain(..begin);
            return true;
        }
        if !done.insert(at.to_owned()) {
            return false;
        }
        way.push(at.to_owned());
        let found = imports
            .get(at)
            .is_some_and(|next| next.iter().any(|name| walk(name, way, done, imports)));
        if !found {
            way.pop();
        }
        found
    }
    let mut done = BTreeSet::new();
    imports.keys().find_map(|start| {
        let mut way = Vec::new();
        walk(start, &mut way, &mut done, imports).then_some(way)
    })
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

#[test]
fn a_circle_is_found_wherever_it_begins() {
    let graph = |arrows: &[(&str, &str)]| {
        let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in arrows {
            imports.entry((*from).into()).or_default().insert((*to).into());
        }
        imports
    };
    let found = circle(&graph(&[("a", "b"), ("b", "c"), ("c", "d"), ("d", "b")])).unwrap();
    assert_eq!(found, ["b", "c", "d"]);
    assert_eq!(
        circle(&graph(&[("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")])),
        None
    );
}

//! No crate is in the tree twice but those that are known to be: a second generation costs time to build and room in the
//! binaries, and is easily brought in by a dependency's update. `cargo tree -d --workspace -e normal -i <crate>@<version>` says
//! who wants one.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Crates of which several generations are built, and who holds on to all but the last. All of them wait for others' releases.
const ACCEPTED: &[(&str, &[&str], &str)] = &[
    (
        "base64",
        &["0.21", "0.22", "0.23"],
        "0.21: standardwebhooks; 0.22: poem, sqlx and most others, and so we",
    ),
    ("bitflags", &["1", "2"], "rustrict"),
    ("block-buffer", &["0.10", "0.12"], "digest"),
    ("cpufeatures", &["0.2", "0.3"], "sha1 and sha2"),
    ("crypto-common", &["0.1", "0.2"], "digest"),
    (
        "digest",
        &["0.10", "0.11"],
        "sha1, sha2, and object_store's crc-fast",
    ),
    ("getrandom", &["0.3", "0.4"], "rand_core"),
    ("hashbrown", &["0.16", "0.17"], "governor, metrics-util, sqlx"),
    (
        "heck",
        &["0.4", "0.5"],
        "the macros of sea-orm and ouroboros; not in the binaries",
    ),
    (
        "itertools",
        &["0.10", "0.14", "0.15"],
        "0.10: rustrict; 0.14: poem-openapi, sea-orm",
    ),
    ("miniz_oxide", &["0.8", "0.9"], "png"),
    ("nix", &["0.30", "0.31"], "poem"),
    ("quick-xml", &["0.36", "0.41"], "poem and poem-openapi"),
    ("rand", &["0.9", "0.10"], "metrics-util"),
    ("rand_core", &["0.9", "0.10"], "rand"),
    ("rustc-hash", &["1", "2"], "rustrict"),
    ("sha1", &["0.10", "0.11"], "poem's headers"),
    ("sha2", &["0.10", "0.11"], "sqlx's migrations"),
    ("spin", &["0.9", "0.10"], "sqlx-sqlite's flume, poem's multer"),
    ("syn", &["2", "3"], "most macros; not in the binaries"),
    ("untrusted", &["0.7", "0.9"], "aws-lc-rs"),
];

#[test]
fn no_crate_is_built_in_two_generations_but_those_that_are_accepted() {
    let mut found = generations();
    found.retain(|_, versions| versions.len() > 1);
    let accepted: BTreeMap<String, BTreeSet<String>> = ACCEPTED
        .iter()
        .map(|(name, versions, _)| {
            let versions = versions.iter().map(|version| (*version).to_owned());
            ((*name).to_owned(), versions.collect())
        })
        .collect();
    let new: Vec<_> = found
        .iter()
        .filter(|(name, versions)| accepted.get(*name) != Some(versions))
        .collect();
    let gone: Vec<_> = accepted
        .keys()
        .filter(|name| !found.contains_key(*name))
        .collect();
    assert!(
        new.is_empty(),
        "new in Cargo.lock, in several generations: {new:?}"
    );
    assert!(
        gone.is_empty(),
        "no longer there twice, to be taken off the list: {gone:?}"
    );
}

/// What is built without the tests, each crate with the generations of it.
fn generations() -> BTreeMap<String, BTreeSet<String>> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--edges", "normal", "--duplicates"])
        .args(["--depth", "0", "--prefix", "none", "--locked", "--offline"])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .expect("cargo");
    let errors = String::from_utf8_lossy(&tree.stderr);
    assert!(tree.status.success(), "{errors}");
    let mut generations: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&tree.stdout).lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            let of = generations.entry(name.to_owned()).or_default();
            of.insert(generation(version.trim_start_matches('v')));
        }
    }
    generations
}

/// `1` of 1.2.3, `0.4` of 0.4.5: two versions of one generation are never built both.
fn generation(version: &str) -> String {
    let parts: Vec<&str> = version.split('.').collect();
    let significant = match parts[..] {
        ["0", "0", ..] => 3,
        ["0", ..] => 2,
        _ => 1,
    };
    parts[..significant.min(parts.len())].join(".")
}

#[test]
fn a_generation_is_what_cargo_takes_for_compatible() {
    assert_eq!(generation("1.2.3"), "1");
    assert_eq!(generation("0.4.5"), "0.4");
    assert_eq!(generation("0.0.7+spec"), "0.0.7+spec");
}

//! The walks in ARCHITECTURE.md are true: each hop is a function of the file that it names, and is called by a hop
//! before it, unless a queue lies between.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::Path;

/// One line of a walk: `N. `file` `function` …`.
struct Hop {
    file: String,
    function: String,
    /// The next hop takes from a queue what this one put into it.
    hands_over: bool,
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The hops under this heading.
fn walk(heading: &str) -> Vec<Hop> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, rest) = text.split_once(&format!("\n## {heading}")).expect("the heading");
    let section = rest.split("\n## ").next().unwrap();
    let numbered = section
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    let hop = |line: &str| {
        let words: Vec<&str> = line.split('`').collect();
        Hop {
            file: words.get(1).expect("a file").to_string(),
            function: words.get(3).expect("a function").to_string(),
            hands_over: line.contains("(queue)"),
        }
    };
    numbered.map(hop).collect()
}

fn check(heading: &str, most_hops: usize, most_files: usize) {
    let hops = walk(heading);
    assert!(!hops.is_empty(), "{heading} has no hops");
    let files: BTreeSet<_> = hops.iter().map(|hop| hop.file.as_str()).collect();
    assert!(hops.len() <= most_hops, "{heading}: {} hops", hops.len());
    assert!(
        files.len() <= most_files,
        "{heading}: {} files: {files:#?}",
        files.len()
    );
    let source = |hop: &Hop| {
        std::fs::read_to_string(root().join(&hop.file))
            .unwrap_or_else(|error| panic!("{}: {error}", hop.file))
    };
    for hop in &hops {
        let is_there = source(hop).contains(&format!("fn {}(", hop.function));
        assert!(is_there, "{} has no function {}", hop.file, hop.function);
    }
    // what a hop calls returns to it: the next may be called by any since the last queue
    let mut callers: Vec<&Hop> = Vec::new();
    for hop in &hops {
        let call = format!("{}(", hop.function);
        let is_called = callers.is_empty() || callers.iter().any(|caller| source(caller).contains(&call));
        assert!(is_called, "nobody calls {} {}", hop.file, hop.function);
        if hop.hands_over {
            callers.clear();
        } else {
            callers.push(hop);
        }
    }
}

#[test]
fn the_walk_of_a_message_is_as_written_and_no_longer_than_eighteen_hops_in_twelve_files() {
    check("Walk 1: a message", 18, 12);
}

#[test]
fn the_walk_of_the_bots_reply_is_as_written_and_no_longer_than_fourteen_hops() {
    check("Walk 2: the bot's reply", 14, 12);
}

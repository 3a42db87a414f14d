//! Which modules of a crate import which, read from its sources: for the tests that modules look down only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The top modules that each top module imports.
pub type Imports = BTreeMap<String, BTreeSet<String>>;

/// Which top module imports which. Tests are left out: they may build a whole server.
pub fn imports(source: &Path) -> Imports {
    let mut imports = Imports::new();
    for file in files(source) {
        let inside = file.strip_prefix(source).expect("a path inside");
        let top = inside.iter().next().expect("a name").to_string_lossy();
        let module = top.trim_end_matches(".rs").to_owned();
        let others = mentions(&code(&file)).into_iter();
        let others = others.filter(|name| *name != module);
        imports.entry(module.clone()).or_default().extend(others);
    }
    imports
}

/// The modules that a text names through `crate::`, alone or in braces.
fn mentions(text: &str) -> BTreeSet<String> {
    let word = |text: &str| {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let rests = text.split("crate::").skip(1);
    let names = rests.flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => {
            let list = list.split_once("};").map_or(list, |(list, _)| list);
            outermost(list)
                .into_iter()
                .map(|item| word(item.trim()))
                .collect()
        }
        None => vec![word(rest)],
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// The items of a list, without those of lists inside it.
fn outermost(list: &str) -> Vec<&str> {
    let (mut items, mut depth, mut begin) = (Vec::new(), 0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&list[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    items.push(&list[begin..]);
    items
}

/// What a file says to the compiler: its lines without comments.
pub fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(file).expect("a source file");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The source files below a folder, without tests.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let each = paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    each.filter(|path| path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs"))
        .collect()
}

/// A way from a module back to itself.
pub fn circle(imports: &Imports) -> Option<Vec<String>> {
    fn walk(at: &str, way: &mut Vec<String>, done: &mut BTreeSet<String>, imports: &Imports) -> bool {
        if let Some(begin) = way.iter().position(|name| name == at) {
            way.drain(..begin);
            return true;
        }
        if !done.insert(at.to_owned()) {
            return false;
        }
        way.push(at.to_owned());
        let next = imports.get(at).into_iter().flatten();
        let found = next.into_iter().any(|name| walk(name, way, done, imports));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_found_wherever_it_begins() {
        let graph = |arrows: &[(&str, &str)]| {
            let mut imports = Imports::new();
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
        let named = mentions("use crate::a::B;\nuse crate::{c, d::{self, E}, f};\n");
        assert_eq!(Vec::from_iter(named), ["a", "c", "d", "f"]);
    }
}

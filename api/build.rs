//! The pages in the binary are those in `widget/dist`, also after a file came or went: compressed, as most browsers get them.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const PAGES: &str = "../widget/dist";
/// What `npm publish` takes from there: nobody loads it from a server.
const PACKAGES: &str = "npm";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={PAGES}");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut list = String::from("&[\n");
    for name in names(Path::new(PAGES))? {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&fs::read(Path::new(PAGES).join(&name))?)?;
        let packed = out.join(format!("{}.gz", name.replace('/', "+")));
        fs::write(&packed, encoder.finish()?)?;
        writeln!(list, "    ({name:?}, include_bytes!({packed:?})),")?;
    }
    fs::write(out.join("pages.rs"), list + "]\n")?;
    // relocations as a bitmap, not 24 bytes for each: 1.6 MB less; glibc reads that since 2.36 (Debian 12)
    if env::var("CARGO_CFG_TARGET_OS")? == "linux" && env::var("CARGO_CFG_TARGET_ENV")? == "gnu" {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    Ok(())
}

/// The files below a folder, by the paths that they are asked for, in order.
fn names(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .map_err(|_| "a name that is no text")?;
        if !entry.file_type()?.is_dir() {
            found.push(name);
        } else if name != PACKAGES {
            let below = names(&entry.path())?;
            found.extend(below.into_iter().map(|file| format!("{name}/{file}")));
        }
    }
    found.sort();
    Ok(found)
}

//! Files that only this account may read: the data directory, the signing secret, the demo password.

use crate::error::{Error, Result};
use anyhow::Context;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Makes a directory that only this account may enter, unless it is there.
pub fn private_dir(path: &Path) -> Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot make {}", path.display()))
        .map_err(Error::Internal)
}

/// Reads a secret, making it with `make` on the first start (mode 0600). Concurrent starts agree on one.
pub fn keep(path: &Path, make: impl FnOnce() -> String) -> Result<String> {
    let read = || std::fs::read_to_string(path).map(|text| text.trim_end().to_owned());
    if let Ok(text) = read()
        && !text.is_empty()
    {
        return Ok(text);
    }
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        writeln!(file, "{}", make())?;
        file.sync_all()
    };
    match write() {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => {
            let context = format!("cannot write {}", path.display());
            return Err(Error::Internal(anyhow::Error::from(error).context(context)));
        }
    }
    read()
        .with_context(|| format!("cannot read {}", path.display()))
        .map_err(Error::Internal)
}

/// So many random bytes, in hex.
pub fn random_hex(bytes: usize) -> String {
    let mut buffer = vec![0u8; bytes];
    rand::fill(&mut buffer[..]);
    hex::encode(buffer)
}

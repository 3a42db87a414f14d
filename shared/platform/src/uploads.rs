//! Uploads that are being received: how many there may be concurrently, and the disk that they wait on.
//!
//! A body that arrives slowly, or never ends, costs disk and not memory: it is written to a file without a name, which the
//! system deletes with its last handle, whatever becomes of this process. Only a few that are whole are held in memory.

use bytes::Bytes;
use entity::UserId;
use std::collections::HashMap;
use std::hash::Hash;
use std::io::{self, SeekFrom};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Concurrent uploads of one person.
pub const PER_PERSON: usize = 4;
/// Concurrent uploads from one address, which may be an office or a mobile network.
pub const PER_ADDRESS: usize = 16;
/// Concurrent uploads of everybody: each is at most 10 MiB of disk.
pub const AT_ONCE: usize = 64;
/// Files that are held in memory concurrently: read back, cleaned and given to the store.
const IN_MEMORY: usize = 4;

/// Why no further upload is accepted now; a moment later it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// This person has [`PER_PERSON`] on their way.
    #[error("You may send {PER_PERSON} files at once. Wait until one has arrived")]
    Person,
    /// This address has [`PER_ADDRESS`] on their way.
    #[error("{PER_ADDRESS} files may be sent at once from one address. Wait until one has arrived")]
    Address,
    /// Everybody together has [`AT_ONCE`] on their way.
    #[error("The server takes {AT_ONCE} files at once. Try again in a moment")]
    Server,
}

/// The uploads that are being received, in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InFlight {
    /// How many there are, from before the first byte until each is stored or given up.
    pub uploads: usize,
    /// What they take on disk so far.
    pub bytes: u64,
}

/// The uploads of this process.
#[derive(Clone, Debug)]
pub struct Uploads(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    directory: PathBuf,
    counts: Mutex<Counts>,
    turns: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Counts {
    people: HashMap<UserId, usize>,
    addresses: HashMap<IpAddr, usize>,
    all: InFlight,
}

impl Uploads {
    /// Uploads wait in this directory, or where it cannot be written in the system's for temporary files.
    pub fn new(directory: &Path) -> Self {
        Self(Arc::new(Inner {
            directory: directory.to_owned(),
            counts: Mutex::default(),
            turns: Arc::new(Semaphore::new(IN_MEMORY)),
        }))
    }

    /// Reserves a slot for an upload before any of its body is read; it is freed when the arrival is dropped.
    ///
    /// # Errors
    ///
    /// [`Full`] where the person, the address or the server has as many as it may have.
    pub fn admit(&self, person: UserId, address: IpAddr) -> Result<Arrival, Full> {
        let mut counts = self.0.counts();
        let count = |of: Option<&usize>| of.copied().unwrap_or_default();
        if count(counts.people.get(&person)) >= PER_PERSON {
            return Err(Full::Person);
        }
        if count(counts.addresses.get(&address)) >= PER_ADDRESS {
            return Err(Full::Address);
        }
        if counts.all.uploads >= AT_ONCE {
            return Err(Full::Server);
        }
        *counts.people.entry(person).or_default() += 1;
        *counts.addresses.entry(address).or_default() += 1;
        counts.all.uploads += 1;
        counts.report();
        Ok(Arrival {
            uploads: self.0.clone(),
            person,
            address,
            file: None,
            length: 0,
        })
    }

    /// The uploads that are being received now.
    pub fn in_flight(&self) -> InFlight {
        self.0.counts().all
    }
}

impl Inner {
    fn counts(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn report(&self) {
        metrics::gauge!("switchboard_uploads_in_flight").set(self.all.uploads as f64);
        metrics::gauge!("switchboard_uploads_bytes").set(self.all.bytes as f64);
    }
}

/// An upload that is arriving. Dropping it deletes what has arrived.
#[derive(Debug)]
pub struct Arrival {
    uploads: Arc<Inner>,
    person: UserId,
    address: IpAddr,
    file: Option<File>,
    length: u64,
}

/// A whole file in memory, and the permit that bounds how many there are: keep it until the file is stored.
#[derive(Debug)]
pub struct Arrived {
    /// What the uploader sent, as it came.
    pub bytes: Bytes,
    _turn: OwnedSemaphorePermit,
}

impl Arrival {
    /// How much has arrived, in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Appends a piece of the body.
    ///
    /// # Errors
    ///
    /// No file can be made, or the disk is full.
    pub async fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let file = unnamed(self.uploads.directory.clone()).await?;
                self.file.insert(File::from_std(file))
            }
        };
        file.write_all(piece).await?;
        self.length += piece.len() as u64;
        let mut counts = self.uploads.counts();
        counts.all.bytes += piece.len() as u64;
        counts.report();
        Ok(())
    }

    /// Waits for a turn and reads the file back.
    ///
    /// # Errors
    ///
    /// The disk failed.
    pub async fn read(&mut self) -> io::Result<Arrived> {
        let turn = self.uploads.turns.clone().acquire_owned().await;
        let turn = turn.map_err(io::Error::other)?;
        let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or_default());
        if let Some(file) = &mut self.file {
            file.flush().await?;
            file.seek(SeekFrom::Start(0)).await?;
            file.read_to_end(&mut bytes).await?;
        }
        Ok(Arrived {
            bytes: bytes.into(),
            _turn: turn,
        })
    }
}

async fn unnamed(directory: PathBuf) -> io::Result<std::fs::File> {
    let made = tokio::task::spawn_blocking(move || {
        tempfile::tempfile_in(directory).or_else(|_| tempfile::tempfile())
    });
    made.await.map_err(io::Error::other)?
}

impl Drop for Arrival {
    fn drop(&mut self) {
        let mut counts = self.uploads.counts();
        give_back(&mut counts.people, &self.person);
        give_back(&mut counts.addresses, &self.address);
        counts.all.uploads = counts.all.uploads.saturating_sub(1);
        counts.all.bytes = counts.all.bytes.saturating_sub(self.length);
        counts.report();
    }
}

/// Counts one upload less; who has none left takes no memory.
fn give_back<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    #[test]
    fn a_person_an_address_and_everybody_have_as_many_places_as_the_limits_say_and_get_them_back() {
        let uploads = Uploads::new(Path::new("."));
        let mut held: Vec<_> = (0..PER_PERSON)
            .map(|_| uploads.admit(UserId(1), address(1)).unwrap())
            .collect();
        assert_eq!(uploads.admit(UserId(1), address(2)).unwrap_err(), Full::Person);
        for n in 0..PER_ADDRESS - PER_PERSON {
            held.push(uploads.admit(UserId(10 + n as i64), address(1)).unwrap());
        }
        assert_eq!(uploads.admit(UserId(2), address(1)).unwrap_err(), Full::Address);
        for n in held.len()..AT_ONCE {
            let who = UserId(100 + n as i64);
            held.push(uploads.admit(who, address(10 + n as u8)).unwrap());
        }
        assert_eq!(uploads.admit(UserId(2), address(2)).unwrap_err(), Full::Server);
        held.clear();
        assert_eq!(uploads.in_flight(), InFlight::default());
        assert!(uploads.0.counts().people.is_empty() && uploads.0.counts().addresses.is_empty());
        assert!(uploads.admit(UserId(1), address(1)).is_ok());
    }

    #[tokio::test]
    async fn what_arrives_waits_on_disk_without_a_name_and_comes_back_whole() {
        let directory = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(directory.path());
        let mut arrival = uploads.admit(UserId(1), address(1)).unwrap();
        arrival.write(b"hello ").await.unwrap();
        arrival.write(b"world").await.unwrap();
        let expected = InFlight {
            uploads: 1,
            bytes: 11,
        };
        assert_eq!(uploads.in_flight(), expected);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
        assert_eq!(arrival.read().await.unwrap().bytes, "hello world");
        drop(arrival);
        assert_eq!(uploads.in_flight(), InFlight::default());
        let missing = Uploads::new(&directory.path().join("not there"));
        let mut elsewhere = missing.admit(UserId(1), address(1)).unwrap();
        elsewhere.write(b"x").await.unwrap();
        assert_eq!(elsewhere.read().await.unwrap().bytes, "x");
    }
}

//! Passwords: Argon2id on two threads of its own, each with one block of memory (19 MiB) that it uses again and again.
//! A flood of sign-ins takes neither the memory nor the async threads, and what does not fit into the queue is refused.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use kernel::error::{Error, Result};
use secrecy::{ExposeSecret, SecretString};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Hashes and checks passwords. Cheap to make: a thread takes its memory with its first password.
pub struct Passwords {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    work: mpsc::Sender<Work>,
}

/// A permit to have a password checked; few are given at a time.
pub struct Turn {
    _place: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
    work: mpsc::Sender<Work>,
}

type Work = Box<dyn FnOnce(&mut Hasher) + Send>;

const THREADS: usize = 2;

/// So many may wait for a thread; one more is refused. At some 20 ms a password the last one waits for about a second.
const QUEUE: usize = 128;

/// Checked in place of an unknown account's, so that the answer takes the same time.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3dpdGNoYm9hcmQtbm9ib2R5$H8+Gj4MGzVxq5v2Pzv7m2t4fE6sZ6DkTn9w0uWm6b0M";

impl Passwords {
    /// Starts the threads; they end when this is dropped.
    pub fn start() -> std::io::Result<Self> {
        let (work, queue) = mpsc::channel::<Work>();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..THREADS {
            let queue = queue.clone();
            std::thread::Builder::new()
                .name("passwords".into())
                .spawn(move || serve(&queue))?;
        }
        Ok(Self {
            places: Arc::new(Semaphore::new(THREADS + QUEUE)),
            turns: Arc::new(Semaphore::new(THREADS)),
            work,
        })
    }

    /// An Argon2id hash in PHC format. [`Error::Unavailable`] where too many wait already.
    pub async fn hash(&self, password: SecretString) -> Result<String> {
        let hash = move |hasher: &mut Hasher| hasher.hash(password.expose_secret().as_bytes());
        self.turn().await?.run(hash).await?.0
    }

    /// Waits for a turn. [`Error::Unavailable`] where too many wait already.
    pub async fn turn(&self) -> Result<Turn> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| {
            metrics::counter!("switchboard_passwords_refused_total").increment(1);
            Error::Unavailable("Too many people sign in just now; try again".into())
        })?;
        let turn = self
            .turns
            .clone()
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        Ok(Turn {
            _place: place,
            _turn: turn,
            work: self.work.clone(),
        })
    }
}

impl Turn {
    /// Whether the password is the one behind the hash; without a hash never, after the same time. Gives the
    /// turn back, so that the caller can note the outcome before the next one's.
    pub async fn verify(self, password: SecretString, hash: Option<String>) -> Result<(bool, Self)> {
        let check = move |hasher: &mut Hasher| -> Result<bool> {
            let known = hash.is_some();
            let right = hasher.verify(
                password.expose_secret().as_bytes(),
                hash.as_deref().unwrap_or(NOBODY),
            )?;
            Ok(right && known)
        };
        let (right, turn) = self.run(check).await?;
        Ok((right?, turn))
    }

    /// Runs on one of the threads. The turn goes along: whoever stops waiting does not make room for another while the
    /// thread is still at it.
    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut Hasher) -> T + Send + 'static,
    ) -> Result<(T, Self)> {
        let (done, result) = oneshot::channel();
        let queue = self.work.clone();
        let run = move |hasher: &mut Hasher| {
            // nobody waits any more: there is nothing to do
            let _ = done.send((work(hasher), self));
        };
        queue
            .send(Box::new(run))
            .map_err(|_| Error::internal(anyhow::anyhow!("the threads for passwords have ended")))?;
        result.await.map_err(Error::internal)
    }
}

fn serve(queue: &Mutex<mpsc::Receiver<Work>>) {
    let mut hasher = Hasher { memory: Vec::new() };
    loop {
        // whoever waits holds the lock; the others wait for the lock
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| work(&mut hasher)));
        if outcome.is_err() {
            tracing::error!("checking a password panicked");
        }
    }
}

/// Argon2 with memory that is kept from one password to the next: a megabyte given back to the allocator stays in
/// the arena of whichever thread had it.
struct Hasher {
    memory: Vec<Block>,
}

impl Hasher {
    fn hash(&mut self, password: &[u8]) -> Result<String> {
        let params = Params::default();
        let mut salt = [0u8; 16];
        rand::fill(&mut salt[..]);
        let mut output = [0u8; Params::DEFAULT_OUTPUT_LEN];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        self.fill(&argon2, &params, password, &salt, &mut output)?;
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(fault)?,
            salt: Some(Salt::new(&salt).map_err(fault)?),
            hash: Some(Output::new(&output).map_err(fault)?),
        };
        Ok(hash.to_string())
    }

    fn verify(&mut self, password: &[u8], hash: &str) -> Result<bool> {
        let hash = PasswordHash::new(hash).map_err(fault)?;
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
            return Err(fault("a stored hash has no salt or no output"));
        };
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(fault)?;
        let version = hash.version.map(Version::try_from).transpose().map_err(fault)?;
        let params = Params::try_from(&hash).map_err(fault)?;
        let argon2 = Argon2::new(algorithm, version.unwrap_or_default(), params.clone());
        let mut buffer = [0u8; Output::MAX_LENGTH];
        let Some(output) = buffer.get_mut(..expected.len()) else {
            return Err(fault("a stored hash is too long"));
        };
        self.fill(&argon2, &params, password, salt, output)?;
        // `Output` compares in constant time
        Ok(Output::new(output).map_err(fault)? == *expected)
    }

    fn fill(
        &mut self,
        argon2: &Argon2<'_>,
        params: &Params,
        password: &[u8],
        salt: &[u8],
        output: &mut [u8],
    ) -> Result<()> {
        let (ours, wanted) = (Params::default().block_count(), params.block_count());
        // an imported account may have a costlier hash than this server makes: its memory is not kept
        let mut dearer = Vec::new();
        let memory = if wanted > ours {
            &mut dearer
        } else {
            &mut self.memory
        };
        if memory.len() < wanted {
            memory.resize(wanted.max(ours), Block::new());
        }
        argon2
            .hash_password_into_with_memory(password, salt, output, memory)
            .map_err(fault)
    }
}

fn fault(error: impl std::fmt::Display) -> Error {
    Error::internal(anyhow::anyhow!("argon2: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{PasswordHasher, PasswordVerifier};
    use std::time::{Duration, Instant};

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    async fn fits(passwords: &Passwords, text: &str, hash: Option<String>) -> bool {
        let turn = passwords.turn().await.unwrap();
        turn.verify(secret(text), hash).await.unwrap().0
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other_and_nobodys_fits_none() {
        let passwords = Passwords::start().unwrap();
        let hash = passwords.hash(secret("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(fits(&passwords, "correct horse", Some(hash.clone())).await);
        assert!(!fits(&passwords, "wrong horse", Some(hash)).await);
        assert!(!fits(&passwords, "anything", None).await);
    }

    #[tokio::test]
    async fn hashes_are_those_of_everybody_elses_argon2_whatever_their_cost() {
        let passwords = Passwords::start().unwrap();
        let ours = passwords.hash(secret("correct horse")).await.unwrap();
        let theirs = Argon2::default();
        assert!(theirs.verify_password(b"correct horse", ours.as_str()).is_ok());
        assert!(theirs.verify_password(b"wrong horse", ours.as_str()).is_err());
        for (memory, passes) in [(8, 1), (19_456, 2), (32_768, 1)] {
            let params = Params::new(memory, passes, 1, None).unwrap();
            let hash = Argon2::from(params).hash_password(b"correct horse").unwrap();
            assert!(fits(&passwords, "correct horse", Some(hash.to_string())).await);
            assert!(!fits(&passwords, "wrong horse", Some(hash.to_string())).await);
        }
    }

    #[tokio::test]
    async fn an_unknown_accounts_check_takes_as_long_as_a_known_ones() {
        let passwords = Passwords::start().unwrap();
        let hash = passwords.hash(secret("correct horse")).await.unwrap();
        let mut best = [Duration::MAX; 2];
        for _ in 0..8 {
            for (best, hash) in best.iter_mut().zip([Some(hash.clone()), None]) {
                let started = Instant::now();
                fits(&passwords, "wrong horse", hash).await;
                *best = started.elapsed().min(*best);
            }
        }
        let [known, unknown] = best;
        assert!(
            unknown * 3 > known && known * 3 > unknown,
            "{known:?}, {unknown:?}"
        );
    }

    #[tokio::test]
    async fn whoever_does_not_fit_into_the_queue_is_refused_until_there_is_room() {
        let passwords = Passwords::start().unwrap();
        let mut held = Vec::new();
        for _ in 0..THREADS {
            held.push(passwords.turn().await.unwrap());
        }
        let waiting = (0..QUEUE).map(|_| passwords.turn());
        let mut waiting = Box::pin(futures_util::future::join_all(waiting));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        let refused = passwords.turn().await.err().unwrap();
        assert_eq!(refused.code(), "unavailable");
        // some go away, the others are done
        drop(waiting);
        held.clear();
        assert!(passwords.turn().await.is_ok());
    }
}

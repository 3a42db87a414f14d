//! What can go wrong.

use std::path::{Path, PathBuf};

/// Why there are no vectors. Carries nothing that a server said: servers quote keys in their errors.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// A file of the model is missing, broken, or asks for what is not supported.
    #[error("{}: {why}", file.display())]
    File {
        /// Which one.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A file of the model is larger than what is read.
    #[error("{} has {bytes} bytes; no more than {limit} are read", file.display())]
    TooLarge {
        /// Which one.
        file: PathBuf,
        /// Its size.
        bytes: u64,
        /// What it may have.
        limit: u64,
    },
    /// The build has no models of its own.
    #[error("this build runs no models of its own: build it with the feature `embeddings/local`")]
    NotBuilt,
    /// The model's files are fine, and yet it failed.
    #[error("the embedding model failed: {0}")]
    Model(String),
    /// What is set is no address or no key.
    #[error("{0}")]
    Config(&'static str),
    /// The server took longer than it may.
    #[error("the embeddings server did not answer in time")]
    TimedOut,
    /// There is no connection to the server, or it broke.
    #[error("the embeddings server cannot be reached")]
    Unreachable,
    /// The server answered something else than 200.
    #[error("the embeddings server answered HTTP {0}")]
    Status(u16),
    /// The server's answer is not what the protocol says.
    #[error("the embeddings server's answer could not be read")]
    Unreadable,
    /// The server's answer is longer than the vectors that were asked for.
    #[error("the embeddings server's answer has more than {limit} bytes")]
    AnswerTooLarge {
        /// What it may have.
        limit: usize,
    },
    /// The server gave more or fewer vectors than there were texts.
    #[error("the embeddings server gave {got} vectors for {asked} texts")]
    Count {
        /// How many texts there were.
        asked: usize,
        /// How many vectors came.
        got: usize,
    },
    /// A vector is not as long as the model's are.
    #[error("a vector has {got} numbers; this model's have {expected}")]
    Dimensions {
        /// How many numbers this model's vectors have.
        expected: usize,
        /// How many that one has.
        got: usize,
    },
    /// A vector is zero, or holds something infinite or not a number.
    #[error("a vector of the model has no direction: it is zero, infinite or not a number")]
    NoDirection,
}

impl EmbedError {
    /// What is wrong with a file.
    pub(crate) fn file(file: &Path, why: impl ToString) -> Self {
        Self::File {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }
}

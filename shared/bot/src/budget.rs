//! How often a language model may be asked: counted by whoever knows the day and the person.

use async_trait::async_trait;

/// What pays for calls of a language model.
#[async_trait]
pub trait Budget: Send + Sync {
    /// Takes one call, before it is made; what was taken is not given back.
    ///
    /// # Errors
    ///
    /// Nothing is left, and of what.
    async fn take(&self) -> Result<(), Exhausted>;
}

/// What is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exhausted {
    /// The whole server's calls.
    #[error("the server's model calls of the day are used up")]
    Day,
    /// Those of the person who asks.
    #[error("the person's model calls of the day are used up")]
    Person,
}

/// A budget that is never used up.
#[derive(Clone, Copy, Debug)]
pub struct Unlimited;

#[async_trait]
impl Budget for Unlimited {
    async fn take(&self) -> Result<(), Exhausted> {
        Ok(())
    }
}

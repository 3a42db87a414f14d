//! Who pays for a language model's calls.

use crate::Assist;
use async_trait::async_trait;
use bot::budget::{Budget, Exhausted};
use entity::UserId;
use kernel::actor::Actor;
use platform::limits::ModelCallsUsedUp;

/// The server's calls of the day, and a person's.
pub(super) struct Calls<'a> {
    pub assist: &'a Assist,
    /// None: for the company's own people.
    pub payer: Option<UserId>,
}

#[async_trait]
impl Budget for Calls<'_> {
    async fn take(&self) -> Result<(), Exhausted> {
        let now = self.assist.clock.now();
        let taken = self.assist.limits.take_model_call(self.payer, now).await;
        taken.map_err(|used_up| match used_up {
            ModelCallsUsedUp::Server => Exhausted::Day,
            ModelCallsUsedUp::Person => Exhausted::Person,
        })
    }
}

/// Whose calls somebody's questions are counted as: staff ask for the company.
pub(super) fn payer(actor: &Actor) -> Option<UserId> {
    (!actor.is_staff()).then_some(actor.id)
}

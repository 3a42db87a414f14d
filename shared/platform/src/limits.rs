//! Limits on how fast people may act and come: what they do, requests per address, newcomers per address, failed sign-ins.
//! What a route or a frame costs is the api's table (`costs.rs`); what is left of it is counted here.

mod logins;
mod model_calls;
mod network;
mod proof;
mod rates;
mod redis;
mod turns;
mod votes;

pub use kernel::error::Challenge;
pub use model_calls::ModelCallsUsedUp;
pub use network::network;
#[cfg(any(test, feature = "testing"))]
pub use proof::solve;

use self::logins::{Logins, Verdict};
use self::model_calls::ModelCalls;
use self::proof::{Proofs, Purpose};
use self::rates::{Bucket, Keyed};
use self::redis::Shared;
use self::turns::Turns;
use self::votes::Votes;
use chrono::{DateTime, Utc};
use entity::UserId;
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::settings::{Rate, Settings};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;
use uuid::Uuid;

/// What is spent. Each has a bucket of its own for every person, and for every address one for all those in it whom
/// nobody vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spend {
    /// A message, an edit, a deletion, a reaction, an upload, a note.
    Message,
    /// A typing signal, a receipt, a presence change: four times as many are free.
    Signal,
    /// Reading that makes the database work: a search, figures over everything.
    Search,
    /// Beginning a conversation or a room.
    Conversation,
    /// Opening a ticket, which notifies every agent.
    Ticket,
    /// Renaming, switching, assigning, adding people, settings.
    Change,
    /// Asking the bot or the model outright.
    Model,
}

impl Spend {
    /// Each of them.
    pub const ALL: [Self; 7] = [
        Self::Message,
        Self::Signal,
        Self::Search,
        Self::Conversation,
        Self::Ticket,
        Self::Change,
        Self::Model,
    ];
}

/// The address of somebody without a token, and their proof of work, if they sent one.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// The client's address, behind trusted proxies.
    pub address: IpAddr,
    /// The solution of a [`Challenge`].
    pub proof: Option<&'a str>,
}

impl From<IpAddr> for Caller<'_> {
    fn from(address: IpAddr) -> Self {
        Self { address, proof: None }
    }
}

impl Caller<'_> {
    /// The address, or IPv6 network, that their limits are counted by.
    pub(crate) fn network(self) -> IpAddr {
        network(self.address)
    }
}

/// The limits of this process; failed sign-ins, used proofs and calls of the language model are counted in Redis where there
/// is one, for all processes.
pub struct Limits {
    acts: Option<Acts>,
    logins: Logins,
    proofs: Proofs,
    model_calls: ModelCalls,
    codes: Keyed<IpAddr>,
    votes: Votes,
}

/// What `RATE_LIMITS=off` switches off.
struct Acts {
    /// In the order of [`Spend::ALL`].
    buckets: Vec<Bucket>,
    requests: Keyed<IpAddr>,
    newcomers: Keyed<IpAddr>,
    /// Those who came with a proof of work.
    proven: Keyed<IpAddr>,
    accounts: Keyed<IpAddr>,
    replies: Turns,
}

/// Whoever brings a proof of work may come so many times as often as without.
const PROVEN_NEWCOMERS: u32 = 10;

/// So often an address may ask that codes be mailed, whatever `RATE_LIMITS` says: the mails go to others.
const CODES: Rate = Rate::per_minute(5, 15);

/// A bot's reply to somebody whom nobody vouches for comes no later than this, whatever the rush.
const LATEST_REPLY: Duration = Duration::from_secs(300);

impl Limits {
    /// The limits that the settings name. Proofs of work are signed with `proof_key`.
    pub fn open(settings: &Settings, proof_key: &[u8]) -> Result<Self> {
        let newcomers = settings.rate_address_newcomers;
        let acts = settings.rate_limits.then(|| Acts {
            buckets: Spend::ALL
                .iter()
                .map(|what| Bucket::open(rates::rates(*what, settings)))
                .collect(),
            requests: Keyed::open(settings.rate_address_requests),
            newcomers: Keyed::open(newcomers),
            proven: Keyed::open(newcomers.times(PROVEN_NEWCOMERS)),
            accounts: Keyed::open(newcomers),
            replies: Turns::open(settings.rate_visitor_replies, LATEST_REPLY),
        });
        let shared = || {
            let url = settings.redis_url.as_deref();
            url.map(|url| Shared::open(url, &settings.redis_prefix))
                .transpose()
        };
        Ok(Self {
            acts,
            logins: Logins::open(shared()?),
            proofs: Proofs::open(proof_key.to_vec(), shared()?),
            model_calls: ModelCalls::open(settings.llm.as_ref(), shared()?),
            codes: Keyed::open(CODES),
            votes: Votes::open(shared()?),
        })
    }

    /// Spends one of the actor's; too fast is [`Error::RateLimited`] with the time to wait.
    pub fn spend(&self, actor: &Actor, what: Spend) -> Result<()> {
        self.spend_units(actor, what, NonZeroU32::MIN)
    }

    /// Spends so many.
    pub fn spend_units(&self, actor: &Actor, what: Spend, units: NonZeroU32) -> Result<()> {
        self.bucket(what)
            .map_or(Ok(()), |bucket| bucket.take(actor, units))
    }

    /// Spends so many of an address's: of somebody who sends no token.
    pub fn spend_at(&self, address: IpAddr, what: Spend, units: NonZeroU32) -> Result<()> {
        self.bucket(what)
            .map_or(Ok(()), |bucket| bucket.take_at(address, units))
    }

    /// Spends one request of an address.
    pub fn spend_request(&self, address: IpAddr) -> Result<()> {
        let Some(acts) = &self.acts else { return Ok(()) };
        acts.requests.take(&network(address), NonZeroU32::MIN)
    }

    /// Lets a newcomer in whom nobody vouches for: a new visitor. An address that has had many lately gets
    /// [`Error::ProofRequired`], and with the proof goes on getting some.
    pub async fn admit(&self, caller: Caller<'_>, now: DateTime<Utc>) -> Result<()> {
        let Some(acts) = &self.acts else { return Ok(()) };
        let network = caller.network();
        let Err(refusal) = acts.newcomers.take(&network, NonZeroU32::MIN) else {
            return Ok(());
        };
        self.prove(caller, Purpose::Visit, refusal, now).await?;
        acts.proven.take(&network, NonZeroU32::MIN)
    }

    /// Lets somebody register an account.
    pub fn admit_account(&self, address: IpAddr) -> Result<()> {
        let Some(acts) = &self.acts else { return Ok(()) };
        acts.accounts.take(&network(address), NonZeroU32::MIN)
    }

    /// Lets somebody ask that a code be mailed.
    pub fn admit_code(&self, address: IpAddr) -> Result<()> {
        self.codes.take(&network(address), NonZeroU32::MIN)
    }

    /// Takes one call of the language model from the day's, and from the person's where somebody's are counted. Holds whatever
    /// `RATE_LIMITS` says: it is about money.
    pub async fn take_model_call(
        &self,
        person: Option<UserId>,
        now: DateTime<Utc>,
    ) -> std::result::Result<(), ModelCallsUsedUp> {
        self.model_calls.take(person, now).await
    }

    /// Takes the vote of an address on something, and says whether it counts: one does, in 24 hours, whatever `RATE_LIMITS`
    /// says. While Redis does not answer, each process counts one.
    pub async fn take_vote(&self, address: IpAddr, on: Uuid) -> bool {
        self.votes.take(address, on).await
    }

    /// How long the bot's reply to this person has to wait: nothing, unless so many whom nobody vouches for are talking
    /// to it that everybody else would have to.
    pub fn reply_after(&self, actor: &Actor) -> Duration {
        match &self.acts {
            Some(acts) if actor.answering_address().is_some() => acts.replies.take(),
            _ => Duration::ZERO,
        }
    }

    /// Forgets those who have not acted for a while; called now and then.
    pub fn tidy(&self) {
        if let Some(acts) = &self.acts {
            for bucket in &acts.buckets {
                bucket.tidy();
            }
            for addresses in [&acts.requests, &acts.newcomers, &acts.proven, &acts.accounts] {
                addresses.limiter.retain_recent();
            }
        }
        self.codes.limiter.retain_recent();
        self.logins.tidy();
    }

    /// Refuses after too many failures of the account from this address, or of the address; after very many of the
    /// account from everywhere it takes a proof of work. Holds whatever `RATE_LIMITS` says.
    pub async fn may_login(&self, who: &str, caller: Caller<'_>, now: DateTime<Utc>) -> Result<()> {
        match self.logins.may(who, caller).await? {
            Verdict::Yes => Ok(()),
            Verdict::WithProof => {
                let refusal = Error::RateLimited {
                    retry_after: ATTACKED_RETRY,
                };
                self.prove(caller, Purpose::Login, refusal, now).await
            }
        }
    }

    /// Asks once more, for somebody who waited meanwhile and has shown a proof where one was needed.
    pub async fn may_still_login(&self, who: &str, caller: Caller<'_>) -> Result<()> {
        self.logins.may(who, caller).await.map(|_| ())
    }

    /// Counts a failure.
    pub async fn login_failed(&self, who: &str, caller: Caller<'_>) {
        self.logins.failed(who, caller).await;
    }

    /// Remembers that the account's holder signs in from there.
    pub async fn login_succeeded(&self, who: &str, caller: Caller<'_>) {
        self.logins.succeeded(who, caller).await;
    }

    /// Forgets the failures of an account, from there and from everywhere together: whose it is has been shown otherwise.
    pub async fn forgive_login(&self, who: &str, caller: Caller<'_>) {
        self.logins.forgive(who, caller).await;
    }

    /// Takes the caller's proof of work, or answers with a challenge.
    async fn prove(
        &self,
        caller: Caller<'_>,
        what: Purpose,
        refusal: Error,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let network = caller.network();
        match caller.proof {
            Some(proof) => self.proofs.take(proof, what, network, now).await,
            None => Err(Error::ProofRequired {
                challenge: self.proofs.challenge(what, network, now)?,
                retry_after: match refusal {
                    Error::RateLimited { retry_after } => retry_after,
                    other => return Err(other),
                },
            }),
        }
    }

    fn bucket(&self, what: Spend) -> Option<&Bucket> {
        self.acts.as_ref()?.buckets.get(what as usize)
    }
}

/// A client that knows no proofs tries an account that is being guessed at again after so long.
const ATTACKED_RETRY: Duration = Duration::from_secs(60);

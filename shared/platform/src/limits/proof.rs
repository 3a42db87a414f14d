//! Proof of work: an address that asks for much may go on asking, but each time it has to work for it. A challenge is
//! signed and holds all that is needed to check it, so nothing is stored of those that are never solved.

use super::redis::Shared;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use kernel::error::{Challenge, Error, Result};
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::time::Duration;

/// What the work is for: a proof of one is none of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Visit,
    /// An account that is being guessed at: dearer, some two seconds in a browser.
    Login,
}

/// Several small parts take nearly the same time whoever solves them; one large one may take five times its mean.
const PARTS: u32 = 8;

/// A challenge can be answered for so long, and once.
const GOOD_FOR: Duration = Duration::from_secs(120);

/// No proof is longer: a token of at most 80 characters, eight numbers of at most ten digits.
const MAX_PROOF: usize = 200;

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Login => "login",
        }
    }

    /// 8 × 2^12 hashes are some 100 ms of a telephone's JavaScript.
    fn bits(self) -> u32 {
        match self {
            Self::Visit => 12,
            Self::Login => 15,
        }
    }
}

/// Makes challenges and checks proofs.
pub(super) struct Proofs {
    key: Vec<u8>,
    /// Tokens whose proof was taken.
    taken: Cache<String, ()>,
    shared: Option<Shared>,
}

impl Proofs {
    pub(super) fn open(key: Vec<u8>, shared: Option<Shared>) -> Self {
        Self {
            key,
            taken: Cache::builder()
                .max_capacity(1_000_000)
                .time_to_live(GOOD_FOR)
                .build(),
            shared,
        }
    }

    /// A challenge for an address.
    pub(super) fn challenge(&self, what: Purpose, network: IpAddr, now: DateTime<Utc>) -> Result<Challenge> {
        let until = now.timestamp() + GOOD_FOR.as_secs().cast_signed();
        let body = format!("{until}.{}", kernel::secrets::random_hex(8));
        let mac = self.mac(what, network, &body)?;
        Ok(Challenge {
            token: format!("{body}.{mac}"),
            parts: PARTS,
            bits: what.bits(),
        })
    }

    /// Takes a proof, once.
    pub(super) async fn take(
        &self,
        proof: &str,
        what: Purpose,
        network: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let refused = |why: &str| Error::invalid("proof", why);
        let parsed = (proof.len() <= MAX_PROOF).then(|| parse(proof)).flatten();
        let Some((token, until, solutions)) = parsed else {
            return Err(refused("This is not a proof: <token>:<number>,<number>,…"));
        };
        let (body, mac) = token.rsplit_once('.').unwrap_or_default();
        if self.mac(what, network, body)? != mac {
            return Err(refused(
                "This proof is of no challenge that was given to this address",
            ));
        }
        if until <= now.timestamp() {
            return Err(refused("The challenge has run out"));
        }
        if !is_solved(mac, &solutions, what.bits()) {
            return Err(refused("The challenge is not solved"));
        }
        if !self.is_first(token).await {
            return Err(refused("This proof was used before"));
        }
        Ok(())
    }

    /// Of two who bring the same proof one is first, on every instance while Redis answers.
    async fn is_first(&self, token: &str) -> bool {
        let entry = self.taken.entry(token.to_owned()).or_insert(());
        if !entry.is_fresh() {
            return false;
        }
        let Some(shared) = &self.shared else { return true };
        let mut pipeline = redis::pipe();
        let key = shared.key(&format!("proof:{token}"));
        pipeline
            .cmd("SET")
            .arg(key)
            .arg(1)
            .arg("EX")
            .arg(GOOD_FOR.as_secs())
            .arg("NX");
        let set = shared.ask::<(Option<String>,)>(&pipeline).await;
        set.is_none_or(|(done,)| done.is_some())
    }

    /// 32 hex digits over everything that the challenge is bound to.
    fn mac(&self, what: Purpose, network: IpAddr, body: &str) -> Result<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).map_err(Error::internal)?;
        mac.update(format!("{} {network} {body}", what.word()).as_bytes());
        let mut text = hex::encode(mac.finalize().into_bytes());
        text.truncate(32);
        Ok(text)
    }
}

fn parse(proof: &str) -> Option<(&str, i64, Vec<u32>)> {
    let (token, numbers) = proof.split_once(':')?;
    let until = token.split_once('.')?.0.parse().ok()?;
    let numbers: Result<Vec<u32>, _> = numbers.split(',').map(str::parse).collect();
    let numbers = numbers.ok()?;
    (numbers.len() == PARTS as usize).then_some((token, until, numbers))
}

fn is_solved(mac: &str, solutions: &[u32], bits: u32) -> bool {
    let mut parts = solutions.iter().enumerate();
    parts.all(|(part, number)| zeros(&format!("{mac}.{part}.{number}")) >= bits)
}

/// With how many zero bits the hash begins.
fn zeros(text: &str) -> u32 {
    let hash = Sha256::digest(text.as_bytes());
    let first = hash
        .iter()
        .take(8)
        .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    first.leading_zeros()
}

/// Solves a challenge, as clients do.
#[cfg(any(test, feature = "testing"))]
pub fn solve(challenge: &Challenge) -> String {
    let mac = challenge.token.rsplit('.').next().unwrap_or_default();
    let solve = |part: u32| (0..u32::MAX).find(|n| zeros(&format!("{mac}.{part}.{n}")) >= challenge.bits);
    let numbers: Vec<String> = (0..challenge.parts)
        .filter_map(solve)
        .map(|n| n.to_string())
        .collect();
    format!("{}:{}", challenge.token, numbers.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::clock::Clock;
    use std::net::Ipv4Addr;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    async fn outcome(
        proofs: &Proofs,
        proof: &str,
        what: Purpose,
        network: IpAddr,
        now: DateTime<Utc>,
    ) -> String {
        match proofs.take(proof, what, network, now).await {
            Ok(()) => "taken".into(),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn a_proof_is_taken_once_from_where_it_was_asked_for_what_it_is_for_and_in_time() {
        let (proofs, now) = (Proofs::open(b"key".to_vec(), None), Clock::System.now());
        let challenge = proofs.challenge(Purpose::Visit, HERE, now).unwrap();
        let proof = solve(&challenge);
        assert!(proof.len() <= MAX_PROOF);
        let late = now + chrono::Duration::seconds(120);
        let foreign = "This proof is of no challenge that was given to this address";
        let visit = Purpose::Visit;
        assert_eq!(outcome(&proofs, &proof, visit, THERE, now).await, foreign);
        assert_eq!(outcome(&proofs, &proof, Purpose::Login, HERE, now).await, foreign);
        let other = Proofs::open(b"another key".to_vec(), None);
        assert_eq!(outcome(&other, &proof, visit, HERE, now).await, foreign);
        assert_eq!(
            outcome(&proofs, &proof, visit, HERE, late).await,
            "The challenge has run out"
        );
        assert_eq!(outcome(&proofs, &proof, visit, HERE, now).await, "taken");
        assert_eq!(
            outcome(&proofs, &proof, visit, HERE, now).await,
            "This proof was used before"
        );
    }

    #[tokio::test]
    async fn what_is_not_solved_or_not_signed_is_refused() {
        let (proofs, now) = (Proofs::open(b"key".to_vec(), None), Clock::System.now());
        let Challenge { token, .. } = proofs.challenge(Purpose::Visit, HERE, now).unwrap();
        let unsolved = format!("{token}:0,0,0,0,0,0,0,0");
        assert_eq!(
            outcome(&proofs, &unsolved, Purpose::Visit, HERE, now).await,
            "The challenge is not solved"
        );
        let longer = format!("9{token}:0,0,0,0,0,0,0,0");
        for junk in [
            "",
            ":",
            "a:b",
            &format!("{token}:1"),
            &format!("{token}:1,2,3,4,5,6,7,-8"),
            &"9".repeat(300),
            &longer,
        ] {
            let said = outcome(&proofs, junk, Purpose::Visit, HERE, now).await;
            assert!(said.starts_with("This "), "{junk}: {said}");
        }
    }

    #[tokio::test]
    async fn of_many_who_bring_one_proof_at_once_one_is_let_in() {
        let (proofs, now) = (Proofs::open(b"key".to_vec(), None), Clock::System.now());
        let proof = solve(&proofs.challenge(Purpose::Visit, HERE, now).unwrap());
        let tries = (0..10).map(|_| proofs.take(&proof, Purpose::Visit, HERE, now));
        let taken = futures_util::future::join_all(tries).await;
        assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 1);
    }
}

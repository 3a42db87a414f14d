//! Requests to addresses that users give (webhooks, Web Push): never to this machine or its network.
//!
//! A name is resolved once, by our own resolver, which refuses it if any of its addresses is not public; the
//! connection goes to one of the addresses that it returned, so nothing can change in between. Literals are checked
//! before the request, since clients never resolve them. What is posted follows no redirect; what is read follows a few, each
//! checked like the first address. No proxy is asked.

mod get;
mod nets;

pub use get::Fetched;

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use kernel::clock::Clock;
use kernel::settings::Settings;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, Url};
use std::error::Error as StdError;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long a request may take, from the name's resolution to the answer's last byte that is read.
pub const LIMIT: Duration = Duration::from_secs(15);
/// What is read of an answer at most; the rest is never fetched.
pub const MAX_ANSWER: usize = 64 * 1024;
/// A URL holds at most this many characters.
pub const MAX_URL: usize = 2048;

/// Why a request was not made or brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// Not an absolute `http` or `https` URL, or one with a name and password in it.
    #[error("{0}")]
    Url(&'static str),
    /// The address is not public.
    #[error("{0} is not a public address")]
    Refused(IpAddr),
    /// The name has no address.
    #[error("The host's name does not resolve")]
    Unresolved,
    /// No full answer within the limit.
    #[error("No answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The connection failed; in words.
    #[error("{0}")]
    Failed(String),
}

/// An endpoint's answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status; redirects are not followed.
    pub status: u16,
    /// How long to wait, where the answer says so.
    pub retry_after: Option<Duration>,
    /// Its first bytes, at most [`MAX_ANSWER`].
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// The client for the outside; cheap to clone.
#[derive(Clone)]
pub struct OutboundHttp {
    guard: Guard,
    clock: Clock,
    limit: Duration,
    /// Made at the first request: it loads the system's certificates.
    client: Arc<OnceLock<Client>>,
}

/// Which addresses are let through.
#[derive(Clone)]
struct Guard {
    allowed: Arc<[IpNet]>,
}

impl OutboundHttp {
    /// One that lets through what is public or in `settings.webhook_allow_nets`.
    pub fn open(settings: &Settings, clock: &Clock) -> Self {
        Self {
            guard: Guard {
                allowed: settings.webhook_allow_nets.as_slice().into(),
            },
            clock: clock.clone(),
            limit: LIMIT,
            client: Arc::default(),
        }
    }

    /// The same with another time limit.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Parses a URL and refuses what can be refused without asking anybody: its form, and literal addresses.
    pub fn parse(&self, url: &str) -> Result<Url, OutboundError> {
        if url.chars().count() > MAX_URL {
            return Err(OutboundError::Url("Must be at most 2048 characters"));
        }
        let url = Url::parse(url).map_err(|_| OutboundError::Url("Must be an absolute URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutboundError::Url("Must begin with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutboundError::Url("Must not contain a user name or password"));
        }
        let host = url.host_str().unwrap_or_default();
        // the parser has brought 0x7f.1, 2130706433 and the like into the usual notation; IPv6 stands in brackets
        let literal = host.trim_start_matches('[').trim_end_matches([']', '.']);
        if let Ok(address) = literal.parse() {
            self.guard.admit(address)?;
        }
        // RFC 6761: this machine, whatever a name server says
        if literal == "localhost" || literal.ends_with(".localhost") {
            self.guard.admit(Ipv4Addr::LOCALHOST.into())?;
        }
        Ok(url)
    }

    /// [`OutboundHttp::parse`], and refuses a name that resolves to an address that is not public. A name that does not
    /// resolve now is accepted: it is resolved again for every request.
    pub async fn check(&self, url: &str) -> Result<Url, OutboundError> {
        let url = self.parse(url)?;
        let Some(domain) = url.domain() else {
            return Ok(url);
        };
        match tokio::time::timeout(self.limit, self.guard.resolve(domain.to_owned())).await {
            Ok(Err(OutboundError::Refused(address))) => Err(OutboundError::Refused(address)),
            _ => Ok(url),
        }
    }

    /// Posts a body; a redirect is an answer like any other.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Vec<u8>) -> Result<Answer, OutboundError> {
        let url = self.parse(url)?;
        let request = self.client()?.post(url).headers(headers).body(body);
        let exchange = async {
            let response = request.send().await.map_err(|error| explain(&error))?;
            self.read(response).await
        };
        tokio::time::timeout(self.limit, exchange)
            .await
            .unwrap_or(Err(OutboundError::TimedOut(self.limit)))
    }

    async fn read(&self, mut response: Response) -> Result<Answer, OutboundError> {
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| pause(value.to_str().ok()?, self.clock.now()));
        let mut body = Vec::new();
        while body.len() < MAX_ANSWER {
            let Some(chunk) = response.chunk().await.map_err(|error| explain(&error))? else {
                break;
            };
            let room = MAX_ANSWER - body.len();
            body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        }
        Ok(Answer {
            status: response.status().as_u16(),
            retry_after,
            body,
        })
    }

    fn client(&self) -> Result<&Client, OutboundError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let made = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .dns_resolver(Arc::new(self.guard.clone()))
            .pool_max_idle_per_host(2)
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent(concat!("Switchboard/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| explain(&error))?;
        Ok(self.client.get_or_init(|| made))
    }
}

impl Guard {
    fn admit(&self, address: IpAddr) -> Result<(), OutboundError> {
        let canonical = address.to_canonical();
        let allowed = self.allowed.iter().any(|net| net.contains(&canonical));
        if allowed || nets::is_public(address) {
            return Ok(());
        }
        Err(OutboundError::Refused(address))
    }

    /// The addresses of a name; all of them must be let through.
    async fn resolve(&self, name: String) -> Result<Vec<SocketAddr>, OutboundError> {
        // port 0: the client puts the URL's in its place
        let found = tokio::net::lookup_host((name, 0)).await;
        let addresses: Vec<_> = found.map_err(|_| OutboundError::Unresolved)?.collect();
        for address in &addresses {
            self.admit(address.ip())?;
        }
        if addresses.is_empty() {
            return Err(OutboundError::Unresolved);
        }
        Ok(addresses)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = Guard::resolve(&guard, name.as_str().to_owned()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Our own refusal where there is one among the causes, else the innermost cause, which says most. Never the
/// outermost: it names the URL, which may carry a secret.
fn explain(error: &reqwest::Error) -> OutboundError {
    let mut words = "The request failed".to_owned();
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(ours) = cause.downcast_ref::<OutboundError>() {
            return ours.clone();
        }
        words = cause.to_string();
        next = cause.source();
    }
    OutboundError::Failed(words)
}

/// `Retry-After`: seconds, or a date; one that is past is no pause.
fn pause(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(value.trim()).ok()?;
    (until.to_utc() - now).to_std().ok()
}

#[cfg(test)]
mod tests;

//! Which sites' pages may use this server, and under which names it answers: the one place that reads `Origin`, `Host` and
//! `Sec-Fetch-Site`.
//!
//! A browser lets any page open a WebSocket or post a form to any server, with the rights of the machine that it runs on.
//! What proves itself by a bearer token in a header needs no more (a page must ask first, by CORS, to set that header);
//! everything else is refused to pages of sites that are neither this server's own nor listed in `ALLOWED_ORIGINS`. Clients
//! that are no browser send no `Origin` and pass.

use crate::mounted::at_root;
use crate::problem::Problem;
use kernel::settings::{AllowedOrigin, Settings, Site, split_authority};
use poem::Request;
use poem::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use std::net::IpAddr;

/// What decides, out of the settings.
pub struct Origins {
    any: bool,
    listed: Vec<Site>,
    public: Option<Site>,
    /// The embedded profile: pages of this machine are the developer's own, and the server has no other name.
    embedded: bool,
    bound: Vec<IpAddr>,
    proxies: Vec<IpAddr>,
}

/// A request, as far as it matters here.
struct Asked<'a> {
    peer: Option<IpAddr>,
    method: &'a Method,
    path: &'a str,
    headers: &'a HeaderMap,
}

/// Who sent a request, by what a browser says of the page.
#[derive(Debug, PartialEq, Eq)]
enum Sender {
    /// No browser, or one that shows no page of anybody's: an address that was typed.
    NoPage,
    /// A page of this server, as the browser itself says.
    Own,
    /// A page of another site that is not named.
    Foreign,
    /// A page without an origin: a file, or a sandboxed frame of any site.
    Null,
    Site(Site),
    /// An `Origin` that no browser sends.
    Nonsense,
}

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// The sockets of the `rooms` dialect.
const ROOMS: &str = "/api/chats/ws/";
/// Socket.IO's polling is guarded like a socket, whatever its method.
const SOCKET_IO: &str = "/socket.io";

impl Origins {
    /// What the settings allow.
    pub fn new(settings: &Settings) -> Self {
        let sites = settings.allowed_origins.iter().filter_map(|origin| match origin {
            AllowedOrigin::Any => None,
            AllowedOrigin::Site(site) => Some(site.clone()),
        });
        Self {
            any: settings.allowed_origins.contains(&AllowedOrigin::Any),
            listed: sites.collect(),
            public: settings.public_url.as_deref().and_then(Site::of_url),
            embedded: !settings.production,
            bound: settings.bind.iter().map(|address| address.ip()).collect(),
            proxies: settings.trusted_proxies.clone(),
        }
    }

    /// What the settings allow the server's own pages, whatever other sites are listed: for what no other has to do.
    pub fn own(settings: &Settings) -> Self {
        Self {
            any: false,
            listed: Vec::new(),
            ..Self::new(settings)
        }
    }

    /// Where clients reach this server: `PUBLIC_URL`, else the name that the request was sent to. None where that is none.
    pub fn address(&self, request: &Request) -> Option<Site> {
        self.asked_address(&Asked::of(request, request.uri().path()))
    }

    fn asked_address(&self, asked: &Asked) -> Option<Site> {
        if let Some(public) = &self.public {
            return Some(public.clone());
        }
        let scheme = self.forwarded(asked, FORWARDED_PROTO).unwrap_or("http");
        let host = self.forwarded(asked, FORWARDED_HOST);
        let name = host.or_else(|| asked.values(header::HOST).next())?;
        Site::of(scheme, name).filter(|site| matches!(site.scheme(), "http" | "https"))
    }

    /// Whether any other site than the server's own is listed, so that answers depend on `Origin`.
    pub fn lists_any(&self) -> bool {
        self.any || !self.listed.is_empty()
    }

    /// Whether pages of this origin may read answers (CORS).
    pub fn may_read(&self, origin: &str) -> bool {
        self.any || origin.parse().is_ok_and(|site| self.listed.contains(&site))
    }

    /// Refuses a name that is not the server's (421), and a page that may not do this (403).
    ///
    /// # Errors
    /// `host_not_allowed` on the embedded profile, `origin_not_allowed` on both.
    pub fn admit(&self, request: &Request) -> Result<(), Problem> {
        let path = percent_encoding::percent_decode_str(request.uri().path()).decode_utf8_lossy();
        self.decide(&Asked::of(request, at_root(&path)))
    }

    fn decide(&self, asked: &Asked) -> Result<(), Problem> {
        if self.embedded {
            self.check_host(asked)?;
        }
        if !asked.is_guarded() {
            return Ok(());
        }
        let sender = Sender::of(asked.headers);
        if self.lets(&sender, asked) {
            return Ok(());
        }
        let who = match sender {
            Sender::Site(site) => format!("Pages of {site}"),
            Sender::Null => "Pages of files and sandboxed frames".into(),
            _ => "Pages of other sites".into(),
        };
        let detail = format!(
            "{who} may not do this: ALLOWED_ORIGINS lists who may, PUBLIC_URL names the server's own site"
        );
        Err(Problem::new(StatusCode::FORBIDDEN, "origin_not_allowed", detail))
    }

    fn lets(&self, sender: &Sender, asked: &Asked) -> bool {
        match sender {
            Sender::NoPage | Sender::Own => true,
            Sender::Nonsense => false,
            _ if self.any => true,
            Sender::Foreign => false,
            // open rooms are tried out with a page from the disk
            Sender::Null => self.embedded && asked.is_upgrade() && asked.path.starts_with(ROOMS),
            Sender::Site(site) => {
                self.listed.contains(site)
                    || self.public.as_ref() == Some(site)
                    || self.is_asked_for(site, asked)
                    || self.embedded && site.scheme() == "http" && is_this_machine(site.host())
            }
        }
    }

    /// Whether the page comes from the very name that the request was sent to. Behind a proxy of ours that name is in
    /// `X-Forwarded-Host`, and its scheme in `X-Forwarded-Proto`.
    fn is_asked_for(&self, site: &Site, asked: &Asked) -> bool {
        let scheme = match self.forwarded(asked, FORWARDED_PROTO) {
            Some(scheme) => scheme.eq_ignore_ascii_case(site.scheme()),
            // TLS ends before us, perhaps: either
            None => matches!(site.scheme(), "http" | "https"),
        };
        let names = asked
            .values(header::HOST)
            .chain(self.forwarded(asked, FORWARDED_HOST));
        scheme
            && names
                .filter_map(|name| Site::of(site.scheme(), name))
                .any(|own| own == *site)
    }

    /// What a proxy of ours says in this header.
    fn forwarded<'a>(&self, asked: &'a Asked, name: HeaderName) -> Option<&'a str> {
        let peer = asked.peer?;
        if !self.proxies.iter().any(|proxy| proxy.to_canonical() == peer) {
            return None;
        }
        let value = asked.values(name).last()?;
        value.rsplit(',').next().map(str::trim)
    }

    /// On the embedded profile no other name leads here than this machine's: a page that reaches us under a name of its
    /// own has had that name's address changed under it (DNS rebinding).
    fn check_host(&self, asked: &Asked) -> Result<(), Problem> {
        let mut hosts = asked.headers.get_all(header::HOST).iter();
        let known = |value: &header::HeaderValue| {
            let host = value.to_str().ok().and_then(split_authority);
            host.is_some_and(|(host, _)| self.is_ours(&host))
        };
        if hosts.all(known) {
            return Ok(());
        }
        let detail = "This server answers to localhost, to the addresses that it listens on, and to the host of PUBLIC_URL; \
            the Host header names another";
        let status = StatusCode::MISDIRECTED_REQUEST;
        Err(Problem::new(status, "host_not_allowed", detail))
    }

    fn is_ours(&self, host: &str) -> bool {
        let bound = |ip: IpAddr| self.bound.contains(&ip);
        is_this_machine(host)
            || host.parse().is_ok_and(bound)
            || self.public.as_ref().is_some_and(|public| public.host() == host)
    }
}

impl<'a> Asked<'a> {
    fn of(request: &'a Request, path: &'a str) -> Self {
        let peer = request.remote_addr().as_socket_addr();
        Self {
            peer: peer.map(|peer| peer.ip().to_canonical()),
            method: request.method(),
            path,
            headers: request.headers(),
        }
    }
}

impl Asked<'_> {
    /// Sockets, Socket.IO, and what changes something without a bearer token.
    fn is_guarded(&self) -> bool {
        let writes = !matches!(
            *self.method,
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
        );
        self.is_upgrade()
            || self.path.starts_with(SOCKET_IO) && *self.method != Method::OPTIONS
            || writes && !has_bearer(self.headers)
    }

    fn is_upgrade(&self) -> bool {
        self.headers.contains_key(header::UPGRADE)
    }

    fn values(&self, name: HeaderName) -> impl Iterator<Item = &str> {
        let values = self.headers.get_all(name).into_iter();
        values.filter_map(|value| value.to_str().ok())
    }
}

impl Sender {
    fn of(headers: &HeaderMap) -> Self {
        let site = headers.get(FETCH_SITE).map(header::HeaderValue::as_bytes);
        if site == Some(b"same-origin") {
            return Self::Own;
        }
        let mut origins = headers.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) if matches!(site, None | Some(b"none")) => Self::NoPage,
            (None, _) => Self::Foreign,
            // some browsers say `file://` for a socket of a page from the disk
            (Some(origin), None) if matches!(origin.as_bytes(), b"null" | b"file://") => Self::Null,
            (Some(origin), None) => {
                let site = origin.to_str().ok().and_then(|text| text.parse().ok());
                site.map_or(Self::Nonsense, Self::Site)
            }
            (Some(_), Some(_)) => Self::Nonsense,
        }
    }
}

/// Whether a browser sent this for some page. `Sec-Fetch-Mode` alone does not say so: Node's `fetch` sends it, too.
pub fn is_from_page(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN) || headers.contains_key(FETCH_SITE)
}

/// Whether the body has a type that any page may post anywhere without asking first (fetch's "simple" ones).
pub fn is_simple_type(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = value
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ]
    .iter()
    .any(|simple| kind.eq_ignore_ascii_case(simple))
}

/// Whether a page posts something without a token in a way for which it need not ask first. JSON is not sent so.
pub fn is_unasked_post(headers: &HeaderMap) -> bool {
    let untyped = !headers.contains_key(header::CONTENT_TYPE);
    is_from_page(headers) && !has_bearer(headers) && (untyped || is_simple_type(headers))
}

fn has_bearer(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let scheme = value.and_then(|value| value.trim_start().split(' ').next());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse()
            .is_ok_and(|ip: IpAddr| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests;

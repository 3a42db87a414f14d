//! Who asks: the bearer token of a REST request, and the address that it came from.

use crate::problem::Problem;
use accounts::tokens;
use app::App;
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error};
use poem::http::header;
use poem::{Request, RequestBody, Result};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use std::net::{IpAddr, Ipv4Addr};

/// The holder of a good access token.
#[derive(Clone, Debug)]
pub struct Bearer(pub Actor);

/// The same, or a stranger; a bad token is refused all the same.
#[derive(Clone, Debug)]
pub struct OptionalBearer(pub Option<Actor>);

const SCHEME: &str = "bearer";

fn register_scheme(registry: &mut Registry) {
    registry.create_security_scheme(
        SCHEME,
        MetaSecurityScheme {
            ty: "http",
            description: Some("The `access_token` of a login; good for an hour."),
            name: None,
            key_in: None,
            scheme: Some("bearer"),
            bearer_format: Some("JWT"),
            flows: None,
            openid_connect_url: None,
        },
    );
}

impl<'a> ApiExtractor<'a> for Bearer {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_scheme(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME]
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self(caller(request).await?))
    }
}

impl<'a> ApiExtractor<'a> for OptionalBearer {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_scheme(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME]
    }

    fn has_security_fallback() -> bool {
        true
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self(authenticate(request).await?))
    }
}

/// The holder of the request's token, who must be there.
pub async fn caller(request: &Request) -> Result<Actor, Problem> {
    let actor = authenticate(request).await?;
    actor.ok_or_else(|| Error::Unauthorized(AuthFailure::Missing).into())
}

/// Whoever a request counts for: the holder of its token, if that is good.
pub async fn actor(request: &Request) -> Option<Actor> {
    // what is wrong with a token is said where one is needed
    authenticate(request).await.ok().flatten()
}

/// The holder of the request's token; none where there is none.
pub async fn authenticate(request: &Request) -> Result<Option<Actor>, Problem> {
    let Some(token) = bearer_token(request) else {
        return Ok(None);
    };
    let app = app(request)?;
    let actor = tokens::authenticate(app, token?).await?;
    Ok(Some(
        actor.at(client_address(request, &app.settings.trusted_proxies)),
    ))
}

/// The token of the `Authorization` header. Another scheme than Bearer counts as none; a Bearer header that
/// holds no token is an error.
fn bearer_token(request: &Request) -> Option<Result<&str, Error>> {
    let value = request.headers().get(header::AUTHORIZATION)?;
    let invalid = Error::Unauthorized(AuthFailure::Invalid);
    let Ok(text) = value.to_str() else {
        return Some(Err(invalid));
    };
    let (scheme, token) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let token = token.trim();
    Some(if token.is_empty() { Err(invalid) } else { Ok(token) })
}

/// The core, which the app put into every request.
pub fn app(request: &Request) -> Result<&App, Problem> {
    request
        .data::<App>()
        .ok_or_else(|| Error::internal(std::io::Error::other("the request carries no core")).into())
}

/// The address of the client: the peer's, or where that is a trusted proxy the nearest one in
/// `X-Forwarded-For` that is not.
pub fn client_address(request: &Request, trusted: &[IpAddr]) -> IpAddr {
    let peer = request.remote_addr().as_socket_addr().map(|address| address.ip());
    // a peer without an address is a Unix socket on this machine
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let forwarded = request.headers().get_all("x-forwarded-for");
    let forwarded: Vec<&str> = forwarded.iter().filter_map(|value| value.to_str().ok()).collect();
    nearest_stranger(peer, &forwarded, trusted)
}

fn nearest_stranger(peer: IpAddr, forwarded: &[&str], trusted: &[IpAddr]) -> IpAddr {
    let mut address = peer.to_canonical();
    for hop in forwarded.iter().flat_map(|value| value.split(',')).rev() {
        if !trusted.iter().any(|proxy| proxy.to_canonical() == address) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(next) => address = next.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        nearest_stranger(peer.parse().unwrap(), forwarded, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_about_the_hop_before_it() {
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 1.2.3.4"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "1.2.3.4, 10.0.0.2"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_header_without_a_token_is_bad_and_another_scheme_is_none() {
        let token = |value: &str| {
            let request = Request::builder().header("authorization", value).finish();
            bearer_token(&request).map(|token| token.map(str::to_owned).map_err(|error| error.code()))
        };
        assert_eq!(token("Bearer abc"), Some(Ok("abc".into())));
        assert_eq!(token("bearer  abc "), Some(Ok("abc".into())));
        assert_eq!(token("Bearer"), Some(Err("token_invalid")));
        assert_eq!(token("Basic abc"), None);
    }
}

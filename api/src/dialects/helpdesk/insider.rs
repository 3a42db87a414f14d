//! Who may report to `/internal/webhook`: a process on this machine, not through a proxy, or one that signs.

use crate::bearer;
use crate::body;
use crate::origin;
use crate::problem::Problem;
use poem::http::{HeaderMap, StatusCode};
use poem::{Request, RequestBody, Result};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSecurityScheme, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde::de::DeserializeOwned;
use std::net::IpAddr;

/// One of ours, who sends nothing.
pub struct Insider;

/// What one of ours sends.
pub struct Report<T>(pub T);

const SCHEME: &str = "internal";

fn register_scheme(registry: &mut Registry) {
    registry.create_security_scheme(
        SCHEME,
        MetaSecurityScheme {
            ty: "apiKey",
            description: Some(
                "A Standard Webhooks signature with `INTERNAL_WEBHOOK_SECRET` (beside `webhook-id` and \
                 `webhook-timestamp`). A process on this machine that comes through no proxy, and is no browser, \
                 needs none.",
            ),
            name: Some("webhook-signature"),
            key_in: Some("header"),
            scheme: None,
            bearer_format: None,
            flows: None,
            openid_connect_url: None,
        },
    );
}

impl<'a> ApiExtractor<'a> for Insider {
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
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let bytes = body::read(request, body).await?;
        admit(request, &bytes)?;
        Ok(Self)
    }
}

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for Report<T> {
    const TYPES: &'static [ApiExtractorType] =
        &[ApiExtractorType::SecurityScheme, ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_scheme(registry);
        T::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME]
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = MetaMediaType {
            content_type: "application/json",
            schema: T::schema_ref(),
        };
        Some(MetaRequest {
            description: None,
            content: vec![content],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let bytes = body::read(request, body).await?;
        admit(request, &bytes)?;
        Ok(Self(body::parse(&bytes)?))
    }
}

/// Refuses strangers. A neighbour, who signs nothing, does not label JSON as what any page may post.
fn admit(request: &Request, bytes: &[u8]) -> Result<(), Problem> {
    let headers = request.headers();
    if outreach::webhooks::verify_internal(&bearer::app(request)?.settings, headers, bytes) {
        return Ok(());
    }
    let peer = request.remote_addr().as_socket_addr().map(|address| address.ip());
    if is_neighbour(peer, headers) {
        return if origin::is_simple_type(headers) {
            Err(Problem::not_json())
        } else {
            Ok(())
        };
    }
    let detail = "Only this machine, or a good webhook signature";
    Err(Problem::new(
        StatusCode::UNAUTHORIZED,
        "not_authenticated",
        detail,
    ))
}

/// On this machine, and neither a proxy here that speaks for somebody elsewhere nor a browser here that shows a page from
/// elsewhere.
fn is_neighbour(peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let forwarded = headers.keys().any(|name| {
        let name = name.as_str();
        name.starts_with("x-forwarded") || matches!(name, "forwarded" | "x-real-ip" | "via")
    });
    !forwarded && !origin::is_from_page(headers) && peer.is_some_and(|peer| peer.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(peer: &str, header: Option<&str>) -> bool {
        let mut request = Request::builder();
        if let Some(name) = header {
            request = request.header(name, "203.0.113.9");
        }
        is_neighbour(peer.parse().ok(), request.finish().headers())
    }

    #[test]
    fn this_machine_is_believed_unless_something_was_forwarded_or_a_browser_sent_it() {
        for peer in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
            assert!(admitted(peer, None), "{peer}");
        }
        for peer in ["10.0.0.1", "203.0.113.9", "::", "0.0.0.0", "::ffff:10.0.0.1"] {
            assert!(!admitted(peer, None), "{peer}");
        }
        for header in [
            "X-Forwarded-For",
            "forwarded",
            "X-Real-IP",
            "x-forwarded-host",
            "Via",
            "Origin",
            "Sec-Fetch-Site",
        ] {
            assert!(!admitted("127.0.0.1", Some(header)), "{header}");
        }
        assert!(!is_neighbour(None, &HeaderMap::new()));
    }
}

//! What every answer says to browsers beside its content, unless its handler says otherwise.

use kernel::settings::{Settings, Site};
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Nothing but what this server sends; nobody frames it, and no injected tag moves its addresses or its forms elsewhere.
const POLICY: &str =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// What a handler's own policy must also say.
const NO_FRAMES: &str = "; frame-ancestors 'none'";
/// No page here needs any of it; the widget runs on pages of others, which decide for themselves.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()";
/// A year, as RFC 6797's examples have it. Not for subdomains: they are not ours to speak for.
const TRANSPORT: &str = "max-age=31536000";

/// The headers, as far as they depend on the settings.
pub struct Headers {
    transport: bool,
}

impl Headers {
    /// With HSTS where clients reach the server by HTTPS.
    pub fn new(settings: &Settings) -> Self {
        let public = settings.public_url.as_deref().and_then(Site::of_url);
        Self {
            transport: public.is_some_and(|site| site.scheme() == "https"),
        }
    }

    /// Adds what is missing.
    pub fn complete(&self, headers: &mut HeaderMap) {
        let policy = headers.get(header::CONTENT_SECURITY_POLICY);
        let policy = policy.and_then(|policy| policy.to_str().ok()).map(|policy| {
            let frames = if policy.contains("frame-ancestors") {
                ""
            } else {
                NO_FRAMES
            };
            HeaderValue::try_from(format!("{policy}{frames}"))
        });
        let policy = policy
            .and_then(Result::ok)
            .unwrap_or(HeaderValue::from_static(POLICY));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        let mut unless_set = |name: HeaderName, value| {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        };
        unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        unless_set(header::X_FRAME_OPTIONS, "DENY");
        // not `no-referrer`: with it a browser says `Origin: null` when this server's own pages post a form
        unless_set(header::REFERRER_POLICY, "same-origin");
        unless_set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
        // answers are people's own, and some hold tokens; what may be kept says so
        unless_set(header::CACHE_CONTROL, "no-store");
        if self.transport {
            unless_set(header::STRICT_TRANSPORT_SECURITY, TRANSPORT);
        }
    }
}

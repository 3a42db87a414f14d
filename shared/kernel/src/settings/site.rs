//! A web origin (RFC 6454), as a browser writes it into `Origin` and as it stands in a setting.

use std::{fmt, str::FromStr};

/// Scheme, host and port, in lower case and without the scheme's own port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl Site {
    /// The origin of an absolute URL, whatever its path.
    pub fn of_url(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        Self::of(scheme, authority)
    }

    /// What `scheme` and a `Host` header say together.
    pub fn of(scheme: &str, authority: &str) -> Option<Self> {
        let first = scheme.chars().next()?;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        if !first.is_ascii_alphabetic() || !scheme.chars().all(fits) {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let (host, port) = split_authority(authority)?;
        let usual = match scheme.as_str() {
            "http" | "ws" => Some(80),
            "https" | "wss" => Some(443),
            _ => None,
        };
        Some(Self {
            port: port.filter(|_| port != usual),
            scheme,
            host,
        })
    }

    /// `https`, for example.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// A name or an address; IPv6 without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// Host and port of an authority without a user; the host in lower case and, where it is IPv6, without brackets.
pub fn split_authority(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (
                host,
                after.strip_prefix(':').or((after.is_empty()).then_some(""))?,
            )
        }
        None => {
            let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
            if host.is_empty() || !host.chars().all(fits) {
                return None;
            }
            (host, port)
        }
    };
    let port = match port {
        "" => None,
        port if port.starts_with('+') => return None,
        port => Some(port.parse().ok()?),
    };
    Some((host.to_ascii_lowercase(), port))
}

impl FromStr for Site {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let site = text.strip_suffix('/').unwrap_or(text);
        let (scheme, authority) = site.split_once("://").unwrap_or_default();
        Self::of(scheme, authority)
            .ok_or_else(|| "expected an origin such as https://shop.example".to_owned())
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        if self.host.contains(':') {
            write!(f, "[{}]", self.host)?;
        } else {
            f.write_str(&self.host)?;
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Whose pages a browser may use the server from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedOrigin {
    /// `*`
    Any,
    /// This origin alone.
    Site(Site),
}

impl FromStr for AllowedOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "*" => Ok(Self::Any),
            text => text.parse().map(Self::Site),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_compared_without_case_and_without_its_schemes_own_port() {
        for (text, written) in [
            ("https://Shop.Example", "https://shop.example"),
            ("https://shop.example:443/", "https://shop.example"),
            ("HTTP://shop.example:80", "http://shop.example"),
            ("https://shop.example:80", "https://shop.example:80"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("capacitor://localhost", "capacitor://localhost"),
        ] {
            assert_eq!(text.parse::<Site>().unwrap().to_string(), written, "{text}");
        }
        for bad in [
            "",
            "null",
            "*",
            "shop.example",
            "://shop.example",
            "https://",
            "https://a/b",
            "https://a b",
            "https://u@a",
            "https://a:b",
            "https://a:+1",
            "https://a:99999",
            "https://[::1",
            "https://[x]",
            "file://",
            "https://a, https://b",
        ] {
            assert!(bad.parse::<Site>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_origin_of_a_url_leaves_its_path_out() {
        let of = |url| Site::of_url(url).map(|site| site.to_string());
        assert_eq!(
            of("https://chat.example.com/desk?x"),
            Some("https://chat.example.com".into())
        );
        assert_eq!(of("chat.example.com"), None);
    }
}

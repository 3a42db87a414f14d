//! Addresses: where the server stands, what it uses, whom it may reach.

use super::vars::{Vars, error};
use super::{SettingError, Site};
use ipnet::IpNet;
use std::net::{Ipv4Addr, SocketAddr};

impl Vars {
    /// Where the server listens.
    pub(super) fn bind(&self, name: &str) -> Result<Vec<SocketAddr>, SettingError> {
        let bind = self.list(name, "a list of addresses such as 127.0.0.1:8000")?;
        if bind.is_empty() {
            return Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 8000))]);
        }
        Ok(bind)
    }

    /// A URL that begins with one of these schemes.
    pub(super) fn url(&self, name: &str, schemes: &[&str]) -> Result<Option<String>, SettingError> {
        let url = self.get(name)?;
        if url
            .as_ref()
            .is_none_or(|url| schemes.iter().any(|scheme| url.starts_with(scheme)))
        {
            return Ok(url);
        }
        // the value may carry a password: it is not shown
        Err(error(
            name,
            format!("must begin with one of {}", schemes.join(" ")),
        ))
    }

    /// CIDRs; on the embedded profile this machine's own addresses unless set.
    pub(super) fn nets(&self, name: &str, production: bool) -> Result<Vec<IpNet>, SettingError> {
        let loopback = ["127.0.0.0/8", "::1/128"]
            .iter()
            .filter_map(|net| net.parse().ok());
        match self.get(name)? {
            None if production => Ok(Vec::new()),
            None => Ok(loopback.collect()),
            Some(text) if text == "none" => Ok(Vec::new()),
            Some(_) => self.list(name, "a list of networks such as 10.0.0.0/8, or none"),
        }
    }

    /// An origin, without the slash at its end.
    pub(super) fn public_url(&self, name: &str) -> Result<Option<String>, SettingError> {
        let Some(url) = self.get(name)? else {
            return Ok(None);
        };
        let site = Site::of_url(&url).filter(|site| matches!(site.scheme(), "http" | "https"));
        if site.is_none() {
            return Err(error(
                name,
                format!("`{url}` does not fit: expected an address such as https://chat.example.com"),
            ));
        }
        Ok(Some(url.trim_end_matches('/').to_owned()))
    }
}

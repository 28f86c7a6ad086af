//! Where the gateway is.
//!
//! Owns the rule which addresses may be spoken to: https everywhere, plain http to this machine only.

use std::fmt;

use url::{Host, Url};

/// The base address of a gateway, for example `https://ali-qa.ali.app/rest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: String,
    is_loopback: bool,
}

/// Why an address can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not an absolute web address.
    #[error("the gateway's address must begin with https:// (or http:// on this computer)")]
    NotAnAddress,
    /// Plain http to another machine.
    #[error("plain http is allowed to this computer only: use https")]
    NotEncrypted,
    /// A user name or password within the address.
    #[error("the gateway's address must not contain a user name or password")]
    UserInfo,
    /// A query or a fragment.
    #[error("the gateway's address must not contain ? or #")]
    QueryOrFragment,
}

impl Endpoint {
    /// Reads a base address; a slash at its end does not matter.
    ///
    /// # Errors
    /// If it is not https (or http to a loopback address), or has user information, a query or a fragment.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let url = Url::parse(text.trim()).map_err(|_| EndpointError::NotAnAddress)?;
        let is_loopback = match url.host().ok_or(EndpointError::NotAnAddress)? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            "http" => return Err(EndpointError::NotEncrypted),
            _ => return Err(EndpointError::NotAnAddress),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(EndpointError::QueryOrFragment);
        }
        Ok(Self { base: url.as_str().trim_end_matches('/').to_owned(), is_loopback })
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.base
    }

    /// Whether it is on this computer.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Whether it is spoken to over TLS.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.base.starts_with("https:")
    }

    /// The full address of a path that begins with a slash; `None` if they don't make one.
    pub(crate) fn join(&self, path: &str, query: &[(&str, &str)]) -> Option<Url> {
        let mut url = Url::parse(&format!("{}{path}", self.base)).ok()?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Some(url)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_reaches_this_computer_only() {
        for local in ["http://localhost:3010", "http://127.0.0.1:3010/", "http://127.8.9.1", "http://[::1]:3010/rest"] {
            assert!(Endpoint::parse(local).is_ok_and(|endpoint| endpoint.is_loopback()), "{local}");
        }
        for remote in
            ["http://api.ali.app/rest", "http://localhost.example.com", "http://127.0.0.1.nip.io", "http://10.0.0.1", "http://0.0.0.0"]
        {
            assert_eq!(Endpoint::parse(remote), Err(EndpointError::NotEncrypted), "{remote}");
        }
    }

    #[test]
    fn an_address_with_anything_hidden_in_it_is_refused() {
        assert_eq!(Endpoint::parse("https://user@api.ali.app"), Err(EndpointError::UserInfo));
        assert_eq!(Endpoint::parse("https://:secret@api.ali.app"), Err(EndpointError::UserInfo));
        assert_eq!(Endpoint::parse("https://api.ali.app/?a=b"), Err(EndpointError::QueryOrFragment));
        assert_eq!(Endpoint::parse("https://api.ali.app/#x"), Err(EndpointError::QueryOrFragment));
        for wrong in ["", "api.ali.app", "ftp://api.ali.app", "file:///etc/passwd", "https://"] {
            assert_eq!(Endpoint::parse(wrong), Err(EndpointError::NotAnAddress), "{wrong:?}");
        }
    }

    #[test]
    fn a_path_goes_below_the_base_and_a_query_is_encoded() {
        let endpoint = Endpoint::parse("https://api.ali.app/rest/").expect("an address");
        let url = endpoint.join("/users", &[("searchText", "Ana & Luz"), ("page", "1")]).expect("an address");
        assert_eq!(url.as_str(), "https://api.ali.app/rest/users?searchText=Ana+%26+Luz&page=1");
    }
}

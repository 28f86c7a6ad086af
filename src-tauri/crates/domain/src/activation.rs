//! The activation link: the address that opens a cardholder's own activation page.
//!
//! Owns the one place where such a link is built (the seed, step 4; `gateway-api.md`, The activation link), and where one
//! that was scanned is taken apart again.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::id::{CardholderId, ClientSlug};

/// Everything but the unreserved characters of RFC 3986, section 2.3.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `{webview}?client={client slug}&userId={userId}`, with both values percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActivationLink(String);

/// Why no link can be built on a webview address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActivationLinkError {
    /// Not an absolute http or https address, one with a user name, a query or a fragment of its own, or one with characters
    /// that an address can't have.
    #[error("the activation page's address must be an absolute http or https address without spaces, @, ? and #")]
    Webview,
}

/// What an activation link says, whosever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationLinkParts {
    /// The activation page's address.
    pub webview: String,
    /// The company, where one is named.
    pub client: Option<ClientSlug>,
    /// Whose link it is.
    pub cardholder: CardholderId,
}

impl ActivationLink {
    /// Takes a link apart; `None` if the text is no activation link. Parameters that are not ours do not count.
    #[must_use]
    pub fn read(text: &str) -> Option<ActivationLinkParts> {
        let text = text.trim();
        let (webview, query) = text.split_once('?')?;
        Url::parse(webview).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
        let value = |wanted: &str| {
            let pairs = query.split('#').next().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
            let found = pairs.filter(|(name, _)| *name == wanted).map(|(_, value)| value).next()?;
            percent_decode_str(found).decode_utf8().ok().map(std::borrow::Cow::into_owned)
        };
        let cardholder = value("userId")?.parse().ok()?;
        Some(ActivationLinkParts { webview: webview.to_owned(), client: value("client").and_then(|slug| slug.parse().ok()), cardholder })
    }

    /// The link of one cardholder.
    ///
    /// # Errors
    /// If `webview` is not an absolute http(s) address as it stands, or has a user name, a query or a fragment already.
    pub fn new(webview: &str, client: Option<&ClientSlug>, cardholder: &CardholderId) -> Result<Self, ActivationLinkError> {
        let parsed = Url::parse(webview).map_err(|_| ActivationLinkError::Webview)?;
        let is_plain =
            matches!(parsed.scheme(), "http" | "https") && parsed.has_host() && parsed.query().is_none() && parsed.fragment().is_none();
        // The parser mends what it reads (it drops line breaks, encodes spaces, turns backslashes around), and the link is
        // made of the text as it stands: nothing may be left to mend.
        let is_sound = webview.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') && parsed.username().is_empty();
        if !is_plain || !is_sound {
            return Err(ActivationLinkError::Webview);
        }
        let user = utf8_percent_encode(cardholder.as_str(), QUERY_VALUE);
        let mut link = match client {
            Some(client) => format!("{webview}?client={}&userId={user}", utf8_percent_encode(client.as_str(), QUERY_VALUE)),
            None => format!("{webview}?userId={user}"),
        };
        // A print run holds as many links as it has inserts.
        link.shrink_to_fit();
        Ok(Self(link))
    }

    /// The link as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ActivationLink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(webview: &str, client: Option<&str>, user: &str) -> Result<String, ActivationLinkError> {
        let client = client.map(|slug| slug.parse().expect("a slug"));
        ActivationLink::new(webview, client.as_ref(), &user.parse().expect("an id")).map(|link| link.0)
    }

    #[test]
    fn the_seeds_own_example_is_built_to_the_letter() {
        assert_eq!(
            link("https://web.migopayments.com/card-activation", Some("migoDeveloper"), "YOUR_USER_ID").as_deref(),
            Ok("https://web.migopayments.com/card-activation?client=migoDeveloper&userId=YOUR_USER_ID")
        );
        assert_eq!(
            link("https://web.migopayments.com/card-activation", None, "YOUR_USER_ID").as_deref(),
            Ok("https://web.migopayments.com/card-activation?userId=YOUR_USER_ID")
        );
    }

    #[test]
    fn a_value_can_never_add_a_parameter_of_its_own() {
        assert_eq!(
            link("http://localhost:3010/card-activation", Some("café & co"), "a&userId=b#c%").as_deref(),
            Ok("http://localhost:3010/card-activation?client=caf%C3%A9%20%26%20co&userId=a%26userId%3Db%23c%25")
        );
    }

    #[test]
    fn a_link_is_taken_apart_into_what_it_was_built_of() {
        for (client, user) in [(Some("migoDeveloper"), "6f0c-1"), (None, "u"), (Some("café & co"), "a&userId=b#c%")] {
            let built = link("https://web.migopayments.com/card-activation", client, user).expect("a link");
            let parts = ActivationLink::read(&built).expect("parts");
            assert_eq!(parts.webview, "https://web.migopayments.com/card-activation");
            assert_eq!(parts.client.map(|slug| slug.to_string()).as_deref(), client);
            assert_eq!(parts.cardholder.as_str(), user);
        }
    }

    #[test]
    fn what_is_no_activation_link_has_no_parts() {
        for wrong in
            ["", "0043-001", "https://example.com/", "https://example.com/?user=a", "ftp://x/?userId=a", "?userId=a", "https://x/?userId="]
        {
            assert_eq!(ActivationLink::read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn an_address_that_is_not_a_plain_page_is_refused() {
        for wrong in ["", "web.migopayments.com", "javascript:alert(1)", "https://x/?a=b", "https://x/#y", " https://x/"] {
            assert_eq!(link(wrong, None, "u"), Err(ActivationLinkError::Webview), "{wrong:?}");
        }
        for wrong in ["https://x/a b", "https://x/a\nb", "https://x\t.org/", "https:\\\\x/a", "https://x/ñ", "https://bank@x/"] {
            assert_eq!(link(wrong, None, "u"), Err(ActivationLinkError::Webview), "{wrong:?}");
        }
    }
}

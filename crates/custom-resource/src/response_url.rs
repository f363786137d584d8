//! The signed URL that the reply goes to.

use std::fmt;

/// A presigned URL to which the one reply is PUT. Shown as `[ResponseURL]` wherever it is formatted.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ResponseUrl(String);

impl ResponseUrl {
    /// The URL, for the request that delivers the reply and for what tells requests apart; never to be shown.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for ResponseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Debug for ResponseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[ResponseURL]")
    }
}

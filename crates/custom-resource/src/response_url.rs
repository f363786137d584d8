//! The signed URL that the reply goes to.

use std::fmt;

use serde::Deserialize;

/// A presigned URL to which the one reply is PUT. Shown as `[ResponseURL]` wherever it is formatted.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ResponseUrl(String);

impl ResponseUrl {
    /// The URL, for the request that delivers the reply and nothing else.
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

//! The signed URL that the reply goes to.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A presigned URL to which the one reply is PUT. Shown as `[ResponseURL]` wherever it is formatted.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ResponseUrl(String);

impl ResponseUrl {
    /// The URL, for the request that delivers the reply and for what tells requests apart; never to be shown.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl ResponseUrl {
    /// How long ago it was signed, which is when CloudFormation made the request; `None` when the URL does not say.
    pub(crate) fn age(&self, now: SystemTime) -> Option<Duration> {
        let (_, query) = self.0.split_once('?')?;
        let signed = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Date="))?;
        let signed = DateTime::strptime("%Y%m%dT%H%M%SZ", signed).ok()?;
        let signed = signed.to_zoned(TimeZone::UTC).ok()?.timestamp();
        // Ahead of our clock is no age at all.
        Some(now.duration_since(SystemTime::from(signed)).unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_as_old_as_its_signature() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000); // 2023-11-14T22:13:20Z
        let age = |query: &str| ResponseUrl(format!("https://bucket/key{query}")).age(now);

        assert_eq!(
            age("?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20231114T221200Z&X-Amz-Expires=7200"),
            Some(Duration::from_secs(80))
        );
        assert_eq!(age("?X-Amz-Date=20231114T230000Z"), Some(Duration::ZERO));
        for unsaid in ["", "?X-Amz-Date=yesterday", "?Date=20231114T221200Z"] {
            assert_eq!(age(unsaid), None, "{unsaid}");
        }
    }
}

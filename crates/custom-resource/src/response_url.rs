//! The signed URL that the reply goes to.

use std::fmt;
use std::net::IpAddr;

use aws_smithy_runtime_api::http::Request;
use aws_smithy_types::body::SdkBody;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use url::Url;

use crate::Error;

/// Where a ResponseURL may lead. Whoever can invoke a function could otherwise have it send a request to any address that
/// it reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replies {
    /// To CloudFormation's buckets: S3 under amazonaws.com (in China amazonaws.com.cn), over https.
    #[default]
    S3,
    /// Also to this machine, where something stands in for CloudFormation.
    S3OrLoopback,
}

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
    /// Refuses a URL that leads elsewhere, or that nothing can be sent to, before any request is made.
    pub(crate) fn check(&self, replies: Replies) -> Result<(), Error> {
        let url = Url::parse(&self.0).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let https = url.as_ref().is_some_and(|url| url.scheme() == "https");
        let allowed = match replies {
            Replies::S3 => https && is_s3(host),
            Replies::S3OrLoopback => (https && is_s3(host)) || is_loopback(host),
        };
        if !allowed {
            return Err(Error::ForeignUrl(host.to_owned()));
        }
        // What the parser above makes good, such as a space, the one that sends does not: better known before than after.
        let sendable = Request::new(SdkBody::empty()).set_uri(self.reveal()).is_ok();
        if sendable { Ok(()) } else { Err(Error::Unanswerable("ResponseURL that can be used")) }
    }

    /// When it was signed, which is when CloudFormation made the request, in seconds since 1970; `None` when the URL does not say.
    pub(crate) fn signed(&self) -> Option<u64> {
        let (_, query) = self.0.split_once('?')?;
        let signed = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Date="))?;
        let signed = DateTime::strptime("%Y%m%dT%H%M%SZ", signed).ok()?;
        signed.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second().try_into().ok()
    }
}

/// `s3`, `s3-REGION` or `s3.REGION`, alone or behind the name of a bucket (Amazon S3 user guide, "Virtual hosting").
fn is_s3(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let service = host.strip_suffix(".amazonaws.com").or(host.strip_suffix(".amazonaws.com.cn"));
    service.is_some_and(|service| {
        service.split('.').any(|label| label == "s3" || label.starts_with("s3-"))
    })
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
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
    fn a_reply_goes_to_s3_or_where_it_is_allowed_to_this_machine() {
        let check = |url: &str, replies| ResponseUrl(url.to_owned()).check(replies).is_ok();
        for s3 in [
            "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/arn?X-Amz-Signature=a",
            "https://bucket.s3.eu-west-1.amazonaws.com/key",
            "https://bucket.s3-eu-west-1.amazonaws.com/key",
            "https://s3.dualstack.eu-west-1.amazonaws.com/bucket/key",
            "https://bucket.s3.cn-north-1.amazonaws.com.cn/key",
        ] {
            assert!(check(s3, Replies::S3) && check(s3, Replies::S3OrLoopback), "{s3}");
        }
        for here in ["http://127.0.0.1:4566/key", "http://localhost/key", "http://[::1]:80/key"] {
            assert!(!check(here, Replies::S3) && check(here, Replies::S3OrLoopback), "{here}");
        }
        for elsewhere in [
            "http://bucket.s3.amazonaws.com/key",
            "https://bucket.s3.amazonaws.com.example.com/key",
            "https://s3.example.com/key",
            "https://ec2.eu-west-1.amazonaws.com/key",
            "https://169.254.169.254/latest/meta-data",
            "https://bucket.s3.amazonaws.com@example.com/key",
            "https://localhost.example.com/key",
            "file:///etc/passwd",
            "https://bucket.s3.amazonaws.com/a key",
            "https://bucket.s3.amazonaws.com/key\n",
            "",
        ] {
            assert!(!check(elsewhere, Replies::S3OrLoopback), "{elsewhere}");
        }
    }

    #[test]
    fn a_url_says_when_it_was_signed() {
        let signed = |query: &str| ResponseUrl(format!("https://bucket/key{query}")).signed();

        assert_eq!(
            signed(
                "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20231114T221320Z&X-Amz-Expires=7200"
            ),
            Some(1_700_000_000)
        );
        for unsaid in
            ["", "?X-Amz-Date=yesterday", "?Date=20231114T221200Z", "?X-Amz-Date=19691231T000000Z"]
        {
            assert_eq!(signed(unsaid), None, "{unsaid}");
        }
    }
}

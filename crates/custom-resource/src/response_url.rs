//! The signed URL that the reply goes to.

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::Error;

/// Where a ResponseURL may lead. Whoever can invoke a function could otherwise have it send a
/// request to any address that it reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replies {
    /// To CloudFormation's buckets: S3 of any partition, over https.
    #[default]
    S3,
    /// Also to this machine, where something stands in for CloudFormation.
    S3OrLoopback,
}

/// A presigned URL to which the one reply is PUT. Shown as `[ResponseURL]` wherever it is
/// formatted.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ResponseUrl(String);

impl ResponseUrl {
    /// The URL, to deliver the reply and to tell requests apart; never to be shown.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl ResponseUrl {
    /// Refuses a URL that leads elsewhere, or that cannot be used, before any request is made.
    pub(crate) fn check(&self, replies: Replies) -> Result<(), Error> {
        // The connector's own parser: both see the same host.
        let url = self.0.parse::<Uri>();
        let url = url.map_err(|_| Error::Unanswerable("ResponseURL that can be used"))?;
        let host = url.host().unwrap_or_default();
        let s3 = url.scheme() == Some(&Scheme::HTTPS) && is_s3(host);
        let allowed = match replies {
            Replies::S3 => s3,
            Replies::S3OrLoopback => s3 || is_loopback(host),
        };
        if allowed { Ok(()) } else { Err(Error::ForeignUrl(host.to_owned())) }
    }

    /// When it was signed, which is when CloudFormation made the request; `None` when the URL does
    /// not say.
    pub(crate) fn signed_at(&self) -> Option<Timestamp> {
        let (_, query) = self.0.split_once('?')?;
        let signed = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Date="))?;
        let signed = DateTime::strptime("%Y%m%dT%H%M%SZ", signed).ok()?;
        let signed = signed.to_zoned(TimeZone::UTC).ok()?.timestamp();
        (signed >= Timestamp::UNIX_EPOCH).then_some(signed)
    }
}

/// Each partition's domain and the beginnings of its Regions' names (the SDK's partitions.json).
const PARTITIONS: [(&str, &[&str]); 7] = [
    (
        "amazonaws.com",
        &["us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-", "external-"],
    ),
    ("amazonaws.com.cn", &["cn-"]),
    ("amazonaws.eu", &["eusc-"]),
    ("c2s.ic.gov", &["us-iso-"]),
    ("sc2s.sgov.gov", &["us-isob-"]),
    ("cloud.adc-e.uk", &["eu-isoe-"]),
    ("csp.hci.ic.gov", &["us-isof-"]),
];

/// `SERVICE.DOMAIN`, alone or behind the name of a bucket, with `SERVICE` being `s3`, `s3.REGION`,
/// `s3-REGION` or `s3.dualstack.REGION` (Amazon S3 user guide, "Virtual hosting").
fn is_s3(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    PARTITIONS.iter().any(|(domain, regions)| {
        let service = host.strip_suffix(domain).and_then(|it| it.strip_suffix('.'));
        let is_region = |label: &str| {
            let is_plain = |it: u8| it == b'-' || it.is_ascii_alphanumeric();
            regions.iter().any(|it| label.starts_with(it)) && label.bytes().all(is_plain)
        };
        let mut labels = service.into_iter().flat_map(|service| service.rsplit('.'));
        match (labels.next(), labels.next(), labels.next()) {
            (Some("s3"), ..) => true,
            (Some(region), Some("s3"), _) if is_region(region) => true,
            (Some(region), Some("dualstack"), Some("s3")) => is_region(region),
            (Some(label), ..) => label.strip_prefix("s3-").is_some_and(is_region),
            (None, ..) => false,
        }
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
    fn a_reply_goes_to_s3_or_if_allowed_to_this_machine() {
        let check = |url: &str, replies| ResponseUrl(url.to_owned()).check(replies).is_ok();
        for s3 in [
            "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/arn?X-Amz-Signature=a",
            "https://bucket.s3.eu-west-1.amazonaws.com/key",
            "https://bucket.s3-eu-west-1.amazonaws.com/key",
            "https://s3.dualstack.eu-west-1.amazonaws.com/bucket/key",
            "https://bucket.s3.dualstack.eu-west-1.amazonaws.com/key",
            "https://bucket.with.dots.s3.eu-west-1.amazonaws.com/key",
            "https://s3.amazonaws.com/bucket/key",
            "https://s3-external-1.amazonaws.com/bucket/key",
            "https://bucket.s3.us-gov-west-1.amazonaws.com/key",
            "https://bucket.s3.cn-north-1.amazonaws.com.cn/key",
            "https://bucket.s3.eusc-de-east-1.amazonaws.eu/key",
            "https://bucket.s3.us-iso-east-1.c2s.ic.gov/key",
            "https://bucket.s3.us-isob-east-1.sc2s.sgov.gov/key",
            "https://bucket.s3.eu-isoe-west-1.cloud.adc-e.uk/key",
            "https://bucket.s3.us-isof-south-1.csp.hci.ic.gov/key",
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
            "https://s3-x.us-east-1.elb.amazonaws.com/key",
            "https://s3-us-east-1.elb.amazonaws.com/key",
            "https://s3.us-east-1.elb.amazonaws.com/key",
            "https://s3.x.execute-api.us-east-1.amazonaws.com/key",
            "https://s3-x.amazonaws.com/key",
            "https://bucket.s3.us-east-1.elb.amazonaws.com/key",
            "https://bucket.s3.cn-north-1.amazonaws.com/key",
            "https://bucket.s3.eu-west-1.amazonaws.eu/key",
            "https://s3amazonaws.com/key",
            "https://bucket.s3.eu-west-1.notamazonaws.com/key",
            "https://169.254.169.254/latest/meta-data",
            "https://bucket.s3.amazonaws.com@example.com/key",
            "https://localhost.example.com/key",
            "https://example.com\\@bucket.s3.amazonaws.com/key",
            "https://example%2ecom/.s3.amazonaws.com/key",
            "bucket.s3.amazonaws.com",
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
        let signed = |query: &str| ResponseUrl(format!("https://bucket/key{query}")).signed_at();

        assert_eq!(
            signed(
                "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20231114T221320Z&X-Amz-Expires=7200"
            ),
            Some(Timestamp::constant(1_700_000_000, 0))
        );
        for unsaid in
            ["", "?X-Amz-Date=yesterday", "?Date=20231114T221200Z", "?X-Amz-Date=19691231T000000Z"]
        {
            assert_eq!(signed(unsaid), None, "{unsaid}");
        }
    }
}

//! Work that takes longer than one invocation: what travels with the request to the next one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::response_url::ResponseUrl;

/// The member of the payload that CloudFormation never sends.
const KEY: &str = "LiloResume";

/// Where a request that was handed on stands; a request of CloudFormation's own begins with the default.
///
/// EventBridge does not notice a function that invokes itself through it for ever, as Lambda does with its other ways of
/// invoking, so the hops are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Resume {
    /// How often the request was handed on.
    pub(crate) hop: u32,
    /// When CloudFormation asked, or the first invocation saw it, for a ResponseURL that does not say when it was signed; in
    /// seconds since 1970.
    pub(crate) asked: Option<u64>,
    /// The id that was noted so far.
    pub(crate) made: Option<String>,
}

impl Resume {
    /// Takes the record out of the payload; what is not one counts as none.
    pub(crate) fn take(payload: &mut Value) -> Self {
        let record = payload.as_object_mut().and_then(|payload| payload.remove(KEY));
        record.and_then(|record| serde_json::from_value(record).ok()).unwrap_or_default()
    }

    /// When CloudFormation asked, in seconds since 1970. It is the same for every delivery and hop of a request, whatever the clock
    /// says: what was made and claimed for it is known by it.
    pub(crate) fn asked(&self, url: &ResponseUrl, now: SystemTime) -> u64 {
        let first_seen = || now.duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
        url.signed().or(self.asked).unwrap_or_else(first_seen)
    }

    /// The payload of the next invocation, for a request that CloudFormation asked for at this second.
    pub(crate) fn hand_on(&self, mut payload: Value, made: Option<&str>, asked: u64) -> Value {
        let made = made.map(str::to_owned);
        let next = Self { hop: self.hop + 1, asked: Some(asked), made };
        payload[KEY] = serde_json::to_value(next).expect("numbers and text are always JSON");
        payload
    }
}

/// How long CloudFormation has been waiting for what it asked for then; not at all if that is ahead of our clock.
pub(crate) fn age(asked: u64, now: SystemTime) -> Duration {
    let asked = UNIX_EPOCH.checked_add(Duration::from_secs(asked));
    asked.and_then(|asked| now.duration_since(asked).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_keeps_its_age_and_what_it_made_from_hop_to_hop() {
        let url: ResponseUrl = "https://bucket/key".to_owned().into();
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let minutes = |minutes: u64| now + Duration::from_secs(60 * minutes);

        let begun = Resume::default().asked(&url, now);
        let mut payload = Resume::default().hand_on(json!({"a": 1}), Some("42"), begun);
        let first = Resume::take(&mut payload);
        let begun = first.asked(&url, minutes(10));
        let mut payload = first.hand_on(payload, first.made.as_deref(), begun);
        let second = Resume::take(&mut payload);

        assert_eq!((second.hop, second.made.as_deref()), (2, Some("42")));
        assert_eq!(age(second.asked(&url, minutes(25)), minutes(25)), Duration::from_secs(25 * 60));
        assert_eq!(payload, json!({"a": 1}), "the request is as CloudFormation sent it");
    }

    #[test]
    fn a_signature_ahead_of_the_clock_is_the_same_time_for_every_delivery() {
        let url: ResponseUrl = "https://bucket/key?X-Amz-Date=20231114T221325Z".to_owned().into();
        for behind in [5, 3, 0] {
            let now = UNIX_EPOCH + Duration::from_secs(1_700_000_005 - behind);
            let asked = Resume::default().asked(&url, now);
            assert_eq!((asked, age(asked, now)), (1_700_000_005, Duration::ZERO));
        }
    }

    #[test]
    fn what_is_no_record_counts_as_none() {
        for payload in [json!({}), json!({KEY: "x"}), json!({KEY: {"Hop": -1}}), json!([])] {
            assert_eq!(Resume::take(&mut payload.clone()), Resume::default(), "{payload}");
        }
    }
}

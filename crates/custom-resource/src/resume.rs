//! A request that is handed on to another invocation: the record that travels in its payload.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The member of the payload that CloudFormation never sends.
const KEY: &str = "LiloResume";

/// Where a request stands that was handed on; one of CloudFormation's own begins with the default.
///
/// EventBridge does not notice a function that invokes itself through it for ever, as Lambda does
/// with its other ways of invoking, so the hops are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Resume {
    /// How often the request was handed on.
    pub(crate) hop: u32,
    /// When the first invocation saw it, for a ResponseURL that does not say when it was signed.
    pub(crate) requested_at: Option<Timestamp>,
    /// The id of the resource that was made so far.
    pub(crate) made: Option<String>,
}

impl Resume {
    /// Takes the record out of the payload; one that cannot be read counts as none.
    pub(crate) fn take(payload: &mut Value) -> Self {
        let record = payload.as_object_mut().and_then(|payload| payload.remove(KEY));
        record.and_then(|record| serde_json::from_value(record).ok()).unwrap_or_default()
    }

    /// The payload with this record.
    pub(crate) fn put_into(self, mut payload: Value) -> Value {
        payload[KEY] = serde_json::to_value(self).expect("numbers and text are always JSON");
        payload
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_that_cannot_be_read_counts_as_none() {
        for payload in [json!({}), json!({KEY: "x"}), json!({KEY: {"Hop": -1}}), json!([])] {
            assert_eq!(Resume::take(&mut payload.clone()), Resume::default(), "{payload}");
        }
    }
}

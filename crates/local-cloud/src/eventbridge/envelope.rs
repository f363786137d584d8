//! The form in which EventBridge hands an event on.
//!
//! Source: EventBridge user guide, "Event structure".

use jiff::Timestamp;
use serde_json::{Value, json};

/// What an event says of itself; the rest is its bus's.
pub(super) struct Envelope {
    pub(super) id: String,
    pub(super) source: String,
    pub(super) detail_type: String,
    pub(super) time: Timestamp,
    pub(super) resources: Vec<String>,
    pub(super) detail: Value,
}

impl Envelope {
    /// The event on a bus of this Region and account; times are told in whole seconds.
    pub(super) fn to_json(&self, region: &str, account: &str) -> Value {
        json!({
            "version": "0",
            "id": self.id,
            "detail-type": self.detail_type,
            "source": self.source,
            "account": account,
            "time": self.time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": region,
            "resources": self.resources,
            "detail": self.detail,
        })
    }
}

//! The form in which targets receive an event.
//!
//! Source: EventBridge user guide, "Event structure".

use jiff::Timestamp;
use serde_json::{Value, json};

/// The sender's part of an event; the bus adds the rest.
pub(super) struct Envelope {
    pub(super) id: String,
    pub(super) source: String,
    pub(super) detail_type: String,
    pub(super) time: Timestamp,
    pub(super) resources: Vec<String>,
    pub(super) detail: Value,
}

impl Envelope {
    /// The event on a bus of this Region and account; its time is in whole seconds.
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

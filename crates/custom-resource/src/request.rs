//! The request, parsed once, and the record that travels with it to another invocation.

use std::fmt;
use std::time::Duration;

use aws_lambda_events::event::cloudformation::CloudFormationCustomResourceRequest as Wire;
use jiff::Timestamp;
use lilo_lifecycle::Identity;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// CloudFormation waits this long when the template names no ServiceTimeout
/// (`AWS::CloudFormation::CustomResource`).
const DEFAULT_SERVICE_TIMEOUT: Duration = Duration::from_secs(3600);

/// The member of the payload that CloudFormation never sends.
const KEY: &str = "LiloResume";

/// What CloudFormation requests, for which resource, and until when.
#[derive(Clone, Debug)]
pub struct Request {
    /// Create, Update or Delete.
    pub order: Order,
    /// The stack and the resource in it.
    pub identity: Identity,
    /// The token of a creation: the same for every delivery of this request.
    pub idempotency_token: String,
    /// The resource's properties as they came: scalars are strings, ServiceToken and ServiceTimeout
    /// are among them.
    pub properties: Map<String, Value>,
    /// When CloudFormation requested it, to the second: the same for every delivery and hop,
    /// whatever the clock says.
    pub requested_at: Timestamp,
    /// How long CloudFormation had been waiting when this invocation began.
    pub age: Duration,
    /// The age at which the work has to be done.
    pub deadline: Duration,
    /// The time after which this invocation's work is to be cut off.
    pub cut_off: Duration,
    /// Whether the work then goes on in another invocation.
    pub goes_on: bool,
    /// The id of the resource that an earlier invocation has made for this request.
    pub made: Option<String>,
    /// How often the request was handed on.
    pub hop: u32,
    pub(crate) payload: Payload,
}

/// The payload as it came. It holds the ResponseURL, so it is shown as `[payload]` wherever it is
/// formatted.
#[derive(Clone)]
pub(crate) struct Payload(pub(crate) Value);

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[payload]")
    }
}

/// Create, Update or Delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Make the resource.
    Create,
    /// Change it.
    Update {
        /// The id that the last reply gave.
        physical_id: String,
        /// The properties before the change; read them tolerantly, an older version of LILO may
        /// have written them.
        old_properties: Map<String, Value>,
    },
    /// Delete it.
    Delete {
        /// The id that the last reply gave, or one that CloudFormation assigned when there was
        /// none.
        physical_id: String,
    },
}

impl Request {
    /// The payload of the next invocation, which knows the id of the resource that was `made` so
    /// far.
    #[must_use]
    pub fn handed_on(&self, made: Option<String>) -> Value {
        let requested_at = Some(self.requested_at);
        Resume { hop: self.hop + 1, requested_at, made }.put_into(self.payload.0.clone())
    }
}

pub(crate) struct Parsed {
    pub(crate) order: Order,
    pub(crate) properties: Map<String, Value>,
    pub(crate) service_timeout: Duration,
}

/// Parses the members of a payload besides those that the reply repeats; the error says what is
/// wrong.
pub(crate) fn parse(payload: Value) -> Result<Parsed, String> {
    // Documented as a property; a published Create event of 2024 has it at the top level alone.
    let at_the_top = payload.get("ServiceTimeout").and_then(seconds);
    let wire: Wire =
        serde_path_to_error::deserialize(payload).map_err(|error| error.to_string())?;
    let (order, properties) = match wire {
        Wire::Create(request) => (Order::Create, request.resource_properties),
        Wire::Update(request) => {
            let physical_id = request.physical_resource_id;
            let old_properties = object("OldResourceProperties", request.old_resource_properties)?;
            (Order::Update { physical_id, old_properties }, request.resource_properties)
        }
        Wire::Delete(request) => {
            let physical_id = request.physical_resource_id;
            (Order::Delete { physical_id }, request.resource_properties)
        }
        // The wire type may grow. It is not shown: it holds the ResponseURL.
        _ => return Err("unknown RequestType".to_owned()),
    };
    let properties = object("ResourceProperties", properties)?;
    let timeout = at_the_top.or_else(|| properties.get("ServiceTimeout").and_then(seconds));
    let service_timeout = timeout.unwrap_or(DEFAULT_SERVICE_TIMEOUT);
    Ok(Parsed { order, properties, service_timeout })
}

fn object(name: &str, value: Value) -> Result<Map<String, Value>, String> {
    match value {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        _ => Err(format!("{name} is not an object")),
    }
}

fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    };
    seconds.map(Duration::from_secs)
}

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
    fn the_top_level_service_timeout_comes_before_the_property() {
        for (top, property, expected) in [
            (json!("900"), json!("600"), 900),
            (json!(900), Value::Null, 900),
            (Value::Null, json!("600"), 600),
            (Value::Null, json!(600), 600),
            (Value::Null, Value::Null, 3600),
            (json!("soon"), json!("600"), 600),
        ] {
            let payload = json!({
                "RequestType": "Create", "RequestId": "r", "StackId": "s", "ResponseURL": "u",
                "ResourceType": "Custom::Thing", "LogicalResourceId": "Thing",
                "ServiceTimeout": top, "ResourceProperties": {"ServiceTimeout": property},
            });
            let parsed = parse(payload).expect("a request");
            assert_eq!(parsed.service_timeout, Duration::from_secs(expected), "{top} {property}");
        }
    }

    #[test]
    fn a_record_that_cannot_be_read_counts_as_none() {
        for payload in [json!({}), json!({KEY: "x"}), json!({KEY: {"Hop": -1}}), json!([])] {
            assert_eq!(Resume::take(&mut payload.clone()), Resume::default(), "{payload}");
        }
    }
}

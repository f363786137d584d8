//! One request to a custom resource, and its answer.
//!
//! Source: CloudFormation user guide, "Custom resource request objects".

use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::response::{Answer, PendingReply, Status};
use super::{CloudFormation, StackResource};
use crate::lambda::Failure;

/// The longest ServiceTimeout, and the one of a resource that names none.
const LONGEST_SERVICE_TIMEOUT: u32 = 3600;

/// What is asked of a resource.
#[derive(Clone, Copy, Debug)]
pub(super) enum RequestType<'a> {
    Create,
    /// From the properties that it was made or last changed with.
    Update {
        from: &'a Map<String, Value>,
    },
    Delete,
}

impl<'a> RequestType<'a> {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Update { .. } => "Update",
            Self::Delete => "Delete",
        }
    }

    fn old_properties(self) -> Option<&'a Map<String, Value>> {
        match self {
            Self::Update { from } => Some(from),
            Self::Create | Self::Delete => None,
        }
    }
}

/// Why a request did not do what it was for.
pub(super) enum NotDone {
    /// It was never sent, so that nothing was made.
    NotSent { reason: String },
    /// It failed, or nothing that counts was heard of it: something may have been made, under the
    /// id that the answer gave.
    Failed { reason: String, physical_id: Option<String> },
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Payload<'a> {
    request_type: &'static str,
    service_token: &'a str,
    #[serde(rename = "ResponseURL")]
    response_url: String,
    stack_id: &'a str,
    request_id: &'a str,
    logical_resource_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    physical_resource_id: &'a str,
    resource_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_timeout: Option<&'a Value>,
    resource_properties: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_resource_properties: Option<Value>,
}

impl CloudFormation {
    /// Sends a request to the function that the resource's `ServiceToken` names and waits for its
    /// answer, up to the resource's ServiceTimeout.
    pub(super) async fn request(
        &self,
        stack_id: &str,
        request_type: RequestType<'_>,
        resource: &StackResource,
    ) -> Result<Answer, NotDone> {
        let not_sent = |reason: &str| NotDone::NotSent { reason: reason.to_owned() };
        let properties = as_text(&Value::Object(resource.properties.clone()));
        let service_token = properties["ServiceToken"].as_str();
        let service_token = service_token.ok_or_else(|| not_sent("ServiceToken must be a text"))?;
        let timeout = service_timeout(&resource.properties).map_err(|reason| not_sent(&reason))?;
        let old_properties = request_type.old_properties().cloned().map(Value::Object);
        let old_properties = old_properties.as_ref().map(as_text);
        let token = |properties: &Value| properties["ServiceToken"] == service_token;
        if !old_properties.as_ref().is_none_or(token) {
            return Err(not_sent("Modifying service token is not allowed."));
        }
        let request_id = Uuid::new_v4().to_string();
        let (response_url, answer) = self.responses.ask(PendingReply {
            request: request_id.clone(),
            stack: stack_id.to_owned(),
            resource: resource.logical_id.clone(),
        });
        let payload = Payload {
            request_type: request_type.name(),
            service_token,
            response_url,
            stack_id,
            request_id: &request_id,
            logical_resource_id: &resource.logical_id,
            physical_resource_id: &resource.physical_id,
            resource_type: &resource.resource_type,
            service_timeout: properties.get("ServiceTimeout"),
            resource_properties: &properties,
            old_resource_properties: old_properties,
        };
        let queued = self.lambda.send(service_token, &json!(payload));
        let queued = queued.map_err(|error| not_sent(&error.to_string()))?;
        let heard = tokio::select! {
            // An answer counts, also from a function that failed after it.
            biased;
            Ok(answer) = answer => Heard::Answer(answer),
            failure = queued.given_up() => Heard::GivenUp(failure),
            () = self.lambda.nothing_more() => Heard::Nothing,
            () = tokio::time::sleep(self.config.second * timeout) => Heard::Nothing,
        };
        judge(heard, &request_id)
    }
}

/// What was heard of a request.
enum Heard {
    /// Its first answer, or what is wrong with it.
    Answer(Result<Answer, String>),
    /// Every try has failed, so that no answer can come: CloudFormation itself would not know, and
    /// wait.
    GivenUp(Failure),
    /// Nothing in time, or nothing that could be waited for by someone in a hurry.
    Nothing,
}

/// What an answer, or none, comes to.
fn judge(heard: Heard, request_id: &str) -> Result<Answer, NotDone> {
    let failed = |reason, physical_id| Err(NotDone::Failed { reason, physical_id });
    let silent = || {
        format!(
            "CloudFormation did not receive a response from your Custom Resource. Please check \
             your logs for requestId [{request_id}]."
        )
    };
    match heard {
        Heard::Answer(Ok(answer)) => match answer.status {
            Status::Success => Ok(answer),
            Status::Failed => failed(
                format!(
                    "Received response status [FAILED] from custom resource. Message returned: {} \
                     (RequestId: {request_id})",
                    answer.reason
                ),
                Some(answer.physical_id),
            ),
        },
        Heard::Answer(Err(flaw)) => {
            failed(format!("Invalid response: {flaw} (RequestId: {request_id})"), None)
        }
        Heard::GivenUp(failure) => {
            failed(format!("{} Lambda has given it up: {failure}", silent()), None)
        }
        Heard::Nothing => failed(silent(), None),
    }
}

/// The resource's ServiceTimeout in seconds.
fn service_timeout(properties: &Map<String, Value>) -> Result<u32, String> {
    let Some(declared) = properties.get("ServiceTimeout") else {
        return Ok(LONGEST_SERVICE_TIMEOUT);
    };
    let seconds = as_text(declared).as_str().and_then(|text| text.parse().ok());
    seconds
        .filter(|seconds| (1..=LONGEST_SERVICE_TIMEOUT).contains(seconds))
        .ok_or_else(|| format!("ServiceTimeout must be from 1 to 3600 seconds, not {declared}"))
}

/// The same value with every scalar as text, which is how properties reach a custom resource.
fn as_text(value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            let entries = entries.iter().map(|(name, value)| (name.clone(), as_text(value)));
            Value::Object(entries.collect())
        }
        Value::Array(items) => items.iter().map(as_text).collect(),
        Value::Bool(value) => json!(value.to_string()),
        Value::Number(number) => json!(number.to_string()),
        Value::Null | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_become_text_at_any_depth() {
        let value = json!({ "a": 1, "b": [true, "x", { "c": 1.5 }] });
        assert_eq!(as_text(&value), json!({ "a": "1", "b": ["true", "x", { "c": "1.5" }] }));
    }

    #[test]
    fn the_service_timeout_is_from_1_to_3600_seconds() {
        let seconds =
            |value: Value| service_timeout(&Map::from_iter([("ServiceTimeout".into(), value)]));
        assert_eq!(service_timeout(&Map::new()), Ok(3600));
        assert_eq!(seconds(json!(900)), Ok(900));
        assert_eq!(seconds(json!("1")), Ok(1));
        for wrong in [json!(0), json!(3601), json!("soon"), json!(1.5), json!([])] {
            assert!(seconds(wrong).is_err());
        }
    }
}

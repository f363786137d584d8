//! Sends one request to a custom resource and waits for its answer.
//!
//! Source: CloudFormation user guide, "Custom resource request objects".

use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::response::{Answer, PendingReply, Status};
use super::{CloudFormation, StackResource};
use crate::lambda::Failure;

/// The longest ServiceTimeout in seconds, and the default.
const LONGEST_SERVICE_TIMEOUT: u32 = 3600;

/// A request's type.
#[derive(Clone, Copy, Debug)]
pub(super) enum RequestType<'a> {
    Create,
    /// `from` are the resource's current properties.
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

/// Why a request failed.
pub(super) enum RequestError {
    /// It was never sent, so nothing was created.
    NotSent { reason: String },
    /// It failed, or got no valid answer. The resource may exist, under the id of the answer.
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
    /// Sends a request to the function in the resource's `ServiceToken`, and waits for its answer
    /// for up to the resource's ServiceTimeout.
    pub(super) async fn request(
        &self,
        stack_id: &str,
        request_type: RequestType<'_>,
        resource: &StackResource,
    ) -> Result<Answer, RequestError> {
        let not_sent = |reason: &str| RequestError::NotSent { reason: reason.to_owned() };
        let properties = as_text(&Value::Object(resource.properties.clone()));
        let service_token = properties["ServiceToken"].as_str();
        let service_token =
            service_token.ok_or_else(|| not_sent("ServiceToken must be a string"))?;
        let timeout = service_timeout(&resource.properties).map_err(|reason| not_sent(&reason))?;
        let old_properties = request_type.old_properties().cloned().map(Value::Object);
        let old_properties = old_properties.as_ref().map(as_text);
        let token = |properties: &Value| properties["ServiceToken"] == service_token;
        if !old_properties.as_ref().is_none_or(token) {
            return Err(not_sent("Modifying service token is not allowed."));
        }
        let request_id = Uuid::new_v4().to_string();
        let (response_url, answer) = self.responses.register(PendingReply {
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
        let no_answer = async {
            tokio::select! {
                failure = queued.given_up() => Outcome::GivenUp(failure),
                () = self.lambda.drained() => Outcome::NoAnswer,
                () = tokio::time::sleep(self.config.second * timeout) => Outcome::NoAnswer,
            }
        };
        let outcome = answer_before(answer, no_answer).await;
        result_of(outcome, &request_id)
    }
}

/// How the wait for an answer ended.
enum Outcome {
    /// The first answer, or what is wrong with it.
    Answer(Result<Answer, String>),
    /// Lambda has given up, so no answer can come. CloudFormation itself would not know, and wait.
    GivenUp(Failure),
    /// No answer in time, or no invocation is left that could send one during a shutdown.
    NoAnswer,
}

/// The answer if one has come by the time that `no_answer` ends, also if the function failed
/// afterwards; else what `no_answer` says.
async fn answer_before(
    mut answer: oneshot::Receiver<Result<Answer, String>>,
    no_answer: impl Future<Output = Outcome>,
) -> Outcome {
    let outcome = tokio::select! {
        biased;
        Ok(answer) = &mut answer => return Outcome::Answer(answer),
        outcome = no_answer => outcome,
    };
    // A function can answer, and end, after the one wait was looked at and before the other.
    answer.try_recv().map_or(outcome, Outcome::Answer)
}

/// Turns the outcome into the request's result, with CloudFormation's messages.
fn result_of(outcome: Outcome, request_id: &str) -> Result<Answer, RequestError> {
    let failed = |reason, physical_id| Err(RequestError::Failed { reason, physical_id });
    let no_response = || {
        format!(
            "CloudFormation did not receive a response from your Custom Resource. Please check \
             your logs for requestId [{request_id}]."
        )
    };
    match outcome {
        Outcome::Answer(Ok(answer)) => match answer.status {
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
        Outcome::Answer(Err(reason)) => {
            failed(format!("Invalid response: {reason} (RequestId: {request_id})"), None)
        }
        Outcome::GivenUp(failure) => {
            failed(format!("{} Lambda gave up: {failure}", no_response()), None)
        }
        Outcome::NoAnswer => failed(no_response(), None),
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

/// Converts every scalar to text, as CloudFormation does for custom resources.
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

    #[tokio::test]
    async fn an_answer_counts_though_the_function_ends_in_the_same_moment() {
        let (sender, receiver) = oneshot::channel();
        let answer = Answer {
            status: Status::Success,
            physical_id: "1000001".to_owned(),
            reason: String::new(),
            data: Map::new(),
        };
        // Polled after the receiver, which had nothing by then.
        let the_function_answers_and_ends = async {
            sender.send(Ok(answer.clone())).unwrap();
            Outcome::NoAnswer
        };

        let outcome = answer_before(receiver, the_function_answers_and_ends).await;

        assert!(matches!(outcome, Outcome::Answer(Ok(found)) if found == answer));
    }
}

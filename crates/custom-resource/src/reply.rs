//! The reply: where it goes, its fields, the size that CloudFormation takes, and its delivery.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::http::Request;
use aws_smithy_types::body::SdkBody;
use backon::{ExponentialBuilder, Retryable};
use lilo_lifecycle::times::{REPLY_ATTEMPT, REPLY_RETRIES};
use serde::Serialize;
use serde_json::Value;

use crate::Error;
use crate::response_url::ResponseUrl;

/// Bytes of the whole body that CloudFormation takes, at most (user guide, "Custom resource
/// response objects").
pub const REPLY_LIMIT: usize = 4096;

/// What `Fn::GetAtt` finds on the resource.
pub type Data = BTreeMap<&'static str, String>;

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With what `Fn::GetAtt` finds.
    Success(Data),
    /// With the reason that the stack's events show.
    Failed(String),
}

/// The one reply to a request: where it goes, and the ids that it repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingReply {
    pub(crate) url: ResponseUrl,
    /// ARN of the stack.
    pub stack_id: String,
    /// The request's id.
    pub request_id: String,
    /// The resource's name in the template.
    pub logical_id: String,
    /// The id that the request came with; a Create has none.
    pub physical_id: Option<String>,
}

impl PendingReply {
    /// Reads from any payload the members that a reply needs.
    pub(crate) fn read(payload: &Value) -> Result<Self, Error> {
        let text = |name| payload.get(name).and_then(Value::as_str).map(str::to_owned);
        let needed = |name| text(name).ok_or(Error::Unanswerable(name));
        Ok(Self {
            url: needed("ResponseURL")?.into(),
            stack_id: needed("StackId")?,
            request_id: needed("RequestId")?,
            logical_id: needed("LogicalResourceId")?,
            physical_id: text("PhysicalResourceId").filter(|id| !id.is_empty()),
        })
    }

    /// Delivers the reply: one PUT that counts, repeated a bounded number of times while the URL
    /// fails.
    ///
    /// # Errors
    /// When it is refused, could not be delivered, or is too long.
    pub async fn send(
        self,
        http: &SharedHttpConnector,
        physical_id: &str,
        outcome: &Outcome,
    ) -> Result<(), Error> {
        match outcome {
            Outcome::Success(_) => tracing::info!(physical_id, "replying SUCCESS"),
            Outcome::Failed(reason) => tracing::error!(physical_id, reason, "replying FAILED"),
        }
        send(http, &self.url, &body(&self, physical_id, outcome)?).await
    }
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    physical_resource_id: &'a str,
    stack_id: &'a str,
    request_id: &'a str,
    logical_resource_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Data>,
}

/// The body of the reply; a reason that does not fit is cut at its end.
fn body(to: &PendingReply, physical_id: &str, outcome: &Outcome) -> Result<String, Error> {
    let base = Body {
        status: "SUCCESS",
        reason: None,
        physical_resource_id: physical_id,
        stack_id: &to.stack_id,
        request_id: &to.request_id,
        logical_resource_id: &to.logical_id,
        data: None,
    };
    let body = match outcome {
        Outcome::Success(data) => json(&Body { data: (!data.is_empty()).then_some(data), ..base }),
        Outcome::Failed(reason) => fitting(Body { status: "FAILED", ..base }, reason),
    };
    if body.len() > REPLY_LIMIT { Err(Error::ReplyTooLong(body.len())) } else { Ok(body) }
}

fn json(body: &Body<'_>) -> String {
    serde_json::to_string(body).expect("strings under fixed keys are always JSON")
}

/// The body with as much of the reason as fits, found by halving: an escape makes a character up to
/// six bytes longer.
fn fitting(body: Body<'_>, reason: &str) -> String {
    let with = |reason: &str| json(&Body { reason: Some(reason), ..body });
    let whole = with(reason);
    if whole.len() <= REPLY_LIMIT {
        return whole;
    }
    let cut_at = |end: usize| with(&format!("{}…", &reason[..end]));
    let ends: Vec<usize> = reason.char_indices().map(|(start, _)| start).collect();
    let fitting = ends.partition_point(|&end| cut_at(end).len() <= REPLY_LIMIT);
    cut_at(ends[fitting.saturating_sub(1)])
}

/// PUTs `body` to `url`. No Content-Type is sent: the URL is signed for an empty one.
async fn send(http: &SharedHttpConnector, url: &ResponseUrl, body: &str) -> Result<(), Error> {
    let pauses = ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(Duration::from_secs(1))
        .with_max_times(REPLY_RETRIES);
    (|| put(http, url, body))
        .retry(pauses)
        .when(|error| matches!(error, Error::Undeliverable(_)))
        .notify(|error, pause| {
            tracing::warn!(error = lilo_lifecycle::chain(error), ?pause, "reply not delivered yet");
        })
        .await
}

async fn put(http: &SharedHttpConnector, url: &ResponseUrl, body: &str) -> Result<(), Error> {
    let mut request = Request::new(SdkBody::from(body));
    request.set_method("PUT").expect("PUT is a method");
    request.set_uri(url.reveal()).map_err(|error| Error::Undeliverable(error.into()))?;
    request.headers_mut().insert("content-length", body.len().to_string());
    let response = tokio::time::timeout(REPLY_ATTEMPT, http.call(request))
        .await
        .map_err(|elapsed| Error::Undeliverable(elapsed.into()))?
        .map_err(|error| Error::Undeliverable(error.into()))?;
    match response.status().as_u16() {
        200..=299 => Ok(()),
        status @ (429 | 500..=599) => Err(Error::Undeliverable(format!("HTTP {status}").into())),
        status => Err(Error::ReplyRefused(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn to() -> PendingReply {
        PendingReply {
            url: "https://bucket.example/".to_owned().into(),
            stack_id: "arn:aws:cloudformation:eu-west-1:111122223333:stack/news/5f0c".into(),
            request_id: "r1".into(),
            logical_id: "Channel".into(),
            physical_id: None,
        }
    }

    #[test]
    fn a_short_reason_is_kept_whole() {
        let body = body(&to(), "1234567", &Outcome::Failed("no such role".into())).expect("fits");

        let reply: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(reply["Status"], "FAILED");
        assert_eq!(reply["Reason"], "no such role");
        assert_eq!(reply["PhysicalResourceId"], "1234567");
        assert!(reply.get("Data").is_none());
    }

    #[test]
    fn ids_that_leave_no_room_are_an_error_not_a_longer_reply() {
        let to = PendingReply { stack_id: "x".repeat(REPLY_LIMIT), ..to() };

        let error = body(&to, "1", &Outcome::Failed("why".into())).expect_err("too long");
        assert!(matches!(error, Error::ReplyTooLong(_)), "{error}");
    }

    proptest! {
        #[test]
        fn any_reason_gives_a_reply_that_fits_and_keeps_its_beginning(
            reason in "\\PC{0,40}|[\u{0}-\u{1f}\"\\\\]{0,6000}|[\u{1F300}-\u{1F5FF}é]{0,3000}"
        ) {
            let body = body(&to(), "1", &Outcome::Failed(reason.clone())).expect("fits");

            prop_assert!(body.len() <= REPLY_LIMIT);
            let reply: Value = serde_json::from_str(&body).expect("JSON");
            let kept = reply["Reason"].as_str().expect("a reason").trim_end_matches('…');
            prop_assert!(reason.starts_with(kept));
            prop_assert!(reason.is_empty() || !kept.is_empty());
        }
    }
}

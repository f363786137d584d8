//! The way out of an invocation: to MediaLive, to EventBridge, to CloudFormation's S3, or into a
//! fault.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use axum::Router;
use axum::body::{Body, Bytes};
use http::request::Parts;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tower::ServiceExt;

use super::answers::{empty, json, refusal};
use super::bootstrap::targets_of_entries;
use super::services::Services;
use super::{Call, PUT_EVENTS, REPLY};
use crate::fault::{CallFault, at_call};

/// How long a function's connection waits for an answer: as `lilo_runtime` sets it.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// One invocation's connector.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    pub(super) services: Arc<Services>,
    pub(super) role: &'static str,
    /// What the function was invoked for.
    pub(super) errand: String,
    /// The request it is about, if it is one of CloudFormation's.
    pub(super) request: Option<String>,
    /// Told when the process dies.
    pub(super) killed: Arc<Notify>,
    /// How often the invocation has answered its request, or handed it on.
    pub(super) said: Arc<AtomicUsize>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().carry(request))
    }
}

impl Connector {
    async fn carry(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let (parts, bytes) = take_apart(request).await?;
        let operation = operation(&parts);
        let (number, fault) = self.note(operation, &parts, &bytes);
        self.wait(operation).await;
        let cut = || Err(ConnectorError::io("the connection was cut".into()));
        let answer = match fault {
            None => self.perform(number, parts, bytes).await,
            Some(CallFault::Status { status, .. }) if operation == REPLY => Ok(empty(status)),
            Some(CallFault::Status { status, code, message }) => Ok(refusal(status, code, message)),
            Some(CallFault::Stall) => pending().await,
            Some(CallFault::Slow) => {
                // The service goes on although nobody listens any more.
                let _ = self.perform(number, parts, bytes).await;
                sleep(READ_TIMEOUT).await;
                Err(ConnectorError::timeout("no answer in 30 s".into()))
            }
            Some(CallFault::CutBefore) => cut(),
            Some(CallFault::CutAfter) => {
                let _ = self.perform(number, parts, bytes).await;
                cut()
            }
            Some(CallFault::KillBefore) => self.die().await,
            Some(CallFault::KillAfter) => {
                let _ = self.perform(number, parts, bytes).await;
                self.die().await
            }
            Some(CallFault::NotTaken) => {
                let refused = json!({"ErrorCode": "ThrottlingException", "ErrorMessage": "no"});
                return Ok(json(&json!({ "FailedEntryCount": 1, "Entries": [refused] })));
            }
            Some(CallFault::StackDeleted) => {
                self.services.delete_the_stack.notify_one();
                self.perform(number, parts, bytes).await
            }
            Some(CallFault::StackDeletedMeanwhile) => {
                self.services.delete_the_stack.notify_one();
                sleep(Duration::from_secs(20)).await;
                self.perform(number, parts, bytes).await
            }
        };
        let is_heard = answer.as_ref().is_ok_and(|answer| answer.status().is_success());
        let said = is_heard && matches!(operation, REPLY | PUT_EVENTS);
        self.said.fetch_add(usize::from(said), Ordering::Relaxed);
        answer
    }

    /// Lets half of the time pass that a call to MediaLive takes.
    async fn wait(&self, operation: &str) {
        let delay = self.services.state().call_delay;
        if !delay.is_zero() && !matches!(operation, PUT_EVENTS | REPLY) {
            sleep(delay / 2).await;
        }
    }

    /// Has a list return smaller pages than it was asked for, if the cloud says so.
    fn with_page_limit(&self, mut parts: Parts) -> Parts {
        if let Some(items) = self.services.state().page {
            let uri = parts.uri.to_string();
            let smaller = uri.replace("maxResults=100", &format!("maxResults={items}"));
            parts.uri = smaller.parse().expect("a URI");
        }
        parts
    }

    /// Drops everything that the invocation does, this call included.
    async fn die(&self) -> Result<HttpResponse, ConnectorError> {
        self.killed.notify_one();
        pending().await
    }

    /// Puts the call on record; returns its number, and what happens to it.
    fn note(
        &self,
        operation: &'static str,
        parts: &Parts,
        body: &Bytes,
    ) -> (usize, Option<CallFault>) {
        let call = Call {
            at: Instant::now(),
            role: self.role,
            errand: self.errand.clone(),
            request: self.request.clone(),
            operation,
            method: parts.method.clone(),
            host: parts.uri.host().unwrap_or_default().to_owned(),
            path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            body: body.clone(),
            status: None,
            made: None,
        };
        let mut state = self.services.state();
        let fault = at_call(&mut state.faults, &call);
        if operation == REPLY {
            state.journal.check_put(parts, body);
        }
        state.journal.calls.push(call);
        (state.journal.calls.len() - 1, fault)
    }

    async fn perform(
        &self,
        number: usize,
        parts: Parts,
        bytes: Bytes,
    ) -> Result<HttpResponse, ConnectorError> {
        let operation = operation(&parts);
        let answer = match operation {
            REPLY => {
                self.services.state().journal.take_reply(&parts, &bytes);
                empty(200)
            }
            PUT_EVENTS => {
                let request = serde_json::from_slice(&bytes).unwrap_or_default();
                self.services.hand_on(targets_of_entries(&request));
                json(&json!({ "FailedEntryCount": 0, "Entries": [{ "EventId": "1" }] }))
            }
            _ => {
                let request = http::Request::from_parts(self.with_page_limit(parts), bytes);
                let asked = timeout(READ_TIMEOUT, ask(self.services.router.clone(), request)).await;
                asked.map_err(|elapsed| ConnectorError::timeout(elapsed.into()))??
            }
        };
        {
            let mut state = self.services.state();
            let call = &mut state.journal.calls[number];
            call.status = Some(answer.status().as_u16());
            if operation.starts_with("Create") && call.status == Some(201) {
                let body: Value = serde_json::from_slice(answer.body().bytes().unwrap_or_default())
                    .unwrap_or_default();
                let id = body["channel"]["id"].as_str().or(body["input"]["id"].as_str());
                call.made = id.map(str::to_owned);
            }
        }
        self.wait(operation).await;
        Ok(answer)
    }
}

/// A person's connector, which is neither on record nor met by faults. A person who is throttled
/// waits.
#[derive(Clone, Debug)]
pub(super) struct Direct(pub(super) Router);

impl HttpConnector for Direct {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let router = self.0.clone();
        HttpConnectorFuture::new(async move {
            let (parts, bytes) = take_apart(request).await?;
            loop {
                let request = http::Request::from_parts(parts.clone(), bytes.clone());
                let answer = ask(router.clone(), request).await?;
                if answer.status().as_u16() != 429 {
                    return Ok(answer);
                }
                sleep(Duration::from_secs(1)).await;
            }
        })
    }
}

async fn take_apart(request: HttpRequest) -> Result<(Parts, Bytes), ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    Ok((parts, body.collect().await.map_err(ConnectorError::io)?.to_bytes()))
}

/// Asks the emulated service.
async fn ask(
    router: Router,
    request: http::Request<Bytes>,
) -> Result<HttpResponse, ConnectorError> {
    let Ok(response) = router.oneshot(request.map(Body::from)).await;
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(|error| ConnectorError::io(error.into()))?;
    let response = http::Response::from_parts(parts, SdkBody::from(bytes.to_bytes()));
    HttpResponse::try_from(response).map_err(|error| ConnectorError::user(error.into()))
}

/// The operation's name in the API; what goes to any other host is a reply.
fn operation(parts: &Parts) -> &'static str {
    match parts.uri.host().unwrap_or_default() {
        host if host.starts_with("medialive.") => {}
        host if host.starts_with("events.") => return PUT_EVENTS,
        _ => return REPLY,
    }
    let mut path = parts.uri.path().trim_start_matches("/prod/").split('/');
    let (kind, id, verb) = (path.next(), path.next(), path.next());
    match (parts.method.as_str(), kind, id, verb) {
        ("POST", Some("channels"), None, _) => "CreateChannel",
        ("GET", Some("channels"), None, _) => "ListChannels",
        ("GET", Some("channels"), Some(_), _) => "DescribeChannel",
        ("PUT", Some("channels"), Some(_), None) => "UpdateChannel",
        ("PUT", Some("channels"), Some(_), Some(_)) => "UpdateChannelClass",
        ("POST", Some("channels"), Some(_), Some("start")) => "StartChannel",
        ("POST", Some("channels"), Some(_), Some("stop")) => "StopChannel",
        ("DELETE", Some("channels"), Some(_), _) => "DeleteChannel",
        ("POST", Some("inputs"), None, _) => "CreateInput",
        ("GET", Some("inputs"), None, _) => "ListInputs",
        ("GET", Some("inputs"), Some(_), _) => "DescribeInput",
        ("PUT", Some("inputs"), Some(_), _) => "UpdateInput",
        ("DELETE", Some("inputs"), Some(_), _) => "DeleteInput",
        ("POST", Some("tags"), ..) => "CreateTags",
        ("DELETE", Some("tags"), ..) => "DeleteTags",
        other => panic!("a call that is not known here: {other:?}"),
    }
}

//! The way out of one invocation: to MediaLive, to EventBridge, to CloudFormation's S3, or into a trap.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use axum::body::Bytes;
use http::request::Parts;
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use super::trap::Trouble;
use super::{Call, REPLY, Shared};
use crate::PUT_EVENTS;
use crate::wire::{EVENTBRIDGE, REPLY_HOST, ask, empty, refusal, taken};

/// How long a function's connection waits for an answer: as `lilo_runtime` sets it.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// One invocation's connector.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) shared: Arc<Shared>,
    pub(super) role: &'static str,
    pub(super) errand: String,
    /// The request it is about, if it is one of CloudFormation's.
    pub(super) request: Option<String>,
    /// Told when the process dies.
    pub(super) killed: Arc<Notify>,
    /// How often the invocation has answered its request, or handed it on.
    pub(super) said: Arc<AtomicUsize>,
}

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().carry(request))
    }
}

impl Line {
    async fn carry(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request =
            request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let (parts, body) = request.into_parts();
        let bytes = body.collect().await.map_err(ConnectorError::io)?.to_bytes();
        let operation = operation(&parts);
        let number = self.note(operation, &parts);
        let trouble = self.shared.trap().as_mut().and_then(|it| it.meet(self.role, operation));
        let cut = || Err(ConnectorError::io("the connection was cut".into()));
        let answer = match trouble {
            None => self.perform(number, parts, bytes).await,
            Some(Trouble::Status(status)) => Ok(refuse(operation, status)),
            Some(Trouble::Stall) => pending().await,
            Some(Trouble::Slow) => {
                // The service goes on although nobody listens any more.
                let _ = self.perform(number, parts, bytes).await;
                sleep(READ_TIMEOUT).await;
                Err(ConnectorError::timeout("no answer in 30 s".into()))
            }
            Some(Trouble::CutBefore) => cut(),
            Some(Trouble::CutAfter) => {
                let _ = self.perform(number, parts, bytes).await;
                cut()
            }
            Some(Trouble::KillBefore) => self.die().await,
            Some(Trouble::KillAfter) => {
                let _ = self.perform(number, parts, bytes).await;
                self.die().await
            }
            Some(Trouble::Deleted) => {
                self.shared.delete_the_stack.notify_one();
                self.perform(number, parts, bytes).await
            }
            Some(Trouble::DeletedMeanwhile) => {
                self.shared.delete_the_stack.notify_one();
                sleep(Duration::from_secs(20)).await;
                self.perform(number, parts, bytes).await
            }
        };
        let is_heard = answer.as_ref().is_ok_and(|answer| answer.status().is_success());
        let said = is_heard && matches!(operation, REPLY | PUT_EVENTS);
        self.said.fetch_add(usize::from(said), Ordering::Relaxed);
        answer
    }

    /// Drops everything that the invocation does, this call included.
    async fn die(&self) -> Result<HttpResponse, ConnectorError> {
        self.killed.notify_one();
        pending().await
    }

    fn note(&self, operation: &'static str, parts: &Parts) -> usize {
        let calls = &mut self.shared.journal().calls;
        calls.push(Call {
            at: Instant::now(),
            role: self.role,
            errand: self.errand.clone(),
            request: self.request.clone(),
            operation,
            path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            status: None,
            made: None,
        });
        calls.len() - 1
    }

    async fn perform(
        &self,
        number: usize,
        parts: Parts,
        bytes: Bytes,
    ) -> Result<HttpResponse, ConnectorError> {
        let answer = match parts.uri.host() {
            Some(REPLY_HOST) => {
                let content_type = parts.headers.get("content-type");
                let content_type = content_type.and_then(|it| it.to_str().ok());
                let path = parts.uri.path();
                self.shared.journal().take_reply(path, content_type, &bytes);
                empty(200)
            }
            Some(EVENTBRIDGE) => {
                self.shared.put_events(&serde_json::from_slice(&bytes).unwrap_or_default());
                taken()
            }
            _ => {
                let request = http::Request::from_parts(parts, bytes);
                let asked = timeout(READ_TIMEOUT, ask(self.shared.router.clone(), request)).await;
                asked.map_err(|elapsed| ConnectorError::timeout(elapsed.into()))??
            }
        };
        let call = &mut self.shared.journal().calls[number];
        call.status = Some(answer.status().as_u16());
        if call.operation.starts_with("Create") && call.status == Some(201) {
            let body: Value = serde_json::from_slice(answer.body().bytes().unwrap_or_default())
                .unwrap_or_default();
            let id = body["channel"]["id"].as_str().or(body["input"]["id"].as_str());
            call.made = id.map(str::to_owned);
        }
        Ok(answer)
    }
}

/// An error in the shape of who answers it.
fn refuse(operation: &str, status: u16) -> HttpResponse {
    if operation == REPLY {
        return empty(status);
    }
    let code = match status {
        400 => "BadRequestException",
        403 => "ForbiddenException",
        404 => "NotFoundException",
        409 => "ConflictException",
        422 => "UnprocessableEntityException",
        429 => "TooManyRequestsException",
        500 => "InternalServerErrorException",
        502 => "BadGatewayException",
        _ => "GatewayTimeoutException",
    };
    refusal(status, code, "injected")
}

/// The operation's name in the API.
fn operation(parts: &Parts) -> &'static str {
    match parts.uri.host() {
        Some(REPLY_HOST) => return REPLY,
        Some(EVENTBRIDGE) => return PUT_EVENTS,
        _ => {}
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
        other => panic!("a call that the world does not know: {other:?}"),
    }
}

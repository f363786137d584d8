//! The way out of a function: to the emulator, or into the list of replies.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use axum::Router;
use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use lilo_medialive_emulator::caller;
use serde_json::Value;
use tokio::time::sleep;
use tower::ServiceExt;

use crate::cloud::targets_of_entries;

/// The host of every ResponseURL in the world.
pub(crate) const REPLY_HOST: &str = "reply.s3.eu-west-1.amazonaws.com";

/// The host of EventBridge's API in the world.
pub(crate) const EVENTBRIDGE: &str = "events.eu-west-1.amazonaws.com";

/// How faults name its only operation here: the path of every one is `/`.
pub const PUT_EVENTS: &str = "PutEvents";

/// One request that a function made, as it stood on the wire.
#[derive(Clone, Debug)]
pub struct Seen {
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The body; null when there was none.
    pub body: Value,
    /// The request's Content-Type.
    pub content_type: Option<String>,
    /// The role that signed it.
    pub role: Option<String>,
}

/// What goes wrong with a call to MediaLive.
#[derive(Clone, Copy, Debug)]
pub enum Goes {
    /// Answered with a status, an error code and a message, without being carried out.
    Refused(u16, &'static str, &'static str),
    /// Carried out, and the answer is lost.
    Lost,
    /// Of PutEvents: answered with 200, and the entry is not taken.
    NotTaken,
    /// Well: the next fault has its turn after this call.
    Well,
}

#[derive(Clone, Copy, Debug)]
struct Fault {
    method: &'static str,
    path: &'static str,
    goes: Goes,
    times: usize,
}

/// Connects the functions with the world.
#[derive(Clone, Debug)]
pub struct Wire {
    router: Router,
    seen: Arc<Mutex<Vec<Seen>>>,
    faults: Arc<Mutex<Vec<Fault>>>,
    replies: Arc<Mutex<Vec<Seen>>>,
    handed_on: Arc<Mutex<Vec<Value>>>,
    events: Arc<Mutex<Vec<Seen>>>,
    delay: Arc<Mutex<Duration>>,
}

impl Wire {
    /// A wire to the service behind `router`.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self {
            router,
            seen: Arc::default(),
            faults: Arc::default(),
            replies: Arc::default(),
            handed_on: Arc::default(),
            events: Arc::default(),
            delay: Arc::default(),
        }
    }

    /// What went to MediaLive so far.
    #[must_use]
    pub fn to_medialive(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic").clone()
    }

    /// What went to a ResponseURL so far.
    #[must_use]
    pub fn to_cloudformation(&self) -> Vec<Seen> {
        self.replies.lock().expect("no panic").clone()
    }

    /// What went to EventBridge so far.
    #[must_use]
    pub fn to_eventbridge(&self) -> Vec<Seen> {
        self.events.lock().expect("no panic").clone()
    }

    /// The payloads that were handed on to another invocation, and not taken yet.
    #[must_use]
    pub fn take_handed_on(&self) -> Vec<Value> {
        std::mem::take(&mut *self.handed_on.lock().expect("no panic"))
    }

    /// The next `times` calls with this method and a path that starts like this go wrong.
    pub fn fail(&self, method: &'static str, path: &'static str, times: usize, goes: Goes) {
        self.faults.lock().expect("no panic").push(Fault { method, path, goes, times });
    }

    /// Every call takes this long from now on, half of it before it has its effect.
    pub fn slow_down(&self, delay: Duration) {
        *self.delay.lock().expect("no panic") = delay;
    }

    /// Nothing goes wrong from now on.
    pub fn mend(&self) {
        self.faults.lock().expect("no panic").clear();
    }

    fn fault(&self, seen: &Seen) -> Option<Goes> {
        let mut faults = self.faults.lock().expect("no panic");
        let hit = faults.iter_mut().find(|fault| {
            fault.times > 0 && seen.method == fault.method && seen.path.starts_with(fault.path)
        })?;
        hit.times = hit.times.saturating_sub(1);
        Some(hit.goes)
    }

    async fn carry(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let (parts, body) = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?
            .into_parts();
        let bytes = body.collect().await.map_err(ConnectorError::io)?.to_bytes();
        let mut seen = Seen {
            method: parts.method.to_string(),
            path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            content_type: parts
                .headers
                .get("content-type")
                .map(|value| value.to_str().expect("text").to_owned()),
            role: caller(&parts.headers),
        };
        if parts.uri.host() == Some(REPLY_HOST) {
            self.replies.lock().expect("no panic").push(seen);
            return Ok(empty(200));
        }
        if parts.uri.host() == Some(EVENTBRIDGE) {
            PUT_EVENTS.clone_into(&mut seen.path);
            return Ok(self.put_events(&seen));
        }
        let half = *self.delay.lock().expect("no panic") / 2;
        sleep(half).await;
        let fault = self.fault(&seen);
        self.seen.lock().expect("no panic").push(seen);
        if let Some(Goes::Refused(status, code, message)) = fault {
            return Ok(refusal(status, code, message));
        }
        let answer = ask(self.router, http::Request::from_parts(parts, bytes)).await;
        sleep(half).await;
        if let Some(Goes::Lost) = fault {
            return Err(ConnectorError::io("the connection was cut".into()));
        }
        answer
    }
}

/// Asks the emulated service.
pub(crate) async fn ask(
    router: Router,
    request: http::Request<Bytes>,
) -> Result<HttpResponse, ConnectorError> {
    let Ok(response) = router.oneshot(request.map(Body::from)).await;
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(|error| ConnectorError::io(error.into()))?;
    let response = http::Response::from_parts(parts, SdkBody::from(bytes.to_bytes()));
    HttpResponse::try_from(response).map_err(|error| ConnectorError::user(error.into()))
}

impl Wire {
    /// EventBridge: keeps what is to be delivered to a function.
    fn put_events(&self, seen: &Seen) -> HttpResponse {
        self.events.lock().expect("no panic").push(seen.clone());
        match self.fault(seen) {
            Some(Goes::Refused(status, code, message)) => return refusal(status, code, message),
            Some(Goes::NotTaken) => {
                return json(&serde_json::json!({
                    "FailedEntryCount": 1,
                    "Entries": [{"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}],
                }));
            }
            Some(Goes::Lost | Goes::Well) | None => {}
        }
        let payloads = targets_of_entries(&seen.body).into_iter().map(|(_, payload)| payload);
        self.handed_on.lock().expect("no panic").extend(payloads);
        taken()
    }
}

/// EventBridge has taken one entry.
pub(crate) fn taken() -> HttpResponse {
    json(&serde_json::json!({"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}))
}

fn json(body: &Value) -> HttpResponse {
    let response = http::Response::new(SdkBody::from(body.to_string()));
    HttpResponse::try_from(response).expect("an HTTP response")
}

/// An answer that only its status tells about.
pub(crate) fn empty(status: u16) -> HttpResponse {
    let response = http::Response::builder().status(status).body(SdkBody::empty());
    HttpResponse::try_from(response.expect("a response")).expect("an HTTP response")
}

pub(crate) fn refusal(status: u16, code: &str, message: &str) -> HttpResponse {
    let body = serde_json::json!({ "message": message }).to_string();
    let response = http::Response::builder()
        .status(status)
        .header("x-amzn-errortype", code)
        .body(SdkBody::from(body))
        .expect("a response");
    HttpResponse::try_from(response).expect("an HTTP response")
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().carry(request))
    }
}

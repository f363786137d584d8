//! What happened: every call of a function and every reply, and what is wrong with it by itself.

use axum::body::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method};
use lilo_lifecycle::medialive_id;
use lilo_local_cloud::cloudformation::response::judge;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Function;

/// The operation that a reply to CloudFormation counts as.
pub const REPLY: &str = "Reply";

/// EventBridge's only operation here.
pub const PUT_EVENTS: &str = "PutEvents";

/// What the reason of a reply says when the handler has panicked.
pub const PANICKED: &str = "the function panicked";

/// What is wrong with a reply that differs from the one before to the same request.
pub const ANOTHER_ANSWER: &str = "another answer than the first";

/// One call of a function.
#[derive(Clone, Debug)]
pub struct Call {
    /// When it was made.
    pub at: Instant,
    /// The function.
    pub role: &'static str,
    /// What the function was invoked for: a RequestType, or the event's detail-type.
    pub errand: String,
    /// The RequestId, if it was a request of CloudFormation's.
    pub request: Option<String>,
    /// The operation.
    pub operation: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The host.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// The body.
    pub body: Bytes,
    /// What the answer said; `None` while there is none.
    pub status: Option<u16>,
    /// The id of what was made.
    pub made: Option<String>,
}

impl Call {
    /// The body; null when it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A request of CloudFormation's, and what was answered.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) function: Function,
    pub(super) payload: Value,
    /// The path of its ResponseURL.
    pub(super) path: String,
    pub(super) replies: Vec<Value>,
    /// Shows the first reply.
    pub(super) first: watch::Sender<Option<Value>>,
}

/// Everything so far.
#[derive(Debug, Default)]
pub(super) struct Journal {
    pub(super) calls: Vec<Call>,
    pub(super) requests: Vec<Request>,
    /// What was wrong at once.
    pub(super) wrong: Vec<String>,
}

impl Journal {
    /// Puts a request on record, once however often it is delivered; returns its number.
    pub(super) fn register(&mut self, function: Function, payload: &Value, path: String) -> usize {
        let known = self.requests.iter().rposition(|it| it.path == path && it.payload == *payload);
        known.unwrap_or_else(|| {
            let (payload, replies, first) = (payload.clone(), Vec::new(), watch::Sender::new(None));
            self.requests.push(Request { function, payload, path, replies, first });
            self.requests.len() - 1
        })
    }

    /// Looks at a request to a ResponseURL, whatever becomes of it.
    pub(super) fn check_put(&mut self, parts: &Parts, body: &[u8]) {
        let length = HeaderValue::from(body.len());
        let headers = ["content-type", "content-length"].map(|name| parts.headers.get(name));
        if (&parts.method, headers) != (&Method::PUT, [None, Some(&length)]) {
            self.wrong.push(format!("a {} of {length:?} bytes with {headers:?}", parts.method));
        }
    }

    /// Takes a reply as CloudFormation's S3 does.
    pub(super) fn take_reply(&mut self, parts: &Parts, body: &[u8]) {
        let path = parts.uri.path();
        let Some(at) = self.requests.iter().rposition(|it| it.path == path) else {
            self.wrong.push(format!("a reply to {path}, which nobody waits for"));
            return;
        };
        let asked = &self.requests[at].payload["StackId"];
        let moved_on =
            self.requests[at + 1..].iter().any(|later| later.payload["StackId"] == *asked);
        let request = &mut self.requests[at];
        let reply: Value = serde_json::from_slice(body).unwrap_or_default();
        let mut wrong = flaws(&request.payload, &reply);
        wrong.extend(judge(&request.payload, parts, body).err());
        // Delivered again when the stack has gone on, be it to its rollback, a request may be
        // answered as things are now; nobody listens any more.
        if let Some(first) = request.replies.first()
            && *first != reply
            && first["Status"] != "FAILED"
            && !moved_on
        {
            wrong.push(format!("{ANOTHER_ANSWER}, {first}"));
        }
        let kind = &request.payload["RequestType"];
        let function = request.function;
        self.wrong.extend(wrong.iter().map(|flaw| format!("{kind} {function:?} {reply}: {flaw}")));
        request.replies.push(reply.clone());
        request.first.send_if_modified(|first| {
            let is_first = first.is_none();
            first.get_or_insert(reply);
            is_first
        });
    }

    /// The requests that were never answered.
    pub(super) fn silences(&self) -> Vec<String> {
        let silent = self.requests.iter().filter(|request| request.replies.is_empty());
        silent
            .map(|it| format!("{} {:?} was never answered", it.payload["RequestType"], it.function))
            .collect()
    }
}

/// What CloudFormation would take, and LILO never means.
fn flaws(request: &Value, reply: &Value) -> Vec<String> {
    let mut flaws = Vec::new();
    if reply["Reason"].as_str().is_some_and(|reason| reason.contains(PANICKED)) {
        flaws.push("its handler panicked".to_owned());
    }
    let id = reply["PhysicalResourceId"].as_str().unwrap_or_default();
    let failed = reply["Status"] == "FAILED";
    let given = request["PhysicalResourceId"].as_str();
    let may_replace = !failed
        && sources(request, "ResourceProperties") != sources(request, "OldResourceProperties");
    match request["RequestType"].as_str() {
        Some("Create") if !failed && medialive_id(id).is_none() => {
            flaws.push("SUCCESS without the id of anything".to_owned());
        }
        Some("Update") if Some(id) != given && !may_replace => {
            flaws.push("another physical id without a replacement".to_owned());
        }
        Some("Delete") if Some(id) != given => flaws.push("another physical id".to_owned()),
        Some("Delete") if reply.get("Data").is_some() => flaws.push("Data on Delete".to_owned()),
        _ => {}
    }
    flaws
}

/// How many URLs an input has: what decides its class.
fn sources(request: &Value, properties: &str) -> Option<usize> {
    request[properties]["Sources"].as_array().map(Vec::len)
}

//! The record of API calls: caller, request and answer.
//!
//! Holds the data that a permission check needs, but checks nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use jiff::Timestamp;
use serde::Serialize;

use crate::service::newest::Newest;

/// One call of MediaLive's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// When it arrived.
    pub time: Timestamp,
    /// The operation's name in the API, or method and path if it is not emulated.
    pub operation: String,
    /// The id of its channel or input; for a create, of the new resource.
    pub resource: Option<String>,
    /// The account that it is for.
    pub account: String,
    /// The region that it is for.
    pub region: String,
    /// The access key id that signed it; `None` if unsigned. The signature is not checked.
    pub role: Option<String>,
    /// The request id in the trace header that a function's SDK sends: that of the invocation, on
    /// the local platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invocation: Option<String>,
    /// The tags in the request.
    pub request_tags: BTreeMap<String, String>,
    /// The resource's tags when the call arrived.
    pub resource_tags: BTreeMap<String, String>,
    /// The keys of the tags that it removes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed_tags: Vec<String>,
    /// The ids of the inputs to attach to a channel.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attached_inputs: Vec<String>,
    /// The role passed to MediaLive.
    pub passed_role: Option<String>,
    /// The answer's HTTP status, even if a fault withheld it; 0 without an answer.
    pub status: u16,
    /// The name of the fault that affected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
}

/// The newest calls, in order of their answers.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<Newest<Call>>);

impl Calls {
    pub(crate) fn add(&self, call: Call) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(call);
    }

    pub(crate) fn history(&self) -> Vec<Call> {
        self.since(0)
    }

    /// The calls after the first `known`.
    pub(crate) fn since(&self, known: usize) -> Vec<Call> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).since(known)
    }
}

/// The root of an X-Ray trace (`Root=1-8 digits-24 digits;Parent=...`), written as a request id.
pub(crate) fn invocation(headers: &HeaderMap) -> Option<String> {
    let trace = headers.get("x-amzn-trace-id")?.to_str().ok()?;
    let root = trace.split(';').find_map(|field| field.strip_prefix("Root=1-"))?;
    uuid::Uuid::try_parse(&root.replace('-', "")).ok().map(|id| id.to_string())
}

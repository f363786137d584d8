//! A record of every API call: who asked for what, and what was answered.
//!
//! Holds what a judge of permissions needs. Judges nothing itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use http::{HeaderMap, header};
use jiff::Timestamp;
use serde::Serialize;

/// One call of MediaLive's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// When it arrived.
    pub time: Timestamp,
    /// The operation's name in the API, or method and path of one that is not emulated.
    pub operation: String,
    /// The id of the channel or input it was about; for a create, of the one that came of it.
    pub resource: Option<String>,
    /// The access key id that signed it; `None` when it was not signed. The signature is not
    /// checked.
    pub role: Option<String>,
    /// The tags in the request.
    pub request_tags: BTreeMap<String, String>,
    /// The tags the resource had when the call arrived.
    pub resource_tags: BTreeMap<String, String>,
    /// The keys of the tags that it takes off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed_tags: Vec<String>,
    /// The ids of the inputs that a channel is to have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attached_inputs: Vec<String>,
    /// The role handed to MediaLive.
    pub passed_role: Option<String>,
    /// The HTTP status of the answer, even of one that was kept back; 0 when there was none.
    pub status: u16,
    /// The name of the fault that it met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
}

/// The calls so far, in the order of their answers.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<Vec<Call>>);

impl Calls {
    pub(crate) fn add(&self, call: Call) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(call);
    }

    pub(crate) fn history(&self) -> Vec<Call> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The access key id in a Signature Version 4 `Authorization` header.
#[must_use]
pub fn caller(headers: &HeaderMap) -> Option<String> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let parameters = authorization.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let credential = parameters.split(',').find_map(|it| it.trim().strip_prefix("Credential="))?;
    credential.split('/').next().map(str::to_owned)
}

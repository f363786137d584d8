//! PutEvents over HTTP, as EventBridge answers it.
//!
//! Decides whether an entry is accepted. It must not know rules. Requests need no signature: only
//! this machine can send them.
//!
//! Source: the API model in botocore (`events/2015-10-07`); API reference, "PutEventsResultEntry";
//! for an unknown bus, aws/aws-cli#9186.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Buses, DEFAULT_BUS, Envelope};

const MAX_ENTRIES: usize = 10;
/// The total size of all entries must be smaller.
const TOO_MANY_BYTES: usize = 1024 * 1024;
/// Bytes that count for a time, whatever its digits.
const TIME_BYTES: usize = 14;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    /// Seconds since 1970.
    time: Option<f64>,
}

/// The result of an entry.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum EntryResult {
    #[serde(rename_all = "PascalCase")]
    Accepted { event_id: String },
    #[serde(rename_all = "PascalCase")]
    Failed { error_code: &'static str, error_message: String },
}

/// Why a whole request was refused.
struct ErrorResponse {
    code: &'static str,
    message: String,
}

pub(super) fn router(buses: Arc<Buses>) -> Router {
    // Reads requests of any length, so that too long ones get a reason.
    Router::new().route("/", post(receive)).layer(DefaultBodyLimit::disable()).with_state(buses)
}

async fn receive(
    State(buses): State<Arc<Buses>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ErrorResponse> {
    let operation = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    if operation != Some("AWSEvents.PutEvents") {
        let message = format!(
            "The local EventBridge answers PutEvents only, not {}",
            operation.unwrap_or("a request without X-Amz-Target")
        );
        return Err(ErrorResponse { code: "UnknownOperationException", message });
    }
    let request: Request = serde_json::from_slice(&body).map_err(|error| ErrorResponse {
        code: "SerializationException",
        message: error.to_string(),
    })?;
    check(&request.entries)?;
    let results: Vec<_> =
        request.entries.into_iter().map(|entry| put_entry(&buses, entry)).collect();
    let failed =
        results.iter().filter(|results| matches!(results, EntryResult::Failed { .. })).count();
    Ok(json_response(StatusCode::OK, &json!({ "FailedEntryCount": failed, "Entries": results })))
}

/// Refuses the whole request, as EventBridge does.
fn check(entries: &[Entry]) -> Result<(), ErrorResponse> {
    let refused = |message: String| Err(ErrorResponse { code: "ValidationException", message });
    if !(1..=MAX_ENTRIES).contains(&entries.len()) {
        let count = entries.len();
        return refused(format!(
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must \
             have length from 1 to {MAX_ENTRIES}, not {count}"
        ));
    }
    if entries.iter().map(Entry::size).sum::<usize>() >= TOO_MANY_BYTES {
        return refused("Total size of the entries in the request is over the limit.".to_owned());
    }
    Ok(())
}

/// Puts one entry onto its bus. An unknown bus accepts it too, and delivers it to nobody.
fn put_entry(buses: &Buses, mut entry: Entry) -> EntryResult {
    let bus = entry.event_bus_name.take();
    match entry.envelope() {
        Ok(event) => {
            buses.put(bus.as_deref().unwrap_or(DEFAULT_BUS), &buses.envelope(&event));
            EntryResult::Accepted { event_id: event.id }
        }
        Err((error_code, error_message)) => EntryResult::Failed { error_code, error_message },
    }
}

impl Entry {
    fn size(&self) -> usize {
        let texts = [&self.source, &self.detail_type, &self.detail].into_iter().flatten();
        let texts = texts.chain(&self.resources).map(String::len).sum::<usize>();
        texts + self.time.map_or(0, |_| TIME_BYTES)
    }

    /// The entry's event, or EventBridge's error code and message.
    fn envelope(self) -> Result<Envelope, (&'static str, String)> {
        let required = |value: Option<String>, name: &str| {
            value.filter(|value| !value.is_empty()).ok_or_else(|| {
                let why = format!(
                    "Parameter {name} is not valid. Reason: {name} is a required argument."
                );
                ("InvalidArgument", why)
            })
        };
        let source = required(self.source, "Source")?;
        let detail_type = required(self.detail_type, "DetailType")?;
        let detail = required(self.detail, "Detail")?;
        if source.starts_with("aws.") {
            let why = "Not authorized for the source.".to_owned();
            return Err(("NotAuthorizedForSourceException", why));
        }
        let detail = serde_json::from_str(&detail).ok().filter(Value::is_object);
        let detail =
            detail.ok_or_else(|| ("MalformedDetail", "Detail is malformed.".to_owned()))?;
        let time = self.time.map_or(Ok(Timestamp::now()), |seconds| {
            let since_1970 = SignedDuration::try_from_secs_f64(seconds);
            let time = since_1970.and_then(Timestamp::from_duration);
            time.map_err(|error| {
                ("InvalidArgument", format!("Parameter Time is not valid. Reason: {error}"))
            })
        })?;
        let (id, resources) = (Uuid::new_v4().to_string(), self.resources);
        Ok(Envelope { id, source, detail_type, time, resources, detail })
    }
}

impl IntoResponse for ErrorResponse {
    fn into_response(self) -> Response {
        let body = json!({ "__type": self.code, "message": self.message });
        json_response(StatusCode::BAD_REQUEST, &body)
    }
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.1")], body.to_string())
        .into_response()
}

//! The Runtime API: the four routes that a function's process calls.
//!
//! Decides which process sent a request (by its own path prefix, which runtime clients keep in
//! front of every path) and whether it answers the invocation that it holds. It must not know about
//! processes, deadlines or retries.
//!
//! Source: Lambda developer guide, "Using the Lambda runtime API for custom runtimes".

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use uuid::Uuid;

use super::{Failure, Function};

/// Lambda's limit for a response (developer guide, "Lambda quotas").
const MAX_RESPONSE_BYTES: usize = 6 * 1024 * 1024;

/// An invocation for a process.
#[derive(Clone, Debug)]
pub(super) struct Invocation {
    pub(super) request_id: String,
    pub(super) function_arn: String,
    pub(super) payload: Bytes,
}

impl Invocation {
    pub(super) fn new(function_arn: String, payload: &Value) -> Self {
        Self {
            request_id: Uuid::new_v4().to_string(),
            function_arn,
            payload: payload.to_string().into(),
        }
    }
}

/// A process's message about its invocation.
#[derive(Debug)]
pub(super) enum Report {
    /// It took the invocation; its timeout starts.
    Taken,
    /// It finished the invocation.
    Response(Bytes),
    /// The invocation failed; the process lives on.
    Failed(Failure),
    /// It could not start.
    InitFailed(Failure),
}

/// The API's side of one process.
#[derive(Debug)]
pub(super) struct Slot {
    function: String,
    process: u32,
    timeout: Duration,
    invocations: AsyncMutex<mpsc::Receiver<Invocation>>,
    held: Mutex<Option<String>>,
    reports: mpsc::UnboundedSender<Report>,
}

impl Slot {
    pub(super) fn new(
        function: &Function,
        process: u32,
        invocations: mpsc::Receiver<Invocation>,
        reports: mpsc::UnboundedSender<Report>,
    ) -> Self {
        let invocations = AsyncMutex::new(invocations);
        let (function, timeout) = (function.name.clone(), function.timeout);
        Self { function, process, timeout, invocations, held: Mutex::default(), reports }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the process's invocation if it is `request_id`; returns whether it was.
    fn release(&self, request_id: &str) -> bool {
        self.held().take_if(|held| held == request_id).is_some()
    }
}

/// The live processes, by the id in their path prefix.
#[derive(Debug, Default)]
pub(super) struct Runtimes {
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

impl Runtimes {
    pub(super) fn add(&self, id: String, slot: Slot) {
        self.slots().insert(id, Arc::new(slot));
    }

    pub(super) fn remove(&self, id: &str) {
        self.slots().remove(id);
    }

    pub(super) fn processes(&self) -> Vec<(String, u32)> {
        self.slots().values().map(|slot| (slot.function.clone(), slot.process)).collect()
    }

    fn slot(&self, id: &str) -> Result<Arc<Slot>, ApiError> {
        self.slots().get(id).cloned().ok_or(ApiError::UnknownProcess)
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The routes for all processes.
pub(super) fn router(runtimes: Arc<Runtimes>) -> Router {
    let runtime = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{request}/response", post(response))
        .route("/invocation/{request}/error", post(error))
        .route("/init/error", post(init_error))
        .layer(DefaultBodyLimit::max(MAX_RESPONSE_BYTES));
    Router::new().nest("/{environment}/2018-06-01/runtime", runtime).with_state(runtimes)
}

type Handled = Result<Response, ApiError>;

async fn next(State(runtimes): State<Arc<Runtimes>>, Path(environment): Path<String>) -> Handled {
    let slot = runtimes.slot(&environment)?;
    let Some(invocation) = slot.invocations.lock().await.recv().await else {
        return Err(ApiError::ProcessEnds);
    };
    *slot.held() = Some(invocation.request_id.clone());
    let headers = invocation_headers(&invocation, slot.timeout);
    let _ = slot.reports.send(Report::Taken);
    Ok((headers, invocation.payload).into_response())
}

fn invocation_headers(invocation: &Invocation, timeout: Duration) -> HeaderMap {
    let timeout_ms = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX);
    let deadline_ms = Timestamp::now().as_millisecond().saturating_add(timeout_ms);
    let trace = trace(&invocation.request_id);
    [
        ("lambda-runtime-aws-request-id", invocation.request_id.clone()),
        ("lambda-runtime-deadline-ms", deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", invocation.function_arn.clone()),
        ("lambda-runtime-trace-id", trace),
        ("content-type", "application/json".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| {
        let value = HeaderValue::from_str(&value).expect("ids and ARNs are visible ASCII");
        (HeaderName::from_static(name), value)
    })
    .collect()
}

/// The header that X-Ray knows a request by; the SDKs send it along with each call. Here it carries
/// the request id, so that a call can be attributed to its invocation.
fn trace(request_id: &str) -> String {
    let root = request_id.replace('-', "");
    let parent = Uuid::new_v4().simple().to_string();
    format!("Root=1-{}-{};Parent={};Sampled=0", &root[..8], &root[8..], &parent[..16])
}

async fn response(
    State(runtimes): State<Arc<Runtimes>>,
    Path((environment, request)): Path<(String, String)>,
    body: Bytes,
) -> Handled {
    finish(&*runtimes.slot(&environment)?, &request, Report::Response(body))
}

async fn error(
    State(runtimes): State<Arc<Runtimes>>,
    Path((environment, request)): Path<(String, String)>,
    body: Bytes,
) -> Handled {
    finish(&*runtimes.slot(&environment)?, &request, Report::Failed(Failure::reported(&body)))
}

async fn init_error(
    State(runtimes): State<Arc<Runtimes>>,
    Path(environment): Path<String>,
    body: Bytes,
) -> Handled {
    let slot = runtimes.slot(&environment)?;
    let _ = slot.reports.send(Report::InitFailed(Failure::reported(&body)));
    Ok(accepted())
}

fn finish(slot: &Slot, request_id: &str, report: Report) -> Handled {
    if !slot.release(request_id) {
        return Err(ApiError::InvalidRequestId);
    }
    let _ = slot.reports.send(report);
    Ok(accepted())
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response()
}

/// Why the API refuses a request of a process.
enum ApiError {
    UnknownProcess,
    ProcessEnds,
    InvalidRequestId,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, error_type, message) = match self {
            Self::UnknownProcess => (StatusCode::NOT_FOUND, "UnknownProcess", "no such process"),
            Self::ProcessEnds => (StatusCode::GONE, "ProcessEnds", "the process must exit"),
            Self::InvalidRequestId => (
                StatusCode::BAD_REQUEST,
                "InvalidRequestID",
                "the process does not hold this invocation",
            ),
        };
        (status, Json(json!({ "errorType": error_type, "errorMessage": message }))).into_response()
    }
}

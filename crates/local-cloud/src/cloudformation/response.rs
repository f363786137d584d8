//! The endpoint behind ResponseURLs, where custom resources answer CloudFormation.
//!
//! Decides whether an answer counts, at least as strictly as S3 and CloudFormation together. It
//! must not know how the answer affects a stack.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, Method, StatusCode, Uri, request::Parts},
    routing::any,
};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{Error, loopback::Server};

mod check;

pub use check::{Answer, Status};
use check::{HttpRequest, Rejection};

/// The ids that an answer must repeat.
#[derive(Clone, Debug)]
pub(crate) struct PendingReply {
    pub(crate) request: String,
    pub(crate) stack: String,
    pub(crate) resource: String,
}

impl PendingReply {
    fn to(request: &Value) -> Self {
        let id = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
        let (request, stack, resource) = (id("RequestId"), id("StackId"), id("LogicalResourceId"));
        Self { request, stack, resource }
    }
}

/// Reads what was sent to the ResponseURL of this request, as S3 and CloudFormation do.
///
/// # Errors
/// What is wrong with it.
pub fn judge(request: &Value, sent: &Parts, body: &[u8]) -> Result<Answer, String> {
    let url = request["ResponseURL"].as_str().unwrap_or_default();
    let signed = url.split_once('?').map_or("", |(_, query)| query);
    let (method, headers) = (&sent.method, &sent.headers);
    let sent = HttpRequest { method, query: sent.uri.query().unwrap_or_default(), headers, body };
    check::answer(&sent, signed, &PendingReply::to(request)).map_err(|rejection| rejection.what)
}

/// An answer that broke the custom resource contract.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Violation {
    /// The stack's ARN.
    pub stack_id: String,
    /// The resource's logical id.
    pub logical_id: String,
    /// The request's id.
    pub request_id: String,
    /// What was wrong.
    pub what: String,
}

/// The endpoint behind every ResponseURL; clones share it.
#[derive(Clone, Debug)]
pub struct Responses {
    shared: Arc<Shared>,
    server: Arc<Server>,
}

#[derive(Debug, Default)]
struct Shared {
    pending: Mutex<HashMap<String, Pending>>,
    violations: Mutex<Vec<Violation>>,
}

#[derive(Debug)]
struct Pending {
    reply: PendingReply,
    query: String,
    /// Taken by the first HTTP request to the URL, valid or not.
    answer: Option<oneshot::Sender<Result<Answer, String>>>,
}

impl Responses {
    /// Serves the endpoint on a free loopback port.
    ///
    /// # Errors
    /// When no loopback port can be bound.
    pub async fn start() -> Result<Self, Error> {
        let shared = Arc::new(Shared::default());
        let router = Router::new()
            .route("/{key}", any(receive))
            // Reads answers of any length, so that too long ones get a reason.
            .layer(DefaultBodyLimit::disable())
            .with_state(shared.clone());
        let server = Arc::new(Server::start("custom resources' answers", router).await?);
        Ok(Self { shared, server })
    }

    /// Every answer that broke the contract so far, in order of arrival.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.shared.violations().clone()
    }

    /// A ResponseURL for a request from elsewhere, and a receiver for its first answer (or what is
    /// wrong with it). The answer must repeat the ids in `request`.
    #[must_use]
    pub fn expect(&self, request: &Value) -> (String, oneshot::Receiver<Result<Answer, String>>) {
        self.register(PendingReply::to(request))
    }

    /// A ResponseURL for one answer, and a receiver for the first that arrives (or what is wrong
    /// with it).
    pub(crate) fn register(
        &self,
        reply: PendingReply,
    ) -> (String, oneshot::Receiver<Result<Answer, String>>) {
        let (sender, receiver) = oneshot::channel();
        let key = Uuid::new_v4().simple().to_string();
        let query = presigned_query();
        let url = format!("http://{}/{key}?{query}", self.server.address());
        let entry = Pending { reply, query, answer: Some(sender) };
        self.shared.pending().insert(key, entry);
        (url, receiver)
    }
}

impl Shared {
    fn receive(&self, key: &str, request: &HttpRequest<'_>) -> StatusCode {
        let mut pending = self.pending();
        let Some(entry) = pending.get_mut(key) else { return StatusCode::NOT_FOUND };
        let checked = check::answer(request, &entry.query, &entry.reply);
        let open = entry.answer.take().filter(|answer| !answer.is_closed());
        let (status, rejection) = match (open, checked) {
            (None, _) => {
                let what = "it was already answered, or had timed out".to_owned();
                (StatusCode::FORBIDDEN, Some(what))
            }
            (Some(answer), Ok(good)) => {
                let _ = answer.send(Ok(good));
                (StatusCode::OK, None)
            }
            (Some(answer), Err(Rejection { status, what })) => {
                let _ = answer.send(Err(what.clone()));
                (status, Some(what))
            }
        };
        if let Some(what) = rejection {
            let PendingReply { request, stack, resource } = entry.reply.clone();
            tracing::warn!(stack, resource, request, what, "answer refused");
            let violation =
                Violation { stack_id: stack, logical_id: resource, request_id: request, what };
            self.violations().push(violation);
        }
        status
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, HashMap<String, Pending>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn violations(&self) -> std::sync::MutexGuard<'_, Vec<Violation>> {
        self.violations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn receive(
    State(shared): State<Arc<Shared>>,
    Path(key): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let query = uri.query().unwrap_or_default();
    shared.receive(&key, &HttpRequest { method: &method, query, headers: &headers, body: &body })
}

/// A query like that of S3's presigned URLs; functions read the request time from it.
fn presigned_query() -> String {
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let signature = Uuid::new_v4().simple();
    format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={now}&X-Amz-SignedHeaders=host\
         &X-Amz-Expires=7200&X-Amz-Signature={signature}"
    )
}

//! MediaLive's API over HTTP: paths, headers, bodies and the record of calls.
//!
//! Decides an answer's form on the wire (rest-json), not its content.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, on};
use http::{HeaderMap, Method, Uri, header};
use serde::Serialize;
use serde_json::json;
use tokio::time::sleep;
use uuid::Uuid;

use super::server::cut_response;
use super::{faults, responses};
use crate::error::Error;
use crate::faults::fault::CallFault;
use crate::model::tags::{Tags, Target};
use crate::operations::{OPERATIONS, Operation};
use crate::pace::StateDuration;
use crate::request::{Body, Reply, Request};
use crate::service::Service;
use crate::service::calls::{Call, invocation};
use crate::service::regions::{Regions, caller};

type Pairs = Vec<(String, String)>;

/// The API and the emulator's pages: `/_emulator/calls`, `/_emulator/events`, `/_emulator/faults`
/// and `/_emulator/response/NAME`.
pub(crate) fn router(regions: Arc<Regions>) -> Router {
    let api = OPERATIONS.iter().fold(Router::new(), |router, operation| {
        let handler = async move |State(regions): State<Arc<Regions>>,
                                  path: Result<Path<Pairs>, PathRejection>,
                                  query: Result<Query<Pairs>, QueryRejection>,
                                  headers: HeaderMap,
                                  body: Result<Bytes, BytesRejection>| {
            let request = read(path, query, body);
            handle(&regions.of(&headers), operation, &headers, request).await
        };
        router.route(operation.path, on(operation.method, handler))
    });
    api.route("/_emulator/calls", get(calls))
        .route("/_emulator/events", get(events))
        .route("/_emulator/faults", get(faults::get).post(faults::post).delete(faults::delete))
        .route("/_emulator/response/{name}", get(responses::get).put(responses::put))
        .fallback(not_emulated)
        .method_not_allowed_fallback(not_emulated)
        .with_state(regions)
}

/// Turns unreadable requests into API errors, which are recorded like others.
fn read(
    path: Result<Path<Pairs>, PathRejection>,
    query: Result<Query<Pairs>, QueryRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Request, Error> {
    let malformed = |reason| Error::Malformed { reason };
    let Path(path) = path.map_err(|it| malformed(it.body_text()))?;
    let Query(query) = query.map_err(|it| malformed(it.body_text()))?;
    let body = body.map_err(|it| malformed(it.body_text()))?;
    Request::parse(path, query, &body)
}

async fn handle(
    service: &Arc<Service>,
    operation: &'static Operation,
    headers: &HeaderMap,
    request: Result<Request, Error>,
) -> Response {
    // IAM evaluates the tags from before the call.
    let parsed = request.as_ref().ok().map(|request| (operation.target, request));
    let mut call = describe_call(service, operation.name, headers, parsed);
    let fault = service.shared.faults.for_call(operation.name, call.role.as_deref());
    call.fault = fault.as_ref().map(CallFault::name);
    match fault {
        None => perform(service, operation, call, request).await,
        Some(CallFault::Status { status, code, message }) => {
            let error = Error::injected(operation.name, status, code, message);
            finish(service, call, Err(error)).await
        }
        Some(CallFault::Stall(time)) => stall(service, operation, call, request, time).await,
        Some(CallFault::CutBefore) => {
            service.shared.calls.add(call);
            cut_response()
        }
        Some(CallFault::CutAfter) => {
            perform(service, operation, call, request).await;
            cut_response()
        }
        Some(CallFault::Stuck(time)) => {
            let stuck = Some(time.map_or(StateDuration::Forever, StateDuration::For));
            let request = request.map(|request| Request { stuck, ..request });
            perform(service, operation, call, request).await
        }
        Some(CallFault::Failed) => {
            let request = request.map(|request| Request { fails: true, ..request });
            perform(service, operation, call, request).await
        }
    }
}

/// Carries the request out even if the client gives up waiting, as any server does.
async fn stall(
    service: &Arc<Service>,
    operation: &'static Operation,
    call: Call,
    request: Result<Request, Error>,
    time: Duration,
) -> Response {
    let busy = Arc::clone(service);
    let later = service.shared.tasks.spawn(async move {
        busy.shared.closing.run_until_cancelled(sleep(time)).await?;
        Some(perform(&busy, operation, call, request).await)
    });
    later.await.ok().flatten().unwrap_or_else(cut_response)
}

async fn perform(
    service: &Arc<Service>,
    operation: &Operation,
    mut call: Call,
    request: Result<Request, Error>,
) -> Response {
    let throttled = service.bucket.as_ref().is_some_and(|bucket| !bucket.take());
    let reply = match request {
        _ if throttled => Err(Error::Throttled),
        request => request.and_then(|request| (operation.perform)(service, &request)),
    };
    if let Ok(Reply { created_id: Some(id), .. }) = &reply {
        call.resource = Some(id.clone());
    }
    finish(service, call, reply).await
}

/// Any other operation or path.
async fn not_emulated(
    State(regions): State<Arc<Regions>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let service = regions.of(&headers);
    let operation = format!("{method} {}", uri.path());
    let call = describe_call(&service, &operation, &headers, None);
    finish(&service, call, Err(Error::NotEmulated { operation })).await
}

fn describe_call(
    service: &Service,
    operation: &str,
    headers: &HeaderMap,
    parsed: Option<(Target, &Request)>,
) -> Call {
    let store = service.store();
    let found = parsed.and_then(|(target, request)| store.find(target, &request.target));
    let request = parsed.map(|(_, request)| request);
    let target = request.map(|it| it.target.as_str()).filter(|name| !name.is_empty());
    let role = request.and_then(|request| request.body.get("roleArn")?.as_str());
    Call {
        time: service.shared.clock.now(),
        operation: operation.to_owned(),
        resource: found.map(|(id, _)| id).or(target).map(str::to_owned),
        account: service.config.account.clone(),
        region: service.config.region.clone(),
        role: caller(headers),
        invocation: invocation(headers),
        request_tags: request.and_then(|it| it.tags().ok()).unwrap_or_default(),
        resource_tags: found.map(|(_, tags)| Tags::clone(tags)).unwrap_or_default(),
        removed_tags: request.map(|it| it.tag_keys().cloned().collect()).unwrap_or_default(),
        attached_inputs: request.map(Request::attached_inputs).unwrap_or_default(),
        passed_role: role.map(str::to_owned),
        status: 0,
        fault: None,
    }
}

/// Records the call and builds its answer.
async fn finish(service: &Service, mut call: Call, reply: Result<Reply, Error>) -> Response {
    let response = match reply {
        Ok(reply) => write(reply).await.unwrap_or_else(|error| refuse(&error)),
        Err(error) => refuse(&error),
    };
    call.status = response.status().as_u16();
    service.shared.calls.add(call);
    ([("x-amzn-requestid", Uuid::new_v4().to_string())], response).into_response()
}

async fn write(reply: Reply) -> Result<Response, Error> {
    let status = reply.status;
    Ok(match reply.body {
        Body::Empty => status.into_response(),
        Body::Ready(body) => (status, axum::Json(body)).into_response(),
        Body::Deferred(body) => (status, axum::Json(body.await?)).into_response(),
    })
}

fn refuse(error: &Error) -> Response {
    let (status, code) = error.status_and_type();
    let mut body = json!({ "message": error.to_string() });
    if let Some(violations) = error.violations() {
        body["validationErrors"] = json!(violations);
    }
    (status, [("x-amzn-errortype", code)], axum::Json(body)).into_response()
}

async fn calls(State(regions): State<Arc<Regions>>) -> Response {
    lines(&regions.shared.calls.history())
}

async fn events(State(regions): State<Arc<Regions>>) -> Response {
    lines(&regions.shared.events.history())
}

/// One JSON document per line.
pub(super) fn lines<T: Serialize>(entries: &[T]) -> Response {
    let line = |entry| serde_json::to_string(entry).expect("an entry is plain data") + "\n";
    let text = entries.iter().map(line).collect::<String>();
    ([(header::CONTENT_TYPE, "application/x-ndjson")], text).into_response()
}

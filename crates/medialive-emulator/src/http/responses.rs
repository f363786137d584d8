//! The emulator's own `/_emulator/response/NAME`.
//!
//! A program that is asked to answer to an address, and not to its caller, can be given this one.
//! The meaning of an answer is not known here, and none of it is in the record of calls.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use crate::service::Service;

/// Takes a document of any type.
pub(crate) async fn put(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    document: Bytes,
) -> StatusCode {
    service.responses.put(name, document);
    StatusCode::OK
}

/// Shows the last document put there.
pub(crate) async fn get(State(service): State<Arc<Service>>, Path(name): Path<String>) -> Response {
    match service.responses.get(&name) {
        Some(document) => ([(header::CONTENT_TYPE, "application/json")], document).into_response(),
        None => (StatusCode::NOT_FOUND, "nothing was put here yet\n").into_response(),
    }
}

//! The emulator's page `/_emulator/response/NAME`.
//!
//! A response address for programs that answer to a URL instead of their caller. It does not
//! interpret the documents, and its requests are not in the record of calls.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use crate::service::regions::Regions;

/// Stores a document of any type.
pub(crate) async fn put(
    State(regions): State<Arc<Regions>>,
    Path(name): Path<String>,
    document: Bytes,
) -> StatusCode {
    regions.shared.responses.put(name, document);
    StatusCode::OK
}

/// Returns the last document stored under the name.
pub(crate) async fn get(State(regions): State<Arc<Regions>>, Path(name): Path<String>) -> Response {
    match regions.shared.responses.get(&name) {
        Some(document) => ([(header::CONTENT_TYPE, "application/json")], document).into_response(),
        None => (StatusCode::NOT_FOUND, "no document yet\n").into_response(),
    }
}

//! Documents that are put somewhere and looked at later: the emulator's own `/_emulator/response/NAME`.
//!
//! Whoever is asked to answer to an address, and not to its caller, can be given this one. What an answer means is not
//! known here, and none of it is in the record of calls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use crate::service::Service;

/// The last document under each name.
#[derive(Debug, Default)]
pub(crate) struct Responses(Mutex<HashMap<String, Bytes>>);

/// Takes a document of any type.
pub(crate) async fn put(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    document: Bytes,
) -> StatusCode {
    let mut responses = service.responses.0.lock().unwrap_or_else(PoisonError::into_inner);
    responses.insert(name, document);
    StatusCode::OK
}

/// Shows the last document put there.
pub(crate) async fn get(State(service): State<Arc<Service>>, Path(name): Path<String>) -> Response {
    let responses = service.responses.0.lock().unwrap_or_else(PoisonError::into_inner);
    match responses.get(&name) {
        Some(document) => {
            ([(header::CONTENT_TYPE, "application/json")], document.clone()).into_response()
        }
        None => (StatusCode::NOT_FOUND, "nothing was put here yet\n").into_response(),
    }
}

//! The emulator's page `/_emulator/faults`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use super::router::lines;
use crate::faults::fault::Fault;
use crate::operations;
use crate::service::Service;

/// Injects a fault.
pub(crate) async fn post(State(service): State<Arc<Service>>, document: Bytes) -> Response {
    let injected = Fault::read(&document).and_then(|fault| {
        operations::check_fault(&fault)?;
        let shown = json!(fault);
        service.faults.inject(fault);
        Ok(shown)
    });
    match injected {
        Ok(shown) => (StatusCode::CREATED, axum::Json(shown)).into_response(),
        Err(invalid) => {
            let message = json!({ "message": invalid.to_string() });
            (StatusCode::BAD_REQUEST, axum::Json(message)).into_response()
        }
    }
}

/// Lists the faults that have not happened.
pub(crate) async fn get(State(service): State<Arc<Service>>) -> Response {
    lines(&service.faults.pending())
}

/// Removes the faults that have not happened.
pub(crate) async fn delete(State(service): State<Arc<Service>>) -> StatusCode {
    service.faults.clear();
    StatusCode::NO_CONTENT
}

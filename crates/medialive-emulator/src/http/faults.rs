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
use crate::service::regions::Regions;

/// Injects a fault.
pub(crate) async fn post(State(regions): State<Arc<Regions>>, document: Bytes) -> Response {
    let injected = Fault::read(&document).and_then(|fault| {
        operations::check_fault(&fault)?;
        let shown = json!(fault);
        regions.shared.faults.inject(fault);
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
pub(crate) async fn get(State(regions): State<Arc<Regions>>) -> Response {
    lines(&regions.shared.faults.pending())
}

/// Removes the faults that have not happened.
pub(crate) async fn delete(State(regions): State<Arc<Regions>>) -> StatusCode {
    regions.shared.faults.clear();
    StatusCode::NO_CONTENT
}

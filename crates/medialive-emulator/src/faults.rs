//! The faults that are still to come, and the emulator's own page for them: `/_emulator/faults`.
//!
//! Decides whose turn it is. What a fault does is not decided here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::events::ReportedState;
use crate::fault::{CallTrouble, EventTrouble, Fault, InvalidFault};
use crate::router::lines;
use crate::service::Service;

/// In the order in which they were injected.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn inject(&self, fault: Fault) -> Result<(), InvalidFault> {
        fault.check()?;
        self.list().push(fault);
        Ok(())
    }

    /// What happens to a call that has just arrived.
    pub(crate) fn at_call(&self, name: &str, caller: Option<&str>) -> Option<CallTrouble> {
        self.first(|fault| match fault {
            Fault::Call { operation, role, trouble, .. } => {
                let meant = operation == name && (role.is_none() || role.as_deref() == caller);
                meant.then(|| trouble.clone())
            }
            Fault::Event { .. } => None,
        })
    }

    /// What happens to an event that is about to be told.
    pub(crate) fn at_event(&self, told: ReportedState) -> Option<EventTrouble> {
        self.first(|fault| match fault {
            Fault::Event { state, trouble, .. } => {
                state.is_none_or(|state| state == told).then_some(*trouble)
            }
            Fault::Call { .. } => None,
        })
    }

    /// Lets every fault that is meant count, and takes the first whose turn it is.
    fn first<T>(&self, meant: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        let mut faults = self.list();
        let mut taken = None;
        for fault in faults.iter_mut() {
            if let Some(trouble) = meant(fault)
                && fault.turns_mut().count(taken.is_some())
            {
                taken = Some(trouble);
            }
        }
        faults.retain(|fault| fault.turns().times > 0);
        taken
    }

    fn list(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a fault.
pub(crate) async fn post(State(service): State<Arc<Service>>, document: Bytes) -> Response {
    let injected = Fault::read(&document).and_then(|fault| {
        let shown = json!(fault);
        service.faults.inject(fault).map(|()| shown)
    });
    match injected {
        Ok(shown) => (StatusCode::CREATED, axum::Json(shown)).into_response(),
        Err(invalid) => {
            let message = json!({ "message": invalid.to_string() });
            (StatusCode::BAD_REQUEST, axum::Json(message)).into_response()
        }
    }
}

/// Shows what is left.
pub(crate) async fn get(State(service): State<Arc<Service>>) -> Response {
    lines(&service.faults.list())
}

/// Forgets all that have not happened.
pub(crate) async fn delete(State(service): State<Arc<Service>>) -> StatusCode {
    service.faults.list().clear();
    StatusCode::NO_CONTENT
}

//! The injected faults that have not happened yet.
//!
//! Decides which fault is due. Must not know what a fault does or whether it makes sense.

pub(crate) mod fault;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::faults::fault::{CallFault, EventFault, Fault};
use crate::model::states::ReportedState;

/// The faults, in order of injection.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds a checked fault.
    pub(crate) fn inject(&self, fault: Fault) {
        self.list().push(fault);
    }

    /// The faults that have not happened.
    pub(crate) fn pending(&self) -> Vec<Fault> {
        self.list().clone()
    }

    /// Removes the faults that have not happened.
    pub(crate) fn clear(&self) {
        self.list().clear();
    }

    /// The fault that is due for a call that has just arrived.
    pub(crate) fn for_call(&self, name: &str, caller: Option<&str>) -> Option<CallFault> {
        self.take_due(|fault| match fault {
            Fault::Call { operation, role, fault, .. } => {
                let matching = operation == name && (role.is_none() || role.as_deref() == caller);
                matching.then(|| fault.clone())
            }
            Fault::Event { .. } => None,
        })
    }

    /// The fault that is due for an event about this state.
    pub(crate) fn for_event(&self, reported: ReportedState) -> Option<EventFault> {
        self.take_due(|fault| match fault {
            Fault::Event { state, fault, .. } => {
                state.is_none_or(|state| state == reported).then_some(*fault)
            }
            Fault::Call { .. } => None,
        })
    }

    /// Counts for every matching fault, and returns the first that is due.
    fn take_due<T>(&self, matching: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        let mut faults = self.list();
        let mut taken = None;
        for fault in faults.iter_mut() {
            if let Some(matched) = matching(fault)
                && fault.turns_mut().count(taken.is_some())
            {
                taken = Some(matched);
            }
        }
        faults.retain(|fault| fault.turns().times > 0);
        taken
    }

    fn list(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

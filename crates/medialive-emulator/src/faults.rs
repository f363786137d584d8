//! The faults that are still to come.
//!
//! Decides whose turn it is. What a fault does is not decided here, nor whether it makes sense.

pub(crate) mod fault;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::faults::fault::{CallFault, EventFault, Fault};
use crate::model::states::ReportedState;

/// In the order in which they were injected.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds a fault that was checked.
    pub(crate) fn inject(&self, fault: Fault) {
        self.list().push(fault);
    }

    /// Those that have not happened.
    pub(crate) fn left(&self) -> Vec<Fault> {
        self.list().clone()
    }

    /// Forgets those that have not happened.
    pub(crate) fn clear(&self) {
        self.list().clear();
    }

    /// What happens to a call that has just arrived.
    pub(crate) fn at_call(&self, name: &str, caller: Option<&str>) -> Option<CallFault> {
        self.first(|fault| match fault {
            Fault::Call { operation, role, fault, .. } => {
                let meant = operation == name && (role.is_none() || role.as_deref() == caller);
                meant.then(|| fault.clone())
            }
            Fault::Event { .. } => None,
        })
    }

    /// What happens to an event that is about to be told.
    pub(crate) fn at_event(&self, told: ReportedState) -> Option<EventFault> {
        self.first(|fault| match fault {
            Fault::Event { state, fault, .. } => {
                state.is_none_or(|state| state == told).then_some(*fault)
            }
            Fault::Call { .. } => None,
        })
    }

    /// Lets every fault that is meant count, and takes the first whose turn it is.
    fn first<T>(&self, meant: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        let mut faults = self.list();
        let mut taken = None;
        for fault in faults.iter_mut() {
            if let Some(what) = meant(fault)
                && fault.turns_mut().count(taken.is_some())
            {
                taken = Some(what);
            }
        }
        faults.retain(|fault| fault.turns().times > 0);
        taken
    }

    fn list(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

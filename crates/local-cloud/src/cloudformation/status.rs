//! The statuses of stacks and resources.

use std::fmt;

use serde::Serialize;

/// A status of a stack or a resource; it is written as CloudFormation writes it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It is being created.
    CreateInProgress,
    /// It is as ordered.
    CreateComplete,
    /// It could not be created.
    CreateFailed,
    /// What was made of the stack is being deleted, since not all could be made.
    RollbackInProgress,
    /// Nothing is left of what was made.
    RollbackComplete,
    /// Something is left of what was made.
    RollbackFailed,
    /// It is being deleted.
    DeleteInProgress,
    /// It is gone.
    DeleteComplete,
    /// It could not be deleted.
    DeleteFailed,
    /// It is being changed.
    UpdateInProgress,
    /// It has changed; what it no longer has is being deleted.
    UpdateCompleteCleanupInProgress,
    /// It is as ordered anew.
    UpdateComplete,
    /// It could not be changed.
    UpdateFailed,
    /// What was changed of the stack is being changed back, since not all could be changed.
    UpdateRollbackInProgress,
    /// It is as before; what was made in between is being deleted.
    UpdateRollbackCompleteCleanupInProgress,
    /// It is as before.
    UpdateRollbackComplete,
    /// Something could not be changed back.
    UpdateRollbackFailed,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_written_as_cloudformation_writes_it() {
        assert_eq!(Status::RollbackInProgress.to_string(), "ROLLBACK_IN_PROGRESS");
    }
}

//! The statuses of stacks and resources.

use std::fmt;

use serde::Serialize;

/// A status of a stack or a resource, serialized in CloudFormation's spelling.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It is being created.
    CreateInProgress,
    /// It has been created.
    CreateComplete,
    /// It could not be created.
    CreateFailed,
    /// Creating the stack failed; its resources are being deleted.
    RollbackInProgress,
    /// The rollback has deleted every resource.
    RollbackComplete,
    /// The rollback could not delete every resource.
    RollbackFailed,
    /// It is being deleted.
    DeleteInProgress,
    /// It is gone.
    DeleteComplete,
    /// It could not be deleted.
    DeleteFailed,
    /// It is being changed.
    UpdateInProgress,
    /// It has changed; replaced and removed resources are being deleted.
    UpdateCompleteCleanupInProgress,
    /// It has changed.
    UpdateComplete,
    /// It could not be changed.
    UpdateFailed,
    /// Updating the stack failed; its resources are being changed back.
    UpdateRollbackInProgress,
    /// It is as before; resources that the update created are being deleted.
    UpdateRollbackCompleteCleanupInProgress,
    /// It is as before.
    UpdateRollbackComplete,
    /// A resource could not be changed back.
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

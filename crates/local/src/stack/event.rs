//! What a stack's owner sees happen.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::{Stack, StackResource};

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

/// One entry of a stack's history, with the fields of `DescribeStackEvents`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StackEvent {
    /// When it happened.
    pub timestamp: Timestamp,
    /// The stack's name.
    pub stack_name: String,
    /// The resource's name in the template; the stack's own name if it is about the stack.
    pub logical_resource_id: String,
    /// The resource's type; `AWS::CloudFormation::Stack` if it is about the stack.
    pub resource_type: String,
    /// The resource's id; empty while it has none.
    pub physical_resource_id: String,
    /// What it came to.
    pub resource_status: Status,
    /// Why, if there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_status_reason: Option<String>,
}

impl StackEvent {
    /// The stack has entered its status.
    pub(super) fn of_stack(stack: &Stack, reason: Option<String>) -> Self {
        Self {
            timestamp: Timestamp::now(),
            stack_name: stack.name.clone(),
            logical_resource_id: stack.name.clone(),
            resource_type: "AWS::CloudFormation::Stack".to_owned(),
            physical_resource_id: stack.id.clone(),
            resource_status: stack.status,
            resource_status_reason: reason,
        }
    }

    /// A resource of the stack has come to `status`.
    pub(super) fn of_resource(
        stack: &Stack,
        resource: &StackResource,
        status: Status,
        reason: Option<String>,
    ) -> Self {
        Self {
            timestamp: Timestamp::now(),
            stack_name: stack.name.clone(),
            logical_resource_id: resource.logical_id.clone(),
            resource_type: resource.resource_type.clone(),
            physical_resource_id: resource.physical_id.clone(),
            resource_status: status,
            resource_status_reason: reason,
        }
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

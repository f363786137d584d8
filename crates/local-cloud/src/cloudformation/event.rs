//! Stack events.

use jiff::Timestamp;
use serde::Serialize;

use super::{Stack, StackResource, Status};

/// One entry of a stack's history, with the fields of `DescribeStackEvents`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StackEvent {
    /// When it happened.
    pub timestamp: Timestamp,
    /// The stack's name.
    pub stack_name: String,
    /// The resource's logical id; the stack's name in an event of the stack.
    pub logical_resource_id: String,
    /// The resource's type; `AWS::CloudFormation::Stack` in an event of the stack.
    pub resource_type: String,
    /// The resource's physical id; empty while it has none.
    pub physical_resource_id: String,
    /// The new status.
    pub resource_status: Status,
    /// The reason, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_status_reason: Option<String>,
}

impl StackEvent {
    /// The event for the stack's current status.
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

    /// The event for a resource's new `status`.
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

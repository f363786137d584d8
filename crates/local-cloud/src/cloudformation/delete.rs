//! Deletes a stack's resources, in reverse order.

use std::collections::BTreeSet;

use super::{
    CloudFormation, Stack, StackEvent, StackResource, Status, built_in,
    custom::{RequestError, RequestType},
};

impl CloudFormation {
    /// Deletes a stack, each resource before its dependencies. If a resource cannot be deleted, its
    /// dependencies stay. The stack's status is the result; a failed delete can be repeated.
    pub async fn delete(&self, stack: &mut Stack) {
        self.set_status(stack, Status::DeleteInProgress, Some("User Initiated".to_owned()));
        self.delete_all(stack, (Status::DeleteComplete, Status::DeleteFailed)).await;
    }

    /// Deletes every resource; ends in status `done`, or in `left` if resources remain.
    pub(super) async fn delete_all(&self, stack: &mut Stack, (done, left): (Status, Status)) {
        let mut kept = BTreeSet::new();
        let mut failed = Vec::new();
        let mut remaining = Vec::new();
        for resource in std::mem::take(&mut stack.resources).into_iter().rev() {
            if kept.contains(&resource.logical_id) {
                remaining.push(resource);
            } else if !self.delete_resource(stack, &resource).await {
                kept.extend(stack.template.dependencies(&resource.logical_id));
                failed.push(resource.logical_id.clone());
                remaining.push(resource);
            }
        }
        remaining.reverse();
        stack.resources = remaining;
        if failed.is_empty() {
            let gone = std::mem::take(&mut stack.exports);
            self.exports().retain(|name, _| !gone.contains(name));
            stack.outputs.clear();
            self.set_status(stack, done, None);
        } else {
            let failed = failed.join(", ");
            let reason = format!("The following resource(s) failed to delete: [{failed}].");
            self.set_status(stack, left, Some(reason));
        }
    }

    /// Deletes one resource; returns whether it is gone.
    pub(super) async fn delete_resource(&self, stack: &Stack, resource: &StackResource) -> bool {
        if !built_in::is_custom(&resource.resource_type) {
            return true;
        }
        let emit = |status, reason| {
            self.emit(StackEvent::of_resource(stack, resource, status, reason));
        };
        emit(Status::DeleteInProgress, None);
        match self.request(&stack.id, RequestType::Delete, resource).await {
            Ok(_) => emit(Status::DeleteComplete, None),
            Err(RequestError::NotSent { reason } | RequestError::Failed { reason, .. }) => {
                emit(Status::DeleteFailed, Some(reason));
                return false;
            }
        }
        true
    }
}

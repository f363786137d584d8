//! Taking a stack's resources away, in reverse order.

use std::collections::BTreeSet;

use super::{
    CloudFormation, Stack, StackEvent, StackResource, Status, built_in,
    custom::{NotDone, RequestType},
};

impl CloudFormation {
    /// Deletes a stack, each resource before those it depends on; a resource that cannot be deleted
    /// keeps what it depends on. The stack's status tells how it ended; it can be tried again.
    pub async fn delete(&self, stack: &mut Stack) {
        self.enter(stack, Status::DeleteInProgress, Some("User Initiated".to_owned()));
        self.remove_all(stack, (Status::DeleteComplete, Status::DeleteFailed)).await;
    }

    /// Deletes every resource and ends in the first status, or in the second if something is left.
    pub(super) async fn remove_all(&self, stack: &mut Stack, (done, left): (Status, Status)) {
        let mut kept = BTreeSet::new();
        let mut failed = Vec::new();
        let mut remaining = Vec::new();
        for resource in std::mem::take(&mut stack.resources).into_iter().rev() {
            if kept.contains(&resource.logical_id) {
                remaining.push(resource);
            } else if !self.remove(stack, &resource).await {
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
            self.enter(stack, done, None);
        } else {
            let failed = failed.join(", ");
            let reason = format!("The following resource(s) failed to delete: [{failed}].");
            self.enter(stack, left, Some(reason));
        }
    }

    /// Deletes one resource, and says whether it is gone.
    pub(super) async fn remove(&self, stack: &Stack, resource: &StackResource) -> bool {
        if !built_in::is_custom(&resource.resource_type) {
            return true;
        }
        let tell = |status, reason| {
            self.tell(StackEvent::of_resource(stack, resource, status, reason));
        };
        tell(Status::DeleteInProgress, None);
        match self.request(&stack.id, RequestType::Delete, resource).await {
            Ok(_) => tell(Status::DeleteComplete, None),
            Err(NotDone::NotSent { reason } | NotDone::Failed { reason, .. }) => {
                tell(Status::DeleteFailed, Some(reason));
                return false;
            }
        }
        true
    }
}

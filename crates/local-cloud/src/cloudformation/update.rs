//! Updates a stack's resources, and rolls updates back.
//!
//! Source: CloudFormation user guide, "Custom resource request types" (Update, and "Replacing a
//! custom resource during an update") and "Stack status codes".

use std::collections::BTreeMap;

use serde_json::Map;

use super::template::{Resource, Scope, Template};
use super::{
    CloudFormation, Stack, StackEvent, StackResource, Status, built_in,
    custom::{RequestError, RequestType},
};
use crate::Error;

/// What an update has done so far.
#[derive(Default)]
struct Progress {
    /// Updated in place, or possibly so: the old and the new resource.
    updated: Vec<(StackResource, StackResource)>,
    /// Created by the update, replacements included; a rollback deletes them.
    created: Vec<StackResource>,
    /// Replaced; the cleanup deletes them.
    replaced: Vec<StackResource>,
}

/// Why an update failed, as the stack's status reason.
struct UpdateFailed(String);

impl CloudFormation {
    /// Updates a stack to `template` and `parameters`. Returns once it is complete or rolled back;
    /// the stack's status is the result.
    ///
    /// A custom resource whose properties differ gets an Update. If it answers with another
    /// physical id, it was replaced, and the cleanup deletes the old id.
    ///
    /// # Errors
    /// When the request is refused before anything changes: as in [`create`](Self::create), or the
    /// stack is not complete, or a resource's type would change.
    pub async fn update(
        &self,
        stack: &mut Stack,
        template: Template,
        parameters: &BTreeMap<String, String>,
    ) -> Result<(), Error> {
        let refused = |reason| Err(Error::Update { name: stack.name.clone(), reason });
        let complete =
            [Status::CreateComplete, Status::UpdateComplete, Status::UpdateRollbackComplete];
        if !complete.contains(&stack.status) {
            return refused(format!("it is {}", stack.status));
        }
        let pseudo = self.pseudo_parameters(&stack.name, stack.id.clone());
        let scope = template.prepare(parameters, &pseudo, self.exports().clone())?;
        for (name, resource) in template.resources(&scope)? {
            built_in::check_type(name, &resource.kind)?;
            let same =
                |old: &StackResource| old.logical_id != name || old.resource_type == resource.kind;
            if !stack.resources.iter().all(same) {
                return refused(format!("the type of resource {name} cannot change"));
            }
        }
        self.apply_update(stack, template, scope).await;
        Ok(())
    }

    /// Updates the stack, or rolls the update back.
    pub(super) async fn apply_update(
        &self,
        stack: &mut Stack,
        template: Template,
        mut scope: Scope,
    ) {
        let old_template = std::mem::replace(&mut stack.template, template);
        let old = std::mem::take(&mut stack.resources);
        self.set_status(stack, Status::UpdateInProgress, Some("User Initiated".to_owned()));
        let mut progress = Progress::default();
        match self.update_all(stack, &old, &mut scope, &mut progress).await {
            Ok(()) => {
                let is_kept = |id: &str| stack.resources.iter().any(|kept| kept.logical_id == id);
                let removed = old.into_iter().filter(|gone| !is_kept(&gone.logical_id));
                let surplus = removed.chain(progress.replaced).collect();
                self.set_status(stack, Status::UpdateCompleteCleanupInProgress, None);
                self.clean_up(stack, surplus).await;
                self.set_status(stack, Status::UpdateComplete, None);
            }
            Err(UpdateFailed(reason)) => {
                self.set_status(stack, Status::UpdateRollbackInProgress, Some(reason));
                stack.template = old_template;
                stack.resources = old;
                self.roll_back(stack, progress).await;
            }
        }
    }

    async fn update_all(
        &self,
        stack: &mut Stack,
        old: &[StackResource],
        scope: &mut Scope,
        progress: &mut Progress,
    ) -> Result<(), UpdateFailed> {
        let failure = |reason: Error| UpdateFailed(reason.to_string());
        let template = stack.template.clone();
        for (logical_id, declared) in template.resources(scope).map_err(failure)? {
            let before = old.iter().find(|resource| resource.logical_id == logical_id);
            let Some(before) = before else {
                let had = stack.resources.len();
                let made = self.create_resource(stack, scope, logical_id, declared).await;
                progress.created.extend_from_slice(&stack.resources[had..]);
                made.map_err(|_| failed("create", logical_id))?;
                continue;
            };
            let after = self.update_resource(stack, scope, before, declared, progress).await?;
            scope.add_resource(logical_id, &after.physical_id, after.attributes.clone());
            stack.resources.push(after);
        }
        self.publish_outputs(stack, scope).map_err(UpdateFailed)
    }

    async fn update_resource(
        &self,
        stack: &Stack,
        scope: &Scope,
        before: &StackResource,
        declared: &Resource,
        progress: &mut Progress,
    ) -> Result<StackResource, UpdateFailed> {
        let at = format!("Resources.{}", before.logical_id);
        let failure = |reason| {
            self.emit(StackEvent::of_resource(stack, before, Status::UpdateFailed, Some(reason)));
            failed("update", &before.logical_id)
        };
        let properties = scope.properties(&declared.properties, &at);
        let properties = properties.map_err(|error| failure(error.to_string()))?;
        let mut after = StackResource { properties, ..before.clone() };
        if !built_in::is_custom(&after.resource_type) {
            after.attributes = built_in::assign(&self.config, &stack.name, &mut after);
        } else if after.properties != before.properties {
            match self.send_update(stack, &before.properties, &mut after).await {
                Ok(()) if after.physical_id == before.physical_id => {
                    progress.updated.push((before.clone(), after.clone()));
                }
                Ok(()) => {
                    progress.created.push(after.clone());
                    progress.replaced.push(before.clone());
                }
                // The resource got no request.
                Err(RequestError::NotSent { .. }) => {
                    return Err(failed("update", &before.logical_id));
                }
                Err(RequestError::Failed { .. }) => {
                    progress.updated.push((before.clone(), after));
                    return Err(failed("update", &before.logical_id));
                }
            }
        }
        Ok(after)
    }

    /// Sends an Update with the resource's properties; its old properties are `from`.
    async fn send_update(
        &self,
        stack: &Stack,
        from: &Map<String, serde_json::Value>,
        resource: &mut StackResource,
    ) -> Result<(), RequestError> {
        let emit = |resource: &StackResource, status, reason: Option<&str>| {
            let reason = reason.map(str::to_owned);
            self.emit(StackEvent::of_resource(stack, resource, status, reason));
        };
        emit(resource, Status::UpdateInProgress, None);
        match self.request(&stack.id, RequestType::Update { from }, resource).await {
            Ok(answer) => {
                resource.physical_id = answer.physical_id;
                resource.attributes = answer.data;
                emit(resource, Status::UpdateComplete, None);
                Ok(())
            }
            Err(error) => {
                let (RequestError::NotSent { reason } | RequestError::Failed { reason, .. }) =
                    &error;
                emit(resource, Status::UpdateFailed, Some(reason));
                Err(error)
            }
        }
    }

    /// Rolls the update back, last resource first; the stack already holds its old resources.
    async fn roll_back(&self, stack: &mut Stack, progress: Progress) {
        let mut failed = Vec::new();
        for (before, after) in progress.updated.into_iter().rev() {
            let mut back = before;
            if self.send_update(stack, &after.properties, &mut back).await.is_err() {
                failed.push(back.logical_id);
            }
        }
        if failed.is_empty() {
            self.set_status(stack, Status::UpdateRollbackCompleteCleanupInProgress, None);
            self.clean_up(stack, progress.created).await;
            self.set_status(stack, Status::UpdateRollbackComplete, None);
        } else {
            // The created resources stay with the stack, which can only be deleted now.
            stack.resources.extend(progress.created);
            let failed = failed.join(", ");
            let reason = format!("The following resource(s) failed to update: [{failed}].");
            self.set_status(stack, Status::UpdateRollbackFailed, Some(reason));
        }
    }

    /// Deletes the resources that the stack no longer has; ignores failures, as CloudFormation
    /// does.
    async fn clean_up(&self, stack: &Stack, surplus: Vec<StackResource>) {
        for resource in surplus.into_iter().rev() {
            self.delete_resource(stack, &resource).await;
        }
    }
}

fn failed(what: &str, logical_id: &str) -> UpdateFailed {
    UpdateFailed(format!("The following resource(s) failed to {what}: [{logical_id}]."))
}

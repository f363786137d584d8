//! Changing a stack's resources, and changing them back.
//!
//! Source: CloudFormation user guide, "Custom resource request types" (Update, and "Replacing a
//! custom resource during an update") and "Stack status codes".

use std::collections::BTreeMap;

use serde_json::Map;

use super::template::{Resource, Scope, Template};
use super::{
    CloudFormation, Stack, StackEvent, StackResource, Status, built_in,
    custom::{NotDone, RequestType},
};
use crate::Error;

/// What an update has done so far to the resources that there were before, and beside them.
#[derive(Default)]
struct Done {
    /// Changed in place, or not known to be unchanged: as they were, and as they were to become.
    changed: Vec<(StackResource, StackResource)>,
    /// Made by the update, replacements included: a rollback deletes them.
    made: Vec<StackResource>,
    /// Replaced: they are deleted once the update is complete.
    replaced: Vec<StackResource>,
}

/// Why an update goes no further, as the stack's reason.
struct Stopped(String);

impl CloudFormation {
    /// Changes a stack to what `template` and `parameters` say, and returns when it is complete or
    /// changed back. The stack's status tells which.
    ///
    /// A custom resource whose properties differ gets an Update; one that answers with another id
    /// has been replaced, and its old id is deleted once all else is done.
    ///
    /// # Errors
    /// When the order is refused before anything is changed: as in [`create`](Self::create), or the
    /// stack is not complete, or a resource would change its type.
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
        self.change(stack, template, scope).await;
        Ok(())
    }

    /// Updates the stack, or rolls the update back.
    pub(super) async fn change(&self, stack: &mut Stack, template: Template, mut scope: Scope) {
        let old_template = std::mem::replace(&mut stack.template, template);
        let old = std::mem::take(&mut stack.resources);
        self.enter(stack, Status::UpdateInProgress, Some("User Initiated".to_owned()));
        let mut done = Done::default();
        match self.change_all(stack, &old, &mut scope, &mut done).await {
            Ok(()) => {
                let is_kept = |id: &str| stack.resources.iter().any(|kept| kept.logical_id == id);
                let removed = old.into_iter().filter(|gone| !is_kept(&gone.logical_id));
                let surplus = removed.chain(done.replaced).collect();
                self.enter(stack, Status::UpdateCompleteCleanupInProgress, None);
                self.clean_up(stack, surplus).await;
                self.enter(stack, Status::UpdateComplete, None);
            }
            Err(Stopped(reason)) => {
                self.enter(stack, Status::UpdateRollbackInProgress, Some(reason));
                stack.template = old_template;
                stack.resources = old;
                self.change_back(stack, done).await;
            }
        }
    }

    async fn change_all(
        &self,
        stack: &mut Stack,
        old: &[StackResource],
        scope: &mut Scope,
        done: &mut Done,
    ) -> Result<(), Stopped> {
        let stopped = |reason: Error| Stopped(reason.to_string());
        let template = stack.template.clone();
        for (logical_id, declared) in template.resources(scope).map_err(stopped)? {
            let before = old.iter().find(|resource| resource.logical_id == logical_id);
            let Some(before) = before else {
                let had = stack.resources.len();
                let made = self.make_one(stack, scope, logical_id, declared).await;
                done.made.extend_from_slice(&stack.resources[had..]);
                made.map_err(|_| failed("create", logical_id))?;
                continue;
            };
            let after = self.change_one(stack, scope, before, declared, done).await?;
            scope.add_resource(logical_id, &after.physical_id, after.attributes.clone());
            stack.resources.push(after);
        }
        self.publish(stack, scope).map_err(Stopped)
    }

    async fn change_one(
        &self,
        stack: &Stack,
        scope: &Scope,
        before: &StackResource,
        declared: &Resource,
        done: &mut Done,
    ) -> Result<StackResource, Stopped> {
        let at = format!("Resources.{}", before.logical_id);
        let stopped = |reason| {
            self.tell(StackEvent::of_resource(stack, before, Status::UpdateFailed, Some(reason)));
            failed("update", &before.logical_id)
        };
        let properties = scope.properties(&declared.properties, &at);
        let properties = properties.map_err(|error| stopped(error.to_string()))?;
        let mut after = StackResource { properties, ..before.clone() };
        if !built_in::is_custom(&after.resource_type) {
            after.attributes = built_in::make(&self.config, &stack.name, &mut after);
        } else if after.properties != before.properties {
            match self.send_update(stack, &before.properties, &mut after).await {
                Ok(()) if after.physical_id == before.physical_id => {
                    done.changed.push((before.clone(), after.clone()));
                }
                Ok(()) => {
                    done.made.push(after.clone());
                    done.replaced.push(before.clone());
                }
                // Nothing was asked of it.
                Err(NotDone::NotSent { .. }) => return Err(failed("update", &before.logical_id)),
                Err(NotDone::Failed { .. }) => {
                    done.changed.push((before.clone(), after));
                    return Err(failed("update", &before.logical_id));
                }
            }
        }
        Ok(after)
    }

    /// Asks a resource to become what its properties say, from what it was with the properties
    /// `from`.
    async fn send_update(
        &self,
        stack: &Stack,
        from: &Map<String, serde_json::Value>,
        resource: &mut StackResource,
    ) -> Result<(), NotDone> {
        let tell = |resource: &StackResource, status, reason: Option<&str>| {
            let reason = reason.map(str::to_owned);
            self.tell(StackEvent::of_resource(stack, resource, status, reason));
        };
        tell(resource, Status::UpdateInProgress, None);
        match self.request(&stack.id, RequestType::Update { from }, resource).await {
            Ok(answer) => {
                resource.physical_id = answer.physical_id;
                resource.attributes = answer.data;
                tell(resource, Status::UpdateComplete, None);
                Ok(())
            }
            Err(not_done) => {
                let (NotDone::NotSent { reason } | NotDone::Failed { reason, .. }) = &not_done;
                tell(resource, Status::UpdateFailed, Some(reason));
                Err(not_done)
            }
        }
    }

    /// Undoes what was done, last first; the stack holds its old resources again.
    async fn change_back(&self, stack: &mut Stack, done: Done) {
        let mut failed = Vec::new();
        for (before, after) in done.changed.into_iter().rev() {
            let mut back = before;
            if self.send_update(stack, &after.properties, &mut back).await.is_err() {
                failed.push(back.logical_id);
            }
        }
        if failed.is_empty() {
            self.enter(stack, Status::UpdateRollbackCompleteCleanupInProgress, None);
            self.clean_up(stack, done.made).await;
            self.enter(stack, Status::UpdateRollbackComplete, None);
        } else {
            // What was made stays with the stack, whose deletion is what is left to do.
            stack.resources.extend(done.made);
            let failed = failed.join(", ");
            let reason = format!("The following resource(s) failed to update: [{failed}].");
            self.enter(stack, Status::UpdateRollbackFailed, Some(reason));
        }
    }

    /// Deletes what the stack no longer has; what cannot be deleted is left alone, as
    /// CloudFormation does.
    async fn clean_up(&self, stack: &Stack, surplus: Vec<StackResource>) {
        for resource in surplus.into_iter().rev() {
            self.remove(stack, &resource).await;
        }
    }
}

fn failed(what: &str, logical_id: &str) -> Stopped {
    Stopped(format!("The following resource(s) failed to {what}: [{logical_id}]."))
}

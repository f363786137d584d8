//! Making a stack's resources, one after the other.

use std::collections::BTreeMap;

use serde_json::Map;
use tokio_util::sync::CancellationToken;

use super::response::Answer;
use super::template::{Resource, Scope, Template};
use super::{
    CloudFormation, Stack, StackEvent, StackResource, Status, built_in,
    custom::{NotDone, RequestType},
};
use crate::Error;

/// Why a stack was not completed.
pub(super) enum Stopped {
    /// Someone wanted it so.
    Cancelled,
    /// A resource or an output failed; the reason is the stack's.
    Failed(String),
}

impl CloudFormation {
    /// Creates a stack and returns it when it is complete, rolled back or, if `cancel` was
    /// cancelled meanwhile, deleted again.
    ///
    /// After a cancellation nothing new is begun; the resource in the making is waited for.
    ///
    /// # Errors
    /// When the order is refused before anything is made: a wrong name, parameters that break a
    /// constraint or a rule, a resource type that is not understood.
    pub async fn create(
        &self,
        name: &str,
        template: Template,
        parameters: &BTreeMap<String, String>,
        cancel: &CancellationToken,
    ) -> Result<Stack, Error> {
        check_name(name)?;
        let pseudo = self.pseudo_parameters(name, self.stack_id(name));
        let mut scope = template.prepare(parameters, &pseudo, self.exports().clone())?;
        for (name, resource) in template.resources(&scope)? {
            built_in::check_type(name, &resource.kind)?;
        }
        let mut stack = Stack {
            name: name.to_owned(),
            id: pseudo.stack_id,
            status: Status::CreateInProgress,
            template,
            resources: Vec::new(),
            outputs: BTreeMap::new(),
            exports: Vec::new(),
        };
        self.enter(&mut stack, Status::CreateInProgress, Some("User Initiated".to_owned()));
        match self.make(&mut stack, &mut scope, cancel).await {
            Ok(()) => self.enter(&mut stack, Status::CreateComplete, None),
            Err(Stopped::Cancelled) => self.delete(&mut stack).await,
            Err(Stopped::Failed(reason)) => {
                self.enter(&mut stack, Status::RollbackInProgress, Some(reason));
                let ends = (Status::RollbackComplete, Status::RollbackFailed);
                self.remove_all(&mut stack, ends).await;
            }
        }
        Ok(stack)
    }

    /// Makes every resource, then evaluates the outputs.
    pub(super) async fn make(
        &self,
        stack: &mut Stack,
        scope: &mut Scope,
        cancel: &CancellationToken,
    ) -> Result<(), Stopped> {
        let template = stack.template.clone();
        let resources =
            template.resources(scope).map_err(|error| Stopped::Failed(error.to_string()))?;
        for (logical_id, declared) in resources {
            if cancel.is_cancelled() {
                return Err(Stopped::Cancelled);
            }
            let made = self.make_one(stack, scope, logical_id, declared).await;
            // After a cancellation all is deleted, whatever became of this one.
            if made.is_err() && !cancel.is_cancelled() {
                return Err(failed_to_create(logical_id));
            }
        }
        if cancel.is_cancelled() {
            return Err(Stopped::Cancelled);
        }
        self.publish(stack, scope).map_err(Stopped::Failed)
    }

    pub(super) async fn make_one(
        &self,
        stack: &mut Stack,
        scope: &mut Scope,
        logical_id: &str,
        declared: &Resource,
    ) -> Result<(), Failed> {
        let mut resource = StackResource {
            logical_id: logical_id.to_owned(),
            resource_type: declared.kind.clone(),
            physical_id: String::new(),
            properties: Map::new(),
            attributes: Map::new(),
        };
        let properties = scope.properties(&declared.properties, &format!("Resources.{logical_id}"));
        match properties {
            Ok(properties) => resource.properties = properties,
            Err(error) => return Err(self.fail(stack, &resource, error.to_string())),
        }
        resource.attributes = if built_in::is_custom(&resource.resource_type) {
            self.make_custom(stack, &mut resource).await?.data
        } else {
            built_in::make(&self.config, &stack.name, &mut resource)
        };
        scope.add_resource(logical_id, &resource.physical_id, resource.attributes.clone());
        stack.resources.push(resource);
        Ok(())
    }

    async fn make_custom(
        &self,
        stack: &mut Stack,
        resource: &mut StackResource,
    ) -> Result<Answer, Failed> {
        let tell = |stack: &Stack, resource: &StackResource, status, reason: Option<&str>| {
            let reason = reason.map(str::to_owned);
            self.tell(StackEvent::of_resource(stack, resource, status, reason));
        };
        tell(stack, resource, Status::CreateInProgress, None);
        match self.request(&stack.id, RequestType::Create, resource).await {
            Ok(answer) => {
                resource.physical_id.clone_from(&answer.physical_id);
                let begun = Some("Resource creation Initiated");
                tell(stack, resource, Status::CreateInProgress, begun);
                tell(stack, resource, Status::CreateComplete, None);
                Ok(answer)
            }
            Err(NotDone::NotSent { reason }) => Err(self.fail(stack, resource, reason)),
            Err(NotDone::Failed { reason, physical_id }) => {
                let id =
                    physical_id.unwrap_or_else(|| made_up_id(&stack.name, &resource.logical_id));
                resource.physical_id = id;
                // It may exist: the rollback sends it a Delete.
                stack.resources.push(resource.clone());
                Err(self.fail(stack, resource, reason))
            }
        }
    }

    fn fail(&self, stack: &Stack, resource: &StackResource, reason: String) -> Failed {
        self.tell(StackEvent::of_resource(stack, resource, Status::CreateFailed, Some(reason)));
        Failed
    }

    /// Evaluates the outputs and makes the exports known, in place of those before; the error is
    /// the reason.
    pub(super) fn publish(&self, stack: &mut Stack, scope: &Scope) -> Result<(), String> {
        let outputs = stack.template.outputs(scope).map_err(|error| error.to_string())?;
        let mut exports = self.exports();
        let names: Vec<_> = outputs.iter().filter_map(|output| output.export.clone()).collect();
        let foreign = |name: &&String| exports.contains_key(*name) && !stack.exports.contains(name);
        if let Some(taken) = names.iter().find(foreign) {
            return Err(format!("Export with name {taken} is already exported by another stack"));
        }
        exports.retain(|name, _| !stack.exports.contains(name));
        stack.exports = names;
        stack.outputs.clear();
        for output in outputs {
            exports.extend(output.export.map(|name| (name, output.value.clone())));
            stack.outputs.insert(output.name, output.value);
        }
        Ok(())
    }
}

/// A resource could not be made; its event has told why.
pub(super) struct Failed;

fn failed_to_create(logical_id: &str) -> Stopped {
    let what = format!("The following resource(s) failed to create: [{logical_id}].");
    Stopped::Failed(format!("{what} Rollback requested by user."))
}

/// CloudFormation makes up an id for a resource that never said its own, and deletes it by that.
fn made_up_id(stack: &str, logical_id: &str) -> String {
    let random = uuid::Uuid::new_v4().simple().to_string().to_uppercase();
    format!("{stack}-{logical_id}-{}", &random[..12])
}

/// CloudFormation's own pattern for names (API reference, `CreateStack`).
fn check_name(name: &str) -> Result<(), Error> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let holds_well = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if starts_well && holds_well && name.len() <= 128 {
        Ok(())
    } else {
        Err(Error::StackName { name: name.to_owned() })
    }
}

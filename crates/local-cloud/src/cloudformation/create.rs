//! Creates a stack's resources, one after the other.

use std::collections::BTreeMap;

use tokio_util::sync::CancellationToken;

use super::response::Answer;
use super::template::{Resource, Scope, Template};
use super::{
    CloudFormation, Stack, StackEvent, StackResource, Status, built_in,
    custom::{RequestError, RequestType},
};
use crate::Error;

/// Why the creation of a stack stopped.
pub(super) enum CreateStopped {
    /// The caller cancelled it.
    Cancelled,
    /// A resource or an output failed; holds the stack's status reason.
    Failed(String),
}

impl CloudFormation {
    /// Creates a stack and returns it once it is complete or rolled back. If `cancel` was
    /// cancelled, the stack is deleted again.
    ///
    /// A cancellation waits for the resource in progress and starts no other.
    ///
    /// # Errors
    /// When the request is refused before anything is created: a wrong name, parameters that break
    /// a constraint or a rule, or an unsupported resource type.
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
        self.set_status(&mut stack, Status::CreateInProgress, Some("User Initiated".to_owned()));
        match self.create_all(&mut stack, &mut scope, cancel).await {
            Ok(()) => self.set_status(&mut stack, Status::CreateComplete, None),
            Err(CreateStopped::Cancelled) => self.delete(&mut stack).await,
            Err(CreateStopped::Failed(reason)) => {
                self.set_status(&mut stack, Status::RollbackInProgress, Some(reason));
                let ends = (Status::RollbackComplete, Status::RollbackFailed);
                self.delete_all(&mut stack, ends).await;
            }
        }
        Ok(stack)
    }

    /// Creates every resource, then evaluates the outputs.
    pub(super) async fn create_all(
        &self,
        stack: &mut Stack,
        scope: &mut Scope,
        cancel: &CancellationToken,
    ) -> Result<(), CreateStopped> {
        let template = stack.template.clone();
        let resources =
            template.resources(scope).map_err(|error| CreateStopped::Failed(error.to_string()))?;
        for (logical_id, declared) in resources {
            if cancel.is_cancelled() {
                return Err(CreateStopped::Cancelled);
            }
            let made = self.create_resource(stack, scope, logical_id, declared).await;
            // A cancelled stack is deleted, whether or not this resource was created.
            if made.is_err() && !cancel.is_cancelled() {
                return Err(failed_to_create(logical_id));
            }
        }
        if cancel.is_cancelled() {
            return Err(CreateStopped::Cancelled);
        }
        self.publish_outputs(stack, scope).map_err(CreateStopped::Failed)
    }

    pub(super) async fn create_resource(
        &self,
        stack: &mut Stack,
        scope: &mut Scope,
        logical_id: &str,
        declared: &Resource,
    ) -> Result<(), ResourceFailed> {
        let mut resource = StackResource::new(logical_id, &declared.kind);
        let properties = scope.properties(&declared.properties, &format!("Resources.{logical_id}"));
        match properties {
            Ok(properties) => resource.properties = properties,
            Err(error) => return Err(self.fail(stack, &resource, error.to_string())),
        }
        resource.attributes = if built_in::is_custom(&resource.resource_type) {
            self.create_custom(stack, &mut resource).await?.data
        } else {
            built_in::assign(&self.config, &stack.name, &mut resource)
        };
        scope.add_resource(logical_id, &resource.physical_id, resource.attributes.clone());
        stack.resources.push(resource);
        Ok(())
    }

    async fn create_custom(
        &self,
        stack: &mut Stack,
        resource: &mut StackResource,
    ) -> Result<Answer, ResourceFailed> {
        let emit = |stack: &Stack, resource: &StackResource, status, reason: Option<&str>| {
            let reason = reason.map(str::to_owned);
            self.emit(StackEvent::of_resource(stack, resource, status, reason));
        };
        emit(stack, resource, Status::CreateInProgress, None);
        match self.request(&stack.id, RequestType::Create, resource).await {
            Ok(answer) => {
                resource.physical_id.clone_from(&answer.physical_id);
                let begun = Some("Resource creation Initiated");
                emit(stack, resource, Status::CreateInProgress, begun);
                emit(stack, resource, Status::CreateComplete, None);
                Ok(answer)
            }
            Err(RequestError::NotSent { reason }) => Err(self.fail(stack, resource, reason)),
            Err(RequestError::Failed { reason, physical_id }) => {
                let id =
                    physical_id.unwrap_or_else(|| generated_id(&stack.name, &resource.logical_id));
                resource.physical_id = id;
                // The resource may exist, so the rollback sends it a Delete.
                stack.resources.push(resource.clone());
                Err(self.fail(stack, resource, reason))
            }
        }
    }

    fn fail(&self, stack: &Stack, resource: &StackResource, reason: String) -> ResourceFailed {
        self.emit(StackEvent::of_resource(stack, resource, Status::CreateFailed, Some(reason)));
        ResourceFailed
    }

    /// Evaluates the outputs and replaces the stack's exports; the error is the status reason.
    pub(super) fn publish_outputs(&self, stack: &mut Stack, scope: &Scope) -> Result<(), String> {
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

/// A resource could not be created; its event says why.
pub(super) struct ResourceFailed;

fn failed_to_create(logical_id: &str) -> CreateStopped {
    let what = format!("The following resource(s) failed to create: [{logical_id}].");
    CreateStopped::Failed(format!("{what} Rollback requested by user."))
}

/// CloudFormation generates a physical id for a resource that never sent one, and deletes it by
/// that.
fn generated_id(stack: &str, logical_id: &str) -> String {
    let random = uuid::Uuid::new_v4().simple().to_string().to_uppercase();
    format!("{stack}-{logical_id}-{}", &random[..12])
}

/// CloudFormation's pattern for stack names (API reference, `CreateStack`).
fn check_name(name: &str) -> Result<(), Error> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let holds_well = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if starts_well && holds_well && name.len() <= 128 {
        Ok(())
    } else {
        Err(Error::StackName { name: name.to_owned() })
    }
}

//! Stacks: creates and deletes what a template declares, as CloudFormation does.
//!
//! Decides the order of requests to custom resources, what a failure or a cancellation leads to and
//! what a stack's events say. It must not know what a custom resource makes. Resources of AWS itself are
//! not made: they get names and ARNs so that others can refer to them, and no events. An export in use
//! does not keep its stack from being deleted or changed, an update that changes nothing is carried out,
//! and resources are made one after the other, where AWS makes independent ones at the same time.
//!
//! Source: CloudFormation user guide, "Custom resources", "Stack failure options", "Stack status codes".

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Map, Value};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Error,
    lambda::Lambda,
    response::Responses,
    template::{PseudoParameters, Template},
};

mod create;
mod custom;
mod declared;
mod delete;
mod event;
mod stand_in;
mod update;

use create::Stopped;
pub use declared::FunctionDeclaration;
pub use event::{StackEvent, Status};

/// What all stacks of the platform have in common.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The Region in ARNs and for `AWS::Region`.
    pub region: String,
    /// The twelve-digit account in ARNs and for `AWS::AccountId`.
    pub account: String,
    /// How long a second of ServiceTimeout takes: a second, or less where a clock runs faster.
    pub second: Duration,
}

/// The platform's CloudFormation; clones share exports.
#[derive(Clone, Debug)]
pub struct CloudFormation {
    settings: Settings,
    lambda: Lambda,
    responses: Responses,
    exports: Arc<Mutex<BTreeMap<String, String>>>,
    events: UnboundedSender<StackEvent>,
}

/// A stack: what was made of a template.
#[derive(Debug)]
pub struct Stack {
    name: String,
    id: String,
    status: Status,
    template: Template,
    resources: Vec<StackResource>,
    outputs: BTreeMap<String, String>,
    exports: Vec<String>,
}

/// A resource of a stack that exists, or may exist.
#[derive(Clone, Debug)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type, such as `Custom::MediaLiveInput`.
    pub resource_type: String,
    /// What `Ref` returns.
    pub physical_id: String,
    /// Its properties, evaluated.
    pub properties: Map<String, Value>,
    /// What `Fn::GetAtt` returns.
    pub attributes: Map<String, Value>,
}

impl Stack {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its ARN.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What became of it.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// The resources that exist, or may exist after a failed delete; each after those it depends on.
    #[must_use]
    pub fn resources(&self) -> &[StackResource] {
        &self.resources
    }

    /// The outputs of a complete stack.
    #[must_use]
    pub fn outputs(&self) -> &BTreeMap<String, String> {
        &self.outputs
    }
}

impl CloudFormation {
    /// A CloudFormation whose custom resources are functions of `lambda` that answer to `responses`;
    /// what happens to its stacks is told to `events` as it happens.
    #[must_use]
    pub fn new(
        settings: Settings,
        lambda: Lambda,
        responses: Responses,
        events: UnboundedSender<StackEvent>,
    ) -> Self {
        Self { settings, lambda, responses, exports: Arc::default(), events }
    }

    /// Creates a stack and returns it when it is complete, rolled back or, if `cancel` was cancelled
    /// meanwhile, deleted again.
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
            stand_in::check_type(name, &resource.kind)?;
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

    /// Changes a stack to what `template` and `parameters` say, and returns when it is complete or changed back.
    /// The stack's status tells which.
    ///
    /// A custom resource whose properties differ gets an Update; one that answers with another id has been
    /// replaced, and its old id is deleted once all else is done.
    ///
    /// # Errors
    /// When the order is refused before anything is changed: as in [`create`](Self::create), or the stack is
    /// not complete, or a resource would change its type.
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
            stand_in::check_type(name, &resource.kind)?;
            let same =
                |old: &StackResource| old.logical_id != name || old.resource_type == resource.kind;
            if !stack.resources.iter().all(same) {
                return refused(format!("the type of resource {name} cannot change"));
            }
        }
        self.change(stack, template, scope).await;
        Ok(())
    }

    /// Deletes a stack, each resource before those it depends on; a resource that cannot be deleted
    /// keeps what it depends on. The stack's status tells how it ended; it can be tried again.
    pub async fn delete(&self, stack: &mut Stack) {
        self.enter(stack, Status::DeleteInProgress, Some("User Initiated".to_owned()));
        self.remove_all(stack, (Status::DeleteComplete, Status::DeleteFailed)).await;
    }

    /// Brings the stack into a status, and tells.
    fn enter(&self, stack: &mut Stack, status: Status, reason: Option<String>) {
        stack.status = status;
        self.tell(StackEvent::of_stack(stack, reason));
    }

    fn tell(&self, event: StackEvent) {
        // Nobody listening is no reason to stop.
        let _ = self.events.send(event);
    }

    fn stack_id(&self, stack_name: &str) -> String {
        let Settings { region, account, .. } = &self.settings;
        let id = Uuid::new_v4();
        format!("arn:aws:cloudformation:{region}:{account}:stack/{stack_name}/{id}")
    }

    fn pseudo_parameters(&self, stack_name: &str, stack_id: String) -> PseudoParameters {
        let Settings { region, account, .. } = self.settings.clone();
        PseudoParameters { stack_name: stack_name.to_owned(), stack_id, region, account }
    }

    fn exports(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.exports.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

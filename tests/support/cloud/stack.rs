//! CloudFormation with one stack of a loop: its Input, then its Channel, then what else the
//! template may hold.
//!
//! Source: user guide, "Custom resources", "Stack failure options", "Update behaviors of stack
//! resources".

use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::timeout;

use super::Cloud;
use super::lambda::Lambda;
use super::{response_url, stack_id};
use crate::{Function, samples};

/// Why a resource that is none of LILO's has failed.
pub const ANOTHER: &str = "Update AlertsAlarm: refused";

/// Both resources, in the order of their creation.
const RESOURCES: [Function; 2] = [Function::Input, Function::Channel];

/// How often a clean-up is tried (aws-cloudformation/cloudformation-coverage-roadmap#744).
const CLEAN_UPS: usize = 3;

/// The properties of both resources; the channel's input is the stack's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Loop {
    /// The input's.
    pub input: Value,
    /// The channel's.
    pub channel: Value,
}

/// Where a stack stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are CloudFormation's own")]
pub enum Status {
    CreateComplete,
    RollbackComplete,
    RollbackFailed,
    UpdateComplete,
    UpdateRollbackComplete,
    UpdateRollbackFailed,
    DeleteComplete,
    DeleteFailed,
}

/// A stack.
#[derive(Debug)]
pub struct Stack {
    cloud: Cloud,
    id: String,
    resources: Vec<Resource>,
    /// What it has become.
    pub status: Status,
    /// What the failures of its resources said, in order.
    pub reasons: Vec<String>,
    /// Whether a rollback goes through the resources in the order of an update, the input first,
    /// instead of the last change first.
    pub rollback_in_order: bool,
    /// Whether a resource after the channel fails to be updated, as an alarm may.
    pub another_fails: bool,
    /// The rollback that has failed.
    unfinished: Option<Rollback>,
}

/// What a rollback is about.
#[derive(Clone, Debug)]
struct Rollback {
    before: Vec<Resource>,
    /// Each as it was, and as it was to be.
    changed: Vec<(Resource, Resource)>,
    /// What took the place of another.
    made: Vec<Resource>,
}

#[derive(Clone, Debug)]
struct Resource {
    function: Function,
    physical_id: String,
    properties: Value,
}

/// What came of a request.
enum Outcome {
    Success(String),
    /// With the answer's physical id, if there was an answer.
    Failed(Option<String>),
}

impl Loop {
    fn of(&self, function: Function, input_id: &str) -> Value {
        match function {
            Function::Input => self.input.clone(),
            Function::Channel => samples::with(self.channel.clone(), "InputId", input_id),
        }
    }
}

impl Stack {
    /// Creates a stack; what fails is rolled back. When a person deletes it meanwhile, it is
    /// deleted at once.
    pub async fn create(cloud: &Cloud, name: &str, wanted: &Loop) -> Self {
        let mut stack = Self {
            cloud: cloud.clone(),
            id: stack_id(name),
            resources: Vec::new(),
            status: Status::CreateComplete,
            reasons: Vec::new(),
            rollback_in_order: false,
            another_fails: false,
            unfinished: None,
        };
        for function in RESOURCES {
            let properties = wanted.of(function, &stack.input_id());
            let mut resource = Resource { function, physical_id: String::new(), properties };
            let asked = stack.ask("Create", &resource, None);
            let outcome = tokio::select! {
                outcome = asked => Some(outcome),
                () = cloud.services.delete_the_stack.notified() => None,
            };
            let ends = match outcome {
                Some(Outcome::Success(id)) => {
                    resource.physical_id = id;
                    stack.resources.push(resource);
                    continue;
                }
                Some(Outcome::Failed(id)) => {
                    // CloudFormation makes an id up for what never told its own.
                    resource.physical_id = id.unwrap_or_else(|| made_up(name, function));
                    (Status::RollbackComplete, Status::RollbackFailed)
                }
                None => {
                    resource.physical_id = made_up(name, function);
                    (Status::DeleteComplete, Status::DeleteFailed)
                }
            };
            stack.resources.push(resource);
            stack.remove_all(ends).await;
            return stack;
        }
        stack
    }

    /// Updates the stack to `wanted`; what fails is rolled back.
    pub async fn update(&mut self, wanted: &Loop) {
        let before = self.resources.clone();
        let (mut replaced, mut made, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        for (at, old) in before.iter().enumerate() {
            let properties = wanted.of(old.function, &self.input_id());
            if properties == old.properties {
                continue;
            }
            let mut new = Resource { properties, ..old.clone() };
            let outcome = self.ask("Update", &new, Some(&old.properties)).await;
            if let Outcome::Success(id) = &outcome {
                new.physical_id.clone_from(id);
                if new.physical_id != old.physical_id {
                    replaced.push(old.clone());
                    made.push(new.clone());
                }
                self.resources[at] = new.clone();
            }
            changed.push((old.clone(), new));
            if let Outcome::Failed(_) = outcome {
                self.roll_back(Rollback { before: before.clone(), changed, made }).await;
                return;
            }
        }
        if self.another_fails {
            self.reasons.push(ANOTHER.to_owned());
            self.roll_back(Rollback { before, changed, made }).await;
            return;
        }
        for old in replaced {
            self.clean_up(&old).await;
        }
        self.status = Status::UpdateComplete;
    }

    /// Has a person continue a rollback that has failed, if there is one.
    pub async fn continue_rollback(&mut self) {
        if let Some(rollback) = self.unfinished.take() {
            self.roll_back(rollback).await;
        }
    }

    /// Has what was changed be as it was, and deletes what was made.
    async fn roll_back(&mut self, rollback: Rollback) {
        let mut surplus = Vec::new();
        let mut failed = false;
        self.resources.clone_from(&rollback.before);
        let mut changed = rollback.changed.clone();
        if !self.rollback_in_order {
            changed.reverse();
        }
        for (old, new) in changed {
            let back = Resource { properties: old.properties.clone(), ..new.clone() };
            match self.ask("Update", &back, Some(&new.properties)).await {
                Outcome::Success(id) => {
                    let at = self.resources.iter_mut().find(|it| it.function == old.function);
                    at.expect("a resource of the stack").physical_id.clone_from(&id);
                    if id != new.physical_id {
                        surplus.push(new);
                    }
                }
                Outcome::Failed(_) => failed = true,
            }
        }
        if failed {
            // The channel plays one of them, and so goes first when the stack is deleted.
            self.resources.splice(0..0, rollback.made.clone());
            self.unfinished = Some(rollback);
            self.status = Status::UpdateRollbackFailed;
            return;
        }
        for new in surplus {
            self.clean_up(&new).await;
        }
        self.status = Status::UpdateRollbackComplete;
    }

    async fn clean_up(&mut self, surplus: &Resource) {
        for _ in 0..CLEAN_UPS {
            if let Outcome::Success(_) = self.ask("Delete", surplus, None).await {
                return;
            }
        }
    }

    /// Deletes the stack, as far as it goes; it can be deleted again.
    pub async fn delete(&mut self) {
        self.remove_all((Status::DeleteComplete, Status::DeleteFailed)).await;
    }

    async fn remove_all(&mut self, (complete, failed): (Status, Status)) {
        while let Some(last) = self.resources.last().cloned() {
            if let Outcome::Failed(_) = self.ask("Delete", &last, None).await {
                self.status = failed;
                return;
            }
            self.resources.pop();
        }
        self.status = complete;
    }

    /// Asks a function of this stack's for another resource, with equal properties; returns whether
    /// that succeeded.
    pub async fn forge(&self, kind: &'static str, function: Function, id: &str) -> bool {
        let properties = match function {
            Function::Input => samples::input(),
            Function::Channel => samples::channel("1"),
        };
        let resource = Resource { function, physical_id: id.into(), properties };
        let old = (kind == "Update").then_some(&resource.properties);
        let (_, mut reply) = self.send(kind, &resource, old);
        let reply = reply.wait_for(Option::is_some).await.expect("a reply").clone();
        reply.unwrap_or_default()["Status"] == "SUCCESS"
    }

    /// The physical id of the resource, if there is one.
    #[must_use]
    pub fn physical_id(&self, function: Function) -> Option<&str> {
        let resource = self.resources.iter().find(|it| it.function == function)?;
        Some(&resource.physical_id)
    }

    fn input_id(&self) -> String {
        self.physical_id(Function::Input).unwrap_or_default().to_owned()
    }

    /// Asks the resource's function, and waits for the answer as long as CloudFormation does.
    async fn ask(
        &mut self,
        kind: &'static str,
        resource: &Resource,
        old: Option<&Value>,
    ) -> Outcome {
        let (payload, mut first) = self.send(kind, resource, old);
        let patience = payload["ResourceProperties"]["ServiceTimeout"].as_str();
        let patience = patience.and_then(|it| it.parse().ok()).map_or(3600, |it: u64| it);
        let told = timeout(Duration::from_secs(patience), first.wait_for(Option::is_some)).await;
        let Ok(Ok(reply)) = told else {
            self.reasons.push(format!("{kind} {:?}: no answer in time", resource.function));
            return Outcome::Failed(None);
        };
        let reply = reply.clone().unwrap_or_default();
        let id = reply["PhysicalResourceId"].as_str().map(str::to_owned);
        match id {
            Some(id) if reply["Status"] == "SUCCESS" => Outcome::Success(id),
            id => {
                let reason = reply["Reason"].as_str().unwrap_or_default();
                self.reasons.push(format!("{kind} {:?}: {reason}", resource.function));
                Outcome::Failed(id)
            }
        }
    }

    fn send(
        &self,
        kind: &'static str,
        resource: &Resource,
        old: Option<&Value>,
    ) -> (Value, watch::Receiver<Option<Value>>) {
        let function = resource.function;
        let number = self.cloud.services.state().journal.requests.len();
        let path = format!("/request-{number}");
        let mut payload = samples::create_with(function, &resource.properties);
        payload["RequestType"] = kind.into();
        payload["StackId"] = self.id.clone().into();
        payload["RequestId"] = format!("request-{number}").into();
        payload["ResponseURL"] = response_url(&path, &self.cloud.signed_now()).into();
        if kind != "Create" {
            payload["PhysicalResourceId"] = resource.physical_id.clone().into();
        }
        if let Some(old) = old {
            payload["OldResourceProperties"] = old.clone();
        }
        let at = self.cloud.services.state().journal.register(function, &payload, path);
        let receiver = self.cloud.services.state().journal.requests[at].first.subscribe();
        let lambda = Lambda::Of(function);
        let delivery = self.cloud.services.state().deliveries.get(&(function, kind)).copied();
        let (late, again) = delivery.unwrap_or_default();
        self.cloud.invoke(lambda, payload.clone(), late);
        if let Some(again) = again {
            self.cloud.invoke(lambda, payload.clone(), late + again);
        }
        (payload, receiver)
    }
}

/// CloudFormation's id for what never told its own.
fn made_up(stack: &str, function: Function) -> String {
    format!("{stack}-{function:?}-1QZX7K3M9T2B")
}

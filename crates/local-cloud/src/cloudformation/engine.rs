//! The engine: its parts, and what every operation on a stack uses.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use super::response::Responses;
use super::template::PseudoParameters;
use super::{Stack, StackEvent, Status};
use crate::Config;
use crate::lambda::Lambda;

/// The platform's CloudFormation; clones share exports.
#[derive(Clone, Debug)]
pub struct CloudFormation {
    pub(super) config: Config,
    pub(super) lambda: Lambda,
    pub(super) responses: Responses,
    pub(super) exports: Arc<Mutex<BTreeMap<String, String>>>,
    pub(super) events: UnboundedSender<StackEvent>,
}

impl CloudFormation {
    /// A CloudFormation whose custom resources are functions of `lambda` that answer to
    /// `responses`; what happens to its stacks is told to `events` as it happens.
    #[must_use]
    pub fn new(
        config: Config,
        lambda: Lambda,
        responses: Responses,
        events: UnboundedSender<StackEvent>,
    ) -> Self {
        Self { config, lambda, responses, exports: Arc::default(), events }
    }

    /// Brings the stack into a status, and tells.
    pub(super) fn enter(&self, stack: &mut Stack, status: Status, reason: Option<String>) {
        stack.status = status;
        self.tell(StackEvent::of_stack(stack, reason));
    }

    pub(super) fn tell(&self, event: StackEvent) {
        // Nobody listening is no reason to stop.
        let _ = self.events.send(event);
    }

    pub(super) fn stack_id(&self, stack_name: &str) -> String {
        let Config { region, account, .. } = &self.config;
        let id = Uuid::new_v4();
        format!("arn:aws:cloudformation:{region}:{account}:stack/{stack_name}/{id}")
    }

    pub(super) fn pseudo_parameters(&self, stack_name: &str, stack_id: String) -> PseudoParameters {
        let Config { region, account, .. } = self.config.clone();
        PseudoParameters { stack_name: stack_name.to_owned(), stack_id, region, account }
    }

    pub(super) fn exports(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.exports.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The CloudFormation handle, and functions that every stack operation uses.

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
    /// `responses`. Stack events go to `events` as they happen.
    #[must_use]
    pub fn new(
        config: Config,
        lambda: Lambda,
        responses: Responses,
        events: UnboundedSender<StackEvent>,
    ) -> Self {
        Self { config, lambda, responses, exports: Arc::default(), events }
    }

    /// Sets the stack's status and sends the event.
    pub(super) fn set_status(&self, stack: &mut Stack, status: Status, reason: Option<String>) {
        stack.status = status;
        self.emit(StackEvent::of_stack(stack, reason));
    }

    pub(super) fn emit(&self, event: StackEvent) {
        // A missing receiver is not an error.
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

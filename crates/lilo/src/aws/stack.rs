//! Stacks as CloudFormation describes them.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types::{self, StackStatus};

use super::failure::failed;
use super::{Aws, MADE_BY, in_s3};
use crate::Error;

/// Names and values.
pub(crate) type Pairs = BTreeMap<String, String>;

/// A stack that exists.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    /// Its ARN.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: StackStatus,
    pub(crate) parameters: Pairs,
    pub(crate) outputs: Pairs,
    pub(crate) tags: Pairs,
}

/// What a stack's status allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// It has only change sets; its creation has not started.
    InReview,
    /// An operation is running.
    Busy,
    /// It can be updated and deleted.
    Ready,
    /// It can only be deleted.
    DeleteOnly,
    /// Its rollback must be continued first.
    NeedsRollback,
}

/// Sorts statuses (CloudFormation user guide, "Stack status codes").
pub(crate) fn readiness(status: &StackStatus) -> Readiness {
    match status.as_str() {
        "REVIEW_IN_PROGRESS" => Readiness::InReview,
        "CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "DELETE_FAILED" => {
            Readiness::DeleteOnly
        }
        "UPDATE_ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => Readiness::NeedsRollback,
        other if other.ends_with("_IN_PROGRESS") => Readiness::Busy,
        // The complete ones, and a failed update with rollback disabled.
        _ => Readiness::Ready,
    }
}

impl Stack {
    /// Whether it has this command's tag. A stack in review shows no tags
    /// (`Aws::has_only_our_change_sets`).
    pub(crate) fn has_our_tag(&self) -> bool {
        self.tags.get(MADE_BY.0).is_some_and(|value| value == MADE_BY.1)
    }

    pub(crate) fn readiness(&self) -> Readiness {
        readiness(&self.status)
    }

    /// Whether its creation succeeded or is still running.
    pub(crate) fn was_created(&self) -> bool {
        !["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"].contains(&self.status.as_str())
    }

    /// The buckets in its parameters: a loop's sources, a bootstrap's code and allowed sources.
    pub(crate) fn buckets(&self) -> BTreeSet<&str> {
        let sources = buckets_of_sources(&self.parameters);
        let code = self.parameter("CodeBucket");
        let named = self.parameter("SourceBuckets").split(',').chain([code]);
        sources.into_iter().chain(named).filter(|name| !name.is_empty()).collect()
    }

    /// Whether MediaLive makes thumbnails of the loop, or is allowed to.
    pub(crate) fn has_thumbnails(&self) -> bool {
        has_thumbnails(&self.parameters)
    }

    /// An output's value; empty if it is missing.
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }

    /// A parameter's value; empty if it is missing.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }
}

/// Whether these parameters ask for thumbnails. Both templates call the parameter the same.
pub(crate) fn has_thumbnails(parameters: &Pairs) -> bool {
    parameters.get("Thumbnails").is_some_and(|value| value == "AUTO")
}

/// The buckets of a loop's sources.
pub(crate) fn buckets_of_sources(parameters: &Pairs) -> BTreeSet<&str> {
    let sources = ["Source", "Source2"].into_iter().filter_map(|name| parameters.get(name));
    sources.filter_map(|source| in_s3(source)).map(|(bucket, _)| bucket).collect()
}

impl From<types::Stack> for Stack {
    fn from(stack: types::Stack) -> Self {
        let parameters = stack.parameters.unwrap_or_default().into_iter();
        let outputs = stack.outputs.unwrap_or_default().into_iter();
        let tags = stack.tags.unwrap_or_default().into_iter();
        Self {
            id: stack.stack_id.unwrap_or_default(),
            name: stack.stack_name.unwrap_or_default(),
            status: stack.stack_status.unwrap_or(StackStatus::from("")),
            parameters: parameters
                .filter_map(|it| Some((it.parameter_key?, it.parameter_value?)))
                .collect(),
            outputs: outputs.filter_map(|it| Some((it.output_key?, it.output_value?))).collect(),
            tags: tags.filter_map(|it| Some((it.key?, it.value?))).collect(),
        }
    }
}

impl Aws {
    /// Every stack of the Region that is not deleted.
    pub(super) async fn stacks(&self) -> Result<Vec<Stack>, Error> {
        let mut pages = self.cloudformation.describe_stacks().into_paginator().items().send();
        let mut stacks = Vec::new();
        while let Some(stack) = pages.next().await {
            let stack = stack.map_err(|error| failed(error, "list the stacks"))?;
            stacks.push(Stack::from(stack));
        }
        stacks.retain(|stack| stack.status != StackStatus::DeleteComplete);
        Ok(stacks)
    }

    /// The stack with this name or ARN. Only the ARN finds a deleted one.
    pub(crate) async fn stack(&self, name: &str) -> Result<Option<Stack>, Error> {
        match self.cloudformation.describe_stacks().stack_name(name).send().await {
            Ok(answer) => Ok(answer.stacks.unwrap_or_default().into_iter().next().map(Stack::from)),
            Err(error) if says_no_such_stack(&error) => Ok(None),
            Err(error) => Err(failed(error, format!("look at the stack {name}"))),
        }
    }

    /// Starts to delete a stack.
    pub(crate) async fn delete_stack(&self, stack: &Stack) -> Result<(), Error> {
        let call = self.cloudformation.delete_stack().stack_name(&stack.id).send().await;
        call.map(drop).map_err(|error| failed(error, format!("delete the stack {}", stack.name)))
    }
}

/// CloudFormation reports this as a ValidationError with these words.
pub(super) fn says_no_such_stack(error: &impl ProvideErrorMetadata) -> bool {
    error.message().is_some_and(|message| message.contains("does not exist"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_what_can_be_done() {
        for (status, expected) in [
            ("REVIEW_IN_PROGRESS", Readiness::InReview),
            ("CREATE_IN_PROGRESS", Readiness::Busy),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Readiness::Busy),
            ("UPDATE_ROLLBACK_IN_PROGRESS", Readiness::Busy),
            ("DELETE_IN_PROGRESS", Readiness::Busy),
            ("CREATE_COMPLETE", Readiness::Ready),
            ("UPDATE_COMPLETE", Readiness::Ready),
            ("UPDATE_ROLLBACK_COMPLETE", Readiness::Ready),
            ("ROLLBACK_COMPLETE", Readiness::DeleteOnly),
            ("ROLLBACK_FAILED", Readiness::DeleteOnly),
            ("CREATE_FAILED", Readiness::DeleteOnly),
            ("DELETE_FAILED", Readiness::DeleteOnly),
            ("UPDATE_ROLLBACK_FAILED", Readiness::NeedsRollback),
        ] {
            assert_eq!(readiness(&StackStatus::from(status)), expected, "{status}");
        }
    }
}

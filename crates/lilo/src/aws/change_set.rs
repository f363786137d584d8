//! Change sets: the changes that an update would make to a stack.

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types::{
    Capability, ChangeSetStatus, ChangeSetType, Parameter, ResourceChange, Tag,
};
use jiff::Timestamp;
use serde::Serialize;
use std::time::Duration;
use tokio::time::sleep;

use super::cleanup::Draft;
use super::failure::failed;
use super::stack::{Pairs, Readiness, Stack};
use super::{Aws, MADE_BY};
use crate::Error;
use crate::error::Reason;

/// The interval between two polls.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The prefix of this command's change set names.
const NAME_PREFIX: &str = "lilo-deploy-";

/// The desired state of a stack.
#[derive(Debug)]
pub(crate) struct DesiredStack<'a> {
    pub(crate) name: &'a str,
    /// The existing stack; one that is missing or in review is created.
    pub(crate) stack: Option<&'a Stack>,
    pub(crate) template: &'a str,
    /// The names of the template's parameters.
    pub(crate) declared: Vec<&'a str>,
    /// The given values; the stack keeps its others.
    pub(crate) given: &'a Pairs,
}

/// A change set that is ready to be executed.
#[derive(Clone, Debug)]
pub(crate) struct ChangeSet {
    id: String,
    pub(crate) draft: Draft,
    pub(crate) stack_id: String,
    pub(crate) changes: Vec<Change>,
    /// Whether it creates the stack.
    pub(crate) creates: bool,
}

/// A planned change of one resource.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Change {
    stack_name: String,
    pub(crate) action: String,
    pub(crate) logical_resource_id: String,
    pub(crate) resource_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replacement: Option<String>,
}

impl DesiredStack<'_> {
    /// A new name for its change set.
    pub(crate) fn draft(&self) -> Draft {
        Draft {
            name: format!("{NAME_PREFIX}{}", Timestamp::now().as_millisecond()),
            stack: self.name.to_owned(),
            creates_stack: self.creates(),
        }
    }

    fn creates(&self) -> bool {
        self.stack.is_none_or(|stack| stack.readiness() == Readiness::InReview)
    }

    /// The given values, and "use previous" for the stack's others. New parameters get their
    /// defaults.
    fn parameters(&self) -> Vec<Parameter> {
        let given = self.given.iter().map(|(name, value)| {
            Parameter::builder().parameter_key(name).parameter_value(value).build()
        });
        let has = |name: &str| self.stack.is_some_and(|stack| stack.parameters.contains_key(name));
        let kept = self.declared.iter().filter(|name| !self.given.contains_key(**name));
        let kept = kept
            .filter(|name| !self.creates() && has(name))
            .map(|name| Parameter::builder().parameter_key(*name).use_previous_value(true).build());
        given.chain(kept).collect()
    }

    /// The stack's tags; only a new stack gets this command's.
    fn tags(&self) -> Vec<Tag> {
        let mut tags = self.stack.map(|stack| stack.tags.clone()).unwrap_or_default();
        if self.creates() {
            tags.insert(MADE_BY.0.to_owned(), MADE_BY.1.to_owned());
        }
        tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
    }
}

impl Aws {
    /// Creates the change set `draft`; `None` if nothing would change.
    ///
    /// # Errors
    /// When CloudFormation refuses it.
    pub(crate) async fn change_set(
        &self,
        desired: &DesiredStack<'_>,
        draft: &Draft,
    ) -> Result<Option<ChangeSet>, Error> {
        let attempted = format!("create a change set for stack {}", desired.name);
        let kind = if desired.creates() { ChangeSetType::Create } else { ChangeSetType::Update };
        let call = self
            .cloudformation
            .create_change_set()
            .stack_name(desired.name)
            .change_set_name(&draft.name)
            .change_set_type(kind)
            .template_body(desired.template)
            .set_parameters(Some(desired.parameters()))
            .set_tags(Some(desired.tags()))
            .capabilities(Capability::CapabilityIam);
        let made = call.send().await.map_err(|error| failed(error, attempted.as_str()))?;
        let mut set = ChangeSet {
            id: made.id.unwrap_or_default(),
            draft: draft.clone(),
            stack_id: made.stack_id.unwrap_or_default(),
            changes: Vec::new(),
            creates: desired.creates(),
        };
        let changes = self.changes(&set, &attempted).await?;
        Ok(changes.map(|changes| {
            set.changes = changes;
            set
        }))
    }

    /// Waits for the changes; `None` if there are none.
    async fn changes(&self, set: &ChangeSet, to: &str) -> Result<Option<Vec<Change>>, Error> {
        let (mut changes, mut page) = (Vec::new(), None);
        loop {
            let call = self.cloudformation.describe_change_set().change_set_name(&set.id);
            let call = call.stack_name(&set.stack_id).set_next_token(page.take());
            let description = call.send().await.map_err(|error| failed(error, to))?;
            let message = description.status_reason.unwrap_or_default();
            match description.status {
                Some(ChangeSetStatus::CreateComplete) => {}
                Some(ChangeSetStatus::Failed) if says_nothing_changes(&message) => return Ok(None),
                Some(ChangeSetStatus::Failed) => {
                    let (attempted, source) = (to.to_owned(), Reason(message));
                    return Err(Error::Refused { attempted, source });
                }
                _ => {
                    sleep(POLL_INTERVAL).await;
                    continue;
                }
            }
            let listed = description.changes.unwrap_or_default().into_iter();
            let listed = listed.filter_map(|change| change.resource_change);
            changes.extend(listed.map(|change| Change::of(&set.draft.stack, change)));
            page = description.next_token;
            if page.is_none() {
                return Ok(Some(changes));
            }
        }
    }

    /// Starts to execute a change set.
    pub(crate) async fn execute(&self, set: &ChangeSet) -> Result<(), Error> {
        let call = self.cloudformation.execute_change_set();
        let call = call.change_set_name(&set.id).stack_name(&set.stack_id).send().await;
        let what = if set.creates { "create" } else { "update" };
        call.map(drop)
            .map_err(|error| failed(error, format!("{what} the stack {}", set.draft.stack)))
    }

    /// Deletes a change set, and the stack in review that exists only for it.
    ///
    /// The change set may not exist, and somebody else may have created the stack meanwhile.
    pub(crate) async fn discard(&self, draft: &Draft) -> Result<(), Error> {
        let Some(stack) = self.stack(&draft.stack).await? else { return Ok(()) };
        if draft.creates_stack {
            if stack.readiness() != Readiness::InReview {
                return Ok(());
            }
            if self.has_only_our_change_sets(&stack).await? {
                return self.delete_stack(&stack).await;
            }
        }
        self.delete_change_set(draft).await
    }

    async fn delete_change_set(&self, draft: &Draft) -> Result<(), Error> {
        let mut again = true;
        loop {
            let call = self.cloudformation.delete_change_set().change_set_name(&draft.name);
            match call.stack_name(&draft.stack).send().await {
                Ok(_) => return Ok(()),
                // CloudFormation is still creating it.
                Err(error) if again && error.code() == Some("InvalidChangeSetStatus") => {
                    again = false;
                    sleep(2 * POLL_INTERVAL).await;
                }
                Err(error) => {
                    let attempted = format!("take back the change set of stack {}", draft.stack);
                    return Err(failed(error, attempted));
                }
            }
        }
    }

    /// Whether a stack in review has only change sets of this command. Until one is executed, the
    /// stack shows neither tags nor parameters.
    pub(crate) async fn has_only_our_change_sets(&self, stack: &Stack) -> Result<bool, Error> {
        let sets = self.cloudformation.list_change_sets().stack_name(&stack.name);
        let mut sets = sets.into_paginator().items().send();
        let mut drafted = false;
        while let Some(set) = sets.next().await {
            let attempted = || format!("list the change sets of stack {}", stack.name);
            let set = set.map_err(|error| failed(error, attempted()))?;
            if !set.change_set_name().is_some_and(|name| name.starts_with(NAME_PREFIX)) {
                return Ok(false);
            }
            drafted = true;
        }
        Ok(drafted)
    }
}

/// A line for each change. New resources of AWS's own types are one line with their number, in the
/// place of the first, unless `verbose`.
pub(crate) fn rows(changes: &[Change], verbose: bool) -> Vec<Option<String>> {
    let is_counted = |change: &Change| !verbose && change.action == "Add" && change.is_of_aws();
    let count = changes.iter().filter(|change| is_counted(change)).count();
    let (number, mut told) = (resources(count), count < 2);
    let texts: Vec<_> = changes
        .iter()
        .map(|change| match is_counted(change) && count > 1 {
            false => Some((change.logical_resource_id.as_str(), change.resource_type.as_str())),
            true if told => None,
            true => {
                told = true;
                Some((number.as_str(), ""))
            }
        })
        .collect();
    let width = texts.iter().flatten().map(|(name, _)| name.len()).max().unwrap_or_default();
    let rows = changes.iter().zip(texts);
    rows.map(|(change, text)| text.map(|text| change.row(text, width))).collect()
}

/// A number of resources in words.
pub(super) fn resources(count: usize) -> String {
    format!("{count} {}", if count == 1 { "resource" } else { "resources" })
}

impl Change {
    /// Whether its type is not a custom resource's.
    pub(super) fn is_of_aws(&self) -> bool {
        self.resource_type.starts_with("AWS::")
    }

    /// One line of text; `width` is the longest name's.
    fn row(&self, (name, kind): (&str, &str), width: usize) -> String {
        // CloudFormation says "Conditional" for every custom resource; the function decides.
        let replacement = if self.replacement.as_deref() == Some("True") { "replaced" } else { "" };
        let Self { stack_name, action, .. } = self;
        let row = format!("  {action:<8} {stack_name} {name:<width$} {kind} {replacement}");
        row.trim_end().to_owned()
    }

    fn of(stack: &str, change: ResourceChange) -> Self {
        Self {
            stack_name: stack.to_owned(),
            action: change.action.map(|it| it.as_str().to_owned()).unwrap_or_default(),
            logical_resource_id: change.logical_resource_id.unwrap_or_default(),
            resource_type: change.resource_type.unwrap_or_default(),
            replacement: change.replacement.map(|it| it.as_str().to_owned()),
        }
    }
}

/// CloudFormation reports this as FAILED with one of these sentences.
fn says_nothing_changes(reason: &str) -> bool {
    reason.contains("didn't contain changes") || reason.contains("No updates are to be performed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_resources_are_one_line_and_columns_fit() {
        let change = |action: &str, name: &str, kind: &str| Change {
            stack_name: "it".into(),
            action: action.into(),
            logical_resource_id: name.into(),
            resource_type: kind.into(),
            replacement: None,
        };
        let changes = [
            change("Add", "Alarm", "AWS::CloudWatch::Alarm"),
            change("Add", "ALongerName", "AWS::CloudWatch::Alarm"),
            change("Add", "Channel", "Custom::MediaLiveChannel"),
            change("Modify", "QueueOfDeadLetters", "AWS::SQS::Queue"),
        ];

        let some = |line: &str| Some(line.to_owned());
        let expected = [
            some("  Add      it 2 resources"),
            None,
            some("  Add      it Channel            Custom::MediaLiveChannel"),
            some("  Modify   it QueueOfDeadLetters AWS::SQS::Queue"),
        ];
        assert_eq!(rows(&changes, false), expected);
        let all = rows(&changes, true);
        assert_eq!(all[1], some("  Add      it ALongerName        AWS::CloudWatch::Alarm"));
        assert!(all.iter().all(Option::is_some), "{all:?}");
    }

    #[test]
    fn an_order_that_changes_nothing_is_told_by_the_words() {
        assert!(says_nothing_changes(
            "The submitted information didn't contain changes. Submit different information to create a change set."
        ));
        assert!(says_nothing_changes("No updates are to be performed."));
        assert!(!says_nothing_changes("Parameters: [Source] must have values"));
    }
}

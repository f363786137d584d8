//! Finds LILO's stacks among all stacks of a Region.
//!
//! A stack is LILO's if its template is: it has the parameters and description of one of LILO's two
//! templates and, for a loop, its custom resources. One list has all stacks' parameters; only
//! matching stacks need a call for the template. A stack in review has no parameters yet and counts
//! as nobody's.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::failure::failed;
use super::stack::{Readiness, Stack};
use super::{Aws, CONCURRENT_CALLS};
use crate::Error;
use crate::ui::screen::Screen;

/// Parameters of loops since their first version.
const LOOP_PARAMETERS: [&str; 4] = ["Source", "DestinationIp", "DestinationPort", "AutoStart"];
/// Parameters of the bootstrap since its first version.
const BOOTSTRAP_PARAMETERS: [&str; 4] =
    ["CodeBucket", "CodePrefix", "Architecture", "SourceBuckets"];

/// A stack's LILO template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StackKind {
    Bootstrap,
    Loop,
}

/// LILO's stacks in a Region.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    /// The best one comes first. The exports allow one per Region; any other has failed or will
    /// fail.
    bootstraps: Vec<Stack>,
    pub(crate) loops: Vec<Stack>,
    /// Stacks that are not LILO's, or in review.
    pub(crate) others: Vec<Stack>,
}

/// The stack with a given name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Named<'a> {
    Nothing,
    Loop(&'a Stack),
    Bootstrap(&'a Stack),
    /// Only change sets, whose future resources are unknown.
    InReview(&'a Stack),
    Foreign(&'a Stack),
}

impl Inventory {
    /// Lists and sorts every stack of the Region.
    pub(crate) async fn take(aws: &Aws, screen: &mut Screen) -> Result<Self, Error> {
        screen.begin("stacks", format!("looking at the stacks in {}", aws.region));
        let sorted = stream::iter(aws.stacks().await?).map(|stack| async move {
            let kind = aws.kind(&stack).await?;
            Ok::<_, Error>((stack, kind))
        });
        let sorted: Vec<_> = sorted.buffered(CONCURRENT_CALLS).try_collect().await?;
        screen.end("stacks");
        let mut found = Self::default();
        for (stack, kind) in sorted {
            match kind {
                Some(StackKind::Loop) => found.loops.push(stack),
                Some(StackKind::Bootstrap) => found.bootstraps.push(stack),
                None => found.others.push(stack),
            }
        }
        found.loops.sort_by(|one, other| one.name.cmp(&other.name));
        found.bootstraps.sort_by_key(rank);
        Ok(found)
    }

    /// The Region's bootstrap stack, or a failed one if there is no other.
    pub(crate) fn bootstrap(&self) -> Option<&Stack> {
        self.bootstraps.first()
    }

    /// Every bootstrap stack.
    pub(crate) fn bootstraps(&self) -> &[Stack] {
        &self.bootstraps
    }

    /// The bootstrap stack that the loops use: one whose creation succeeded.
    pub(crate) fn working_bootstrap(&self) -> Option<&Stack> {
        self.bootstrap().filter(|stack| stack.was_created())
    }

    /// LILO's own bucket: `named`, or the one with the functions' code if this command chose it, or
    /// the default one.
    pub(crate) fn own_bucket(&self, named: Option<&str>, aws: &Aws) -> String {
        let bootstrap = self.bootstrap().filter(|stack| stack.has_our_tag());
        let code = bootstrap.map(|stack| stack.parameter("CodeBucket"));
        let known = named.or(code.filter(|bucket| !bucket.is_empty()));
        known.map_or_else(|| aws.default_bucket(), str::to_owned)
    }

    /// The buckets that bootstrap stacks and loops name.
    pub(crate) fn buckets(&self) -> BTreeSet<&str> {
        self.bootstraps.iter().chain(&self.loops).flat_map(Stack::buckets).collect()
    }

    /// The stack with this name.
    pub(crate) fn named(&self, name: &str) -> Named<'_> {
        let of_name = |stack: &&Stack| stack.name == name;
        if let Some(stack) = self.loops.iter().find(of_name) {
            return Named::Loop(stack);
        }
        if let Some(stack) = self.bootstraps.iter().find(of_name) {
            return Named::Bootstrap(stack);
        }
        match self.others.iter().find(of_name) {
            Some(stack) if stack.readiness() == Readiness::InReview => Named::InReview(stack),
            Some(stack) => Named::Foreign(stack),
            None => Named::Nothing,
        }
    }

    /// The loop with this name.
    ///
    /// # Errors
    /// When there is none; the error lists the existing loops.
    pub(crate) fn find_loop(&self, name: &str, region: &str) -> Result<&Stack, Error> {
        match self.named(name) {
            Named::Loop(stack) => Ok(stack),
            Named::Nothing | Named::Bootstrap(_) | Named::InReview(_) | Named::Foreign(_) => {
                Err(Error::NoLoop {
                    name: name.to_owned(),
                    region: region.to_owned(),
                    others: names(&self.loops),
                })
            }
        }
    }
}

/// The rank of a bootstrap stack; the smallest is the best.
fn rank(stack: &Stack) -> u8 {
    match stack.readiness() {
        Readiness::DeleteOnly if !stack.was_created() => 3,
        Readiness::DeleteOnly => 2,
        Readiness::Busy
            if ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"].contains(&stack.status.as_str()) =>
        {
            1
        }
        Readiness::Busy | Readiness::Ready | Readiness::NeedsRollback | Readiness::InReview => 0,
    }
}

/// The names as text.
pub(crate) fn names(stacks: &[Stack]) -> String {
    let names: Vec<_> = stacks.iter().map(|stack| stack.name.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl Aws {
    async fn kind(&self, stack: &Stack) -> Result<Option<StackKind>, Error> {
        if stack.readiness() == Readiness::InReview {
            return Ok(None);
        }
        let has = |names: &[&str]| names.iter().all(|name| stack.parameters.contains_key(*name));
        let (kind, description, resources): (_, _, &[&str]) = if has(&LOOP_PARAMETERS) {
            (StackKind::Loop, "LILO loop:", &["Custom::MediaLiveInput", "Custom::MediaLiveChannel"])
        } else if has(&BOOTSTRAP_PARAMETERS) {
            (StackKind::Bootstrap, "LILO bootstrap:", &["AWS::Lambda::Function"])
        } else {
            return Ok(None);
        };
        let call = self.cloudformation.get_template_summary().stack_name(&stack.id).send().await;
        let summary = call
            .map_err(|error| failed(error, format!("read the template of stack {}", stack.name)))?;
        let types = summary.resource_types();
        let is_ours = summary.description().is_some_and(|text| text.starts_with(description))
            && resources.iter().all(|wanted| types.iter().any(|found| found == wanted));
        Ok(is_ours.then_some(kind))
    }
}

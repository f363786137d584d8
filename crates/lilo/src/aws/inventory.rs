//! LILO's stacks of a region, told from everybody else's.
//!
//! A stack is LILO's when its template is: it has the parameters of one of LILO's two templates, that template's
//! description and, for a loop, its custom resources. Parameters are there in every state of a stack, and every stack's
//! come in one list; the template is asked for only where they fit.

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::failure::failed;
use super::stack::{Stack, Standing};
use super::{Aws, LOOKS_AT_ONCE};
use crate::Error;

/// Parameters that a loop has had since its first version.
const OF_LOOP: [&str; 4] = ["Source", "DestinationIp", "DestinationPort", "AutoStart"];
/// Parameters that the bootstrap has had since its first version.
const OF_BOOTSTRAP: [&str; 4] = ["CodeBucket", "CodePrefix", "Architecture", "SourceBuckets"];

/// Which of LILO's two templates a stack was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bootstrap,
    Loop,
}

/// What LILO has in a region.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    pub(crate) bootstrap: Option<Stack>,
    pub(crate) loops: Vec<Stack>,
    /// Stacks that are not LILO's, or not yet anybody's.
    pub(crate) others: Vec<Stack>,
}

/// What bears a name that was typed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Named<'a> {
    Nothing,
    Loop(&'a Stack),
    Bootstrap(&'a Stack),
    /// Nothing but change sets, of which nobody knows what they would make.
    InReview(&'a Stack),
    Foreign(&'a Stack),
}

impl Inventory {
    /// Sorts every stack of the region.
    pub(crate) async fn take(aws: &Aws) -> Result<Self, Error> {
        let sorted = stream::iter(aws.stacks().await?).map(|stack| async move {
            let kind = aws.kind(&stack).await?;
            Ok::<_, Error>((stack, kind))
        });
        let sorted: Vec<_> = sorted.buffered(LOOKS_AT_ONCE).try_collect().await?;
        let mut found = Self::default();
        for (stack, kind) in sorted {
            match kind {
                Some(Kind::Loop) => found.loops.push(stack),
                Some(Kind::Bootstrap) => found.add_bootstrap(stack),
                None => found.others.push(stack),
            }
        }
        found.loops.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    /// Its exports allow one bootstrap in a region; a second one has failed, and is no use.
    fn add_bootstrap(&mut self, stack: Stack) {
        let better = self.bootstrap.as_ref().is_none_or(|it| it.standing() == Standing::Dead);
        if better {
            self.bootstrap = Some(stack);
        }
    }

    /// The bucket that holds the functions' code, if this command chose it.
    pub(crate) fn code_bucket(&self) -> Option<&str> {
        let bootstrap = self.bootstrap.as_ref().filter(|stack| stack.is_made_here());
        bootstrap.map(|stack| stack.parameter("CodeBucket")).filter(|bucket| !bucket.is_empty())
    }

    /// What bears this name.
    pub(crate) fn named(&self, name: &str) -> Named<'_> {
        let of_name = |stack: &&Stack| stack.name == name;
        if let Some(stack) = self.loops.iter().find(of_name) {
            return Named::Loop(stack);
        }
        if let Some(stack) = self.bootstrap.as_ref().filter(of_name) {
            return Named::Bootstrap(stack);
        }
        match self.others.iter().find(of_name) {
            Some(stack) if stack.standing() == Standing::InReview => Named::InReview(stack),
            Some(stack) => Named::Foreign(stack),
            None => Named::Nothing,
        }
    }

    /// The loop of this name.
    ///
    /// # Errors
    /// When there is none; the error names those that there are.
    pub(crate) fn a_loop(&self, name: &str, region: &str) -> Result<&Stack, Error> {
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

/// Names in a sentence.
pub(crate) fn names(stacks: &[Stack]) -> String {
    let names: Vec<_> = stacks.iter().map(|stack| stack.name.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl Aws {
    async fn kind(&self, stack: &Stack) -> Result<Option<Kind>, Error> {
        let has = |names: &[&str]| names.iter().all(|name| stack.parameters.contains_key(*name));
        let (kind, description, resources): (_, _, &[&str]) = if has(&OF_LOOP) {
            (Kind::Loop, "LILO loop:", &["Custom::MediaLiveInput", "Custom::MediaLiveChannel"])
        } else if has(&OF_BOOTSTRAP) {
            (Kind::Bootstrap, "LILO bootstrap:", &["AWS::Lambda::Function"])
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

//! LILO's stacks of a region, told from everybody else's.
//!
//! A stack is LILO's when its template is: it has the parameters of one of LILO's two templates,
//! that template's description and, for a loop, its custom resources. Every stack's parameters come
//! in one list; the template is asked for only where they fit. A stack in review has no parameters
//! yet, and is nobody's: its change sets say whose it is to be.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::failure::failed;
use super::stack::{Stack, Standing};
use super::{Aws, LOOKS_AT_ONCE};
use crate::Error;
use crate::ui::screen::Screen;

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
    /// The one that is of use comes first; the exports allow one in a region, so any other has
    /// failed or will.
    bootstraps: Vec<Stack>,
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
    pub(crate) async fn take(aws: &Aws, screen: &mut Screen) -> Result<Self, Error> {
        screen.begin("stacks", format!("looking at the stacks in {}", aws.region));
        let sorted = stream::iter(aws.stacks().await?).map(|stack| async move {
            let kind = aws.kind(&stack).await?;
            Ok::<_, Error>((stack, kind))
        });
        let sorted: Vec<_> = sorted.buffered(LOOKS_AT_ONCE).try_collect().await?;
        screen.end("stacks");
        let mut found = Self::default();
        for (stack, kind) in sorted {
            match kind {
                Some(Kind::Loop) => found.loops.push(stack),
                Some(Kind::Bootstrap) => found.bootstraps.push(stack),
                None => found.others.push(stack),
            }
        }
        found.loops.sort_by(|one, other| one.name.cmp(&other.name));
        found.bootstraps.sort_by_key(use_of);
        Ok(found)
    }

    /// The bootstrap stack of the region; where all have failed, one of those.
    pub(crate) fn bootstrap(&self) -> Option<&Stack> {
        self.bootstraps.first()
    }

    /// Every bootstrap stack.
    pub(crate) fn bootstraps(&self) -> &[Stack] {
        &self.bootstraps
    }

    /// The bootstrap stack that the loops live by: one that ever came to be.
    pub(crate) fn living_bootstrap(&self) -> Option<&Stack> {
        self.bootstrap().filter(|stack| stack.came_to_be())
    }

    /// The bucket that this command works with: the one that was `named`, the one that holds the
    /// functions' code if this command chose it, or the default one.
    pub(crate) fn own_bucket(&self, named: Option<&str>, aws: &Aws) -> String {
        let bootstrap = self.bootstrap().filter(|stack| stack.is_made_here());
        let code = bootstrap.map(|stack| stack.parameter("CodeBucket"));
        let known = named.or(code.filter(|bucket| !bucket.is_empty()));
        known.map_or_else(|| aws.default_bucket(), str::to_owned)
    }

    /// The buckets that bootstrap stacks and loops name.
    pub(crate) fn buckets(&self) -> BTreeSet<&str> {
        self.bootstraps.iter().chain(&self.loops).flat_map(Stack::buckets).collect()
    }

    /// What bears this name.
    pub(crate) fn named(&self, name: &str) -> Named<'_> {
        let of_name = |stack: &&Stack| stack.name == name;
        if let Some(stack) = self.loops.iter().find(of_name) {
            return Named::Loop(stack);
        }
        if let Some(stack) = self.bootstraps.iter().find(of_name) {
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

/// The smaller, the more a bootstrap stack is of use beside others.
fn use_of(stack: &Stack) -> u8 {
    match stack.standing() {
        Standing::Dead if !stack.came_to_be() => 3,
        Standing::Dead => 2,
        Standing::Busy
            if ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"].contains(&stack.status.as_str()) =>
        {
            1
        }
        Standing::Busy | Standing::Ready | Standing::Stuck | Standing::InReview => 0,
    }
}

/// Names in a sentence.
pub(crate) fn names(stacks: &[Stack]) -> String {
    let names: Vec<_> = stacks.iter().map(|stack| stack.name.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl Aws {
    async fn kind(&self, stack: &Stack) -> Result<Option<Kind>, Error> {
        if stack.standing() == Standing::InReview {
            return Ok(None);
        }
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

//! Decides what to delete and what to keep, then deletes it.

use crate::Error;
use crate::aws::cleanup::{Entry, Unfinished};
use crate::aws::follow::{Follow, follow_to_end};
use crate::aws::inventory::{Inventory, Named, names};
use crate::aws::stack::{Readiness, Stack};
use crate::cloud::Session;

/// The stacks and buckets to delete, in this order.
#[derive(Debug, Default)]
pub(super) struct DeletionPlan {
    /// Loops, and stacks in review.
    loops: Vec<Stack>,
    bootstraps: Vec<Stack>,
    buckets: Vec<String>,
    /// LILO's resources that stay, and why.
    pub(super) kept: Vec<String>,
}

impl DeletionPlan {
    /// The stack `name`: a loop, a bootstrap, or one of the `drafts`.
    ///
    /// # Errors
    /// When it does not exist, was made elsewhere, or is needed by others.
    pub(super) fn one(
        inventory: &Inventory,
        drafts: &[Stack],
        name: &str,
        region: &str,
    ) -> Result<Self, Error> {
        let mut plan = Self::default();
        let named = inventory.named(name);
        let (stack, is_ours) = match named {
            Named::Loop(stack) | Named::Bootstrap(stack) => (stack, stack.has_our_tag()),
            Named::InReview(stack) => (stack, drafts.iter().any(|draft| draft.id == stack.id)),
            Named::Foreign(stack) => (stack, false),
            Named::Nothing => return inventory.find_loop(name, region).map(|_| plan),
        };
        if !is_ours {
            return Err(Error::NotMadeHere(stack.name.clone()));
        }
        let (living, loops) = (inventory.working_bootstrap(), &inventory.loops);
        match named {
            Named::Bootstrap(_) => {
                if living.is_some_and(|it| it.id == stack.id) && !loops.is_empty() {
                    return Err(Error::BootstrapInUse { loops: names(loops) });
                }
                plan.bootstraps.push(stack.clone());
            }
            Named::Loop(_) if living.is_none() && stack.readiness() != Readiness::DeleteOnly => {
                return Err(Error::BootstrapGone { loops: names(loops) });
            }
            Named::Loop(_) | Named::InReview(_) | Named::Foreign(_) | Named::Nothing => {
                plan.loops.push(stack.clone());
            }
        }
        Ok(plan)
    }

    /// Everything that this command made, except `buckets` that other stacks use.
    ///
    /// # Errors
    /// When a loop made elsewhere needs it, or the loops' functions are gone.
    pub(super) fn all(
        inventory: &Inventory,
        drafts: Vec<Stack>,
        buckets: Vec<String>,
    ) -> Result<Self, Error> {
        let by_maker = |stacks: &[Stack]| stacks.iter().cloned().partition(Stack::has_our_tag);
        let (mut loops, foreign_loops): (Vec<_>, Vec<_>) = by_maker(&inventory.loops);
        let (bootstraps, foreign_bootstraps): (Vec<_>, Vec<_>) = by_maker(inventory.bootstraps());
        match inventory.working_bootstrap() {
            Some(bootstrap) if bootstrap.has_our_tag() && !foreign_loops.is_empty() => {
                return Err(Error::ForeignLoops { loops: names(&foreign_loops) });
            }
            None if loops.iter().any(|stack| stack.readiness() != Readiness::DeleteOnly) => {
                return Err(Error::BootstrapGone { loops: names(&loops) });
            }
            Some(_) | None => {}
        }
        loops.extend(drafts);
        let foreign = [foreign_loops, foreign_bootstraps].concat();
        let mut kept: Vec<_> = foreign
            .iter()
            .map(|stack| format!("the stack {} was not made by `lilo deploy`", stack.name))
            .collect();
        let needed_by =
            |bucket: &str| foreign.iter().find(|stack| stack.buckets().contains(bucket));
        let (needed, buckets): (Vec<_>, Vec<_>) =
            buckets.into_iter().partition(|bucket| needed_by(bucket).is_some());
        kept.extend(needed.iter().filter_map(|bucket| {
            let stack = &needed_by(bucket)?.name;
            Some(format!("the bucket {bucket} is named by the stack {stack}"))
        }));
        Ok(Self { loops, bootstraps, buckets, kept })
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let loops = self.loops.iter().map(|stack| format!("stack {}", stack.name));
        let bootstraps = self.bootstraps.iter().map(|it| format!("stack {} (bootstrap)", it.name));
        let buckets = self.buckets.iter().map(|it| format!("bucket {it} with its content"));
        loops.chain(bootstraps).chain(buckets).collect()
    }

    pub(super) async fn delete(self, session: &mut Session<'_>) -> Result<(), Error> {
        for stack in self.loops.iter().chain(&self.bootstraps).filter(|it| blocks_deletion(it)) {
            let Session { aws, cleanup, screen } = session;
            follow_to_end(aws, stack, cleanup, screen).await?;
        }
        // Deletes all loops in parallel.
        let (mut ongoing, mut failed) = (Vec::new(), None);
        for stack in &self.loops {
            match start_deletion(session, stack).await {
                Ok(deletion) => ongoing.push(deletion),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        for deletion in ongoing {
            let ended = finish_deletion(session, deletion).await;
            failed = failed.or(ended.err());
        }
        if let Some(error) = failed {
            return Err(error);
        }
        for stack in &self.bootstraps {
            let deletion = start_deletion(session, stack).await?;
            finish_deletion(session, deletion).await?;
        }
        for bucket in &self.buckets {
            session.screen.step(bucket, format!("emptying the bucket {bucket}"));
            session.aws.delete_bucket(bucket).await?;
            session.screen.end(bucket);
        }
        session.screen.remark("deleted");
        Ok(())
    }
}

/// Whether an operation is running that CloudFormation does not interrupt for a delete.
fn blocks_deletion(stack: &Stack) -> bool {
    stack.readiness() == Readiness::Busy
        && !["CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS"].contains(&stack.status.as_str())
}

/// A running deletion.
struct Deletion<'a> {
    follow: Follow<'a>,
    name: String,
    entry: Entry,
}

/// Starts a deletion.
async fn start_deletion<'a>(
    session: &mut Session<'a>,
    stack: &Stack,
) -> Result<Deletion<'a>, Error> {
    let (aws, name) = (session.aws, stack.name.clone());
    let follow = if stack.status.as_str() == "DELETE_IN_PROGRESS" {
        // The deletion in its events started earlier.
        Follow::from_operation_start(aws, &name, &stack.id).await?
    } else {
        Follow::from_now(aws, &name, &stack.id).await?
    };
    let entry = session.cleanup.add(Unfinished::OnAws(format!("the deletion of stack {name}")));
    if let Err(error) = aws.delete_stack(stack).await {
        session.cleanup.done(entry);
        return Err(error);
    }
    Ok(Deletion { follow, name, entry })
}

async fn finish_deletion(session: &mut Session<'_>, deletion: Deletion<'_>) -> Result<(), Error> {
    let Deletion { follow, name, entry } = deletion;
    let ended = follow.run_to_end(session.screen).await?;
    session.cleanup.done(entry);
    ended.check(&name, "DELETE_COMPLETE")
}

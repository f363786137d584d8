//! What is to be deleted, and what is kept: decided from what there is, and then done.

use crate::Error;
use crate::aws::cleanup::{Begun, Entry};
use crate::aws::follow::{Follow, outlast};
use crate::aws::inventory::{Inventory, Named, names};
use crate::aws::stack::{Stack, Standing};
use crate::cloud::Session;

/// What is to be deleted, in this order.
#[derive(Debug, Default)]
pub(super) struct Doomed {
    /// Loops, and review stacks that never became any.
    loops: Vec<Stack>,
    bootstraps: Vec<Stack>,
    buckets: Vec<String>,
    /// What stays of LILO's, and why.
    pub(super) kept: Vec<String>,
}

impl Doomed {
    /// The loop of this name, a bootstrap stack, or one of the `drafts`.
    ///
    /// # Errors
    /// When there is none, when it was made elsewhere, or when others need it.
    pub(super) fn one(
        inventory: &Inventory,
        drafts: &[Stack],
        name: &str,
        region: &str,
    ) -> Result<Self, Error> {
        let mut doomed = Self::default();
        let named = inventory.named(name);
        let (stack, is_ours) = match named {
            Named::Loop(stack) | Named::Bootstrap(stack) => (stack, stack.is_made_here()),
            Named::InReview(stack) => (stack, drafts.iter().any(|draft| draft.id == stack.id)),
            Named::Foreign(stack) => (stack, false),
            Named::Nothing => return inventory.a_loop(name, region).map(|_| doomed),
        };
        if !is_ours {
            return Err(Error::NotMadeHere(stack.name.clone()));
        }
        let (living, loops) = (inventory.living_bootstrap(), &inventory.loops);
        match named {
            Named::Bootstrap(_) => {
                if living.is_some_and(|it| it.id == stack.id) && !loops.is_empty() {
                    return Err(Error::BootstrapInUse { loops: names(loops) });
                }
                doomed.bootstraps.push(stack.clone());
            }
            Named::Loop(_) if living.is_none() && stack.standing() != Standing::Dead => {
                return Err(Error::BootstrapGone { loops: names(loops) });
            }
            Named::Loop(_) | Named::InReview(_) | Named::Foreign(_) | Named::Nothing => {
                doomed.loops.push(stack.clone());
            }
        }
        Ok(doomed)
    }

    /// Everything that this command made, but for the `buckets` that others refer to.
    ///
    /// # Errors
    /// When a loop that was made elsewhere needs what would be deleted, or the loops' functions are
    /// gone.
    pub(super) fn all(
        inventory: &Inventory,
        drafts: Vec<Stack>,
        buckets: Vec<String>,
    ) -> Result<Self, Error> {
        let by_maker = |stacks: &[Stack]| stacks.iter().cloned().partition(Stack::is_made_here);
        let (mut loops, their_loops): (Vec<_>, Vec<_>) = by_maker(&inventory.loops);
        let (bootstraps, their_bootstraps): (Vec<_>, Vec<_>) = by_maker(inventory.bootstraps());
        match inventory.living_bootstrap() {
            Some(bootstrap) if bootstrap.is_made_here() && !their_loops.is_empty() => {
                return Err(Error::ForeignLoops { loops: names(&their_loops) });
            }
            None if loops.iter().any(|stack| stack.standing() != Standing::Dead) => {
                return Err(Error::BootstrapGone { loops: names(&loops) });
            }
            Some(_) | None => {}
        }
        loops.extend(drafts);
        let theirs = [their_loops, their_bootstraps].concat();
        let mut kept: Vec<_> = theirs
            .iter()
            .map(|stack| format!("the stack {} was not made by `lilo deploy`", stack.name))
            .collect();
        let needed_by = |bucket: &str| theirs.iter().find(|stack| stack.buckets().contains(bucket));
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
        let buckets = self.buckets.iter().map(|it| format!("bucket {it} with all that is in it"));
        loops.chain(bootstraps).chain(buckets).collect()
    }

    pub(super) async fn delete(self, session: &mut Session<'_>) -> Result<(), Error> {
        for stack in self.loops.iter().chain(&self.bootstraps).filter(|it| is_in_the_way(it)) {
            let Session { aws, cleanup, screen } = session;
            outlast(aws, stack, cleanup, screen).await?;
        }
        // The loops do not wait for each other.
        let (mut going, mut failed) = (Vec::new(), None);
        for stack in &self.loops {
            match begin(session, stack).await {
                Ok(begun) => going.push(begun),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        for begun in going {
            let ended = end(session, begun).await;
            failed = failed.or(ended.err());
        }
        if let Some(error) = failed {
            return Err(error);
        }
        for stack in &self.bootstraps {
            let begun = begin(session, stack).await?;
            end(session, begun).await?;
        }
        for bucket in &self.buckets {
            session.screen.begin(bucket, format!("emptying the bucket {bucket}"));
            session.aws.delete_bucket(bucket).await?;
            session.screen.end(bucket);
        }
        session.screen.remark("deleted");
        Ok(())
    }
}

/// Whether something is being done to the stack that CloudFormation does not break off to delete
/// it.
fn is_in_the_way(stack: &Stack) -> bool {
    stack.standing() == Standing::Busy
        && !["CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS"].contains(&stack.status.as_str())
}

/// A deletion that AWS goes on with.
struct Deletion<'a> {
    follow: Follow<'a>,
    name: String,
    entry: Entry,
}

/// Orders the deletion.
async fn begin<'a>(session: &mut Session<'a>, stack: &Stack) -> Result<Deletion<'a>, Error> {
    let (aws, name) = (session.aws, stack.name.clone());
    let follow = if stack.status.as_str() == "DELETE_IN_PROGRESS" {
        // The order that its events show is an earlier one.
        Follow::from_its_beginning(aws, &name, &stack.id).await?
    } else {
        Follow::from_now(aws, &name, &stack.id).await?
    };
    let entry = session.cleanup.add(Begun::Order(format!("the deletion of stack {name}")));
    if let Err(error) = aws.delete_stack(stack).await {
        session.cleanup.done(entry);
        return Err(error);
    }
    Ok(Deletion { follow, name, entry })
}

async fn end(session: &mut Session<'_>, begun: Deletion<'_>) -> Result<(), Error> {
    let Deletion { follow, name, entry } = begun;
    let ended = follow.until_its_end(session.screen).await?;
    session.cleanup.done(entry);
    ended.check(&name, "DELETE_COMPLETE")
}

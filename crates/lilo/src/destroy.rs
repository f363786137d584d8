//! `lilo destroy`: takes away what `lilo deploy` made, and nothing else.
//!
//! A stack is LILO's when its template is (`aws::inventory`), and this command's when it carries the tag `lilo:made-by`, as
//! the bucket does.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::args::Destroy;
use crate::aws::follow::Follow;
use crate::aws::inventory::{Inventory, Named, names};
use crate::aws::stack::{Stack, Standing};
use crate::ledger::{Begun, Entry};
use crate::session::Session;
use crate::{Error, session};

/// What is to be deleted, in this order.
#[derive(Debug, Default)]
struct Doomed {
    /// Loops, and review stacks that never became any.
    loops: Vec<Stack>,
    bootstrap: Option<Stack>,
    bucket: Option<String>,
}

/// Names what it will delete, asks, and deletes it.
pub(crate) async fn run(args: Destroy) -> Result<(), Error> {
    session::run(&args.access, async |mut session| {
        let inventory = Inventory::take(session.aws).await?;
        let doomed = if args.all {
            let bucket = match (&args.bucket, inventory.code_bucket()) {
                (Some(bucket), _) => bucket.clone(),
                (None, Some(bucket)) => bucket.to_owned(),
                (None, None) => session.aws.default_bucket(),
            };
            let bucket = own_bucket(&session, bucket).await?;
            all(inventory, bucket)?
        } else {
            one(&inventory, &args.name, &session.aws.region)?
        };
        let lines = doomed.lines();
        if lines.is_empty() {
            session
                .screen
                .remark(&format!("there is nothing of `lilo deploy` in {}", session.aws.region));
            return Ok(());
        }
        for line in &lines {
            session.screen.put("doomed", line, || Some(format!("delete   {line}")));
        }
        if !args.yes {
            ask(&session.aws.region).await?;
        }
        doomed.delete(&mut session).await
    })
    .await
}

/// The loop of this name, or the bootstrap stack.
///
/// # Errors
/// When there is none, when it was made elsewhere, or when others need it.
fn one(inventory: &Inventory, name: &str, region: &str) -> Result<Doomed, Error> {
    let mut doomed = Doomed::default();
    let stack = match inventory.named(name) {
        Named::Loop(stack) => {
            if inventory.bootstrap.is_none() && stack.standing() != Standing::Dead {
                let loops = names(&inventory.loops);
                return Err(Error::BootstrapGone { loops });
            }
            stack
        }
        Named::InReview(stack) => stack,
        Named::Bootstrap(stack) if inventory.loops.is_empty() => stack,
        Named::Bootstrap(_) => {
            return Err(Error::BootstrapInUse { loops: names(&inventory.loops) });
        }
        Named::Nothing => return inventory.a_loop(name, region).map(|_| doomed),
        Named::Foreign(stack) => return Err(Error::NotMadeHere(stack.name.clone())),
    };
    if !stack.is_made_here() {
        return Err(Error::NotMadeHere(stack.name.clone()));
    }
    if matches!(inventory.named(name), Named::Bootstrap(_)) {
        doomed.bootstrap = Some(stack.clone());
    } else {
        doomed.loops.push(stack.clone());
    }
    Ok(doomed)
}

/// Everything that this command made.
///
/// # Errors
/// When a loop that was made elsewhere needs what would be deleted, or the loops' functions are gone.
fn all(inventory: Inventory, bucket: Option<String>) -> Result<Doomed, Error> {
    let Inventory { bootstrap, loops, others } = inventory;
    let exists = bootstrap.is_some();
    let bootstrap = bootstrap.filter(Stack::is_made_here);
    let (mut here, elsewhere): (Vec<_>, Vec<_>) = loops.into_iter().partition(Stack::is_made_here);
    if !elsewhere.is_empty() && (bootstrap.is_some() || bucket.is_some()) {
        return Err(Error::ForeignLoops { loops: names(&elsewhere) });
    }
    if !exists && here.iter().any(|stack| stack.standing() != Standing::Dead) {
        return Err(Error::BootstrapGone { loops: names(&here) });
    }
    let in_review = |it: &Stack| it.standing() == Standing::InReview && it.is_made_here();
    here.extend(others.into_iter().filter(in_review));
    Ok(Doomed { loops: here, bootstrap, bucket })
}

/// The bucket, if there is one that this command made.
async fn own_bucket(session: &Session<'_>, name: String) -> Result<Option<String>, Error> {
    match session.aws.own_bucket_exists(&name).await {
        Ok(exists) => Ok(exists.then_some(name)),
        Err(error @ (Error::NotOurBucket(_) | Error::ForeignBucket { .. })) => {
            session.screen.remark(&format!("kept: {error}"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// # Errors
/// When the person does not say yes, or there is no person.
async fn ask(region: &str) -> Result<(), Error> {
    if !io::stdin().is_terminal() {
        return Err(Error::NobodyToAsk);
    }
    // The terminal may be gone.
    let _ = write!(io::stderr(), "Delete this in {region}? [y/N] ");
    // A thread of its own: the runtime would wait for it when Ctrl-C is the answer.
    let (answer, answered) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = io::stdin().lock().read_line(&mut line);
        let _ = answer.send(line);
    });
    let answer = answered.await.unwrap_or_default();
    if is_yes(&answer) { Ok(()) } else { Err(Error::NotConfirmed) }
}

/// Whatever is not a yes is a no.
fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

impl Doomed {
    fn lines(&self) -> Vec<String> {
        let loops = self.loops.iter().map(|stack| format!("stack {}", stack.name));
        let bootstrap = self.bootstrap.iter().map(|it| format!("stack {} (bootstrap)", it.name));
        let bucket = self.bucket.iter().map(|it| format!("bucket {it} with all that is in it"));
        loops.chain(bootstrap).chain(bucket).collect()
    }

    async fn delete(self, session: &mut Session<'_>) -> Result<(), Error> {
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
        if let Some(stack) = &self.bootstrap {
            let begun = begin(session, stack).await?;
            end(session, begun).await?;
        }
        if let Some(bucket) = &self.bucket {
            session.screen.begin(bucket, format!("emptying the bucket {bucket}"));
            session.aws.delete_bucket(bucket).await?;
            session.screen.end(bucket);
        }
        session.screen.remark("deleted");
        Ok(())
    }
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
    let follow = Follow::from_now(aws, &name, &stack.id).await?;
    let entry = session.ledger.add(Begun::Order(format!("the deletion of stack {name}")));
    if let Err(error) = aws.delete_stack(stack).await {
        session.ledger.settle(entry);
        return Err(error);
    }
    Ok(Deletion { follow, name, entry })
}

async fn end(session: &mut Session<'_>, begun: Deletion<'_>) -> Result<(), Error> {
    let Deletion { follow, name, entry } = begun;
    let ended = follow.until_its_end(session.screen).await?;
    session.ledger.settle(entry);
    ended.check(&name, "DELETE_COMPLETE")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (answer, yes) in
            [("y\n", true), ("YES\n", true), ("\n", false), ("", false), ("yep\n", false)]
        {
            assert_eq!(is_yes(answer), yes, "{answer:?}");
        }
    }
}

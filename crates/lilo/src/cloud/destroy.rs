//! `lilo destroy`: deletes what `lilo deploy` made, and nothing else.
//!
//! A stack is LILO's if its template is (`aws::inventory`), and this command's if it has the tag
//! `lilo:made-by`, like the bucket. A stack in review has neither; it is this command's if all its
//! change sets are.

mod deletion_plan;

use std::collections::BTreeSet;
use std::io::{self, BufRead, IsTerminal, Write};

use crate::Error;
use crate::args::Destroy;
use crate::aws::Aws;
use crate::aws::inventory::Inventory;
use crate::aws::stack::{Readiness, Stack};
use crate::cloud::Session;
use crate::cloud::session;
use deletion_plan::DeletionPlan;

/// Lists what it will delete, asks, and deletes it.
pub(crate) async fn run(args: Destroy) -> Result<(), Error> {
    session::run(&args.access, async |mut session| destroy(&mut session, &args).await).await
}

/// The same in a session.
pub(super) async fn destroy(session: &mut Session<'_>, args: &Destroy) -> Result<(), Error> {
    let inventory = Inventory::take(session.aws, session.screen).await?;
    let drafts = drafts(session.aws, &inventory, args).await?;
    let plan = if args.all {
        let buckets = buckets(session, &inventory, args.bucket.as_deref()).await?;
        DeletionPlan::all(&inventory, drafts, buckets)?
    } else {
        DeletionPlan::one(&inventory, &drafts, &args.name, &session.aws.region)?
    };
    for kept in &plan.kept {
        session.screen.remark(&format!("kept: {kept}"));
    }
    let lines = plan.lines();
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
        ask(&question(&session.aws.account, &session.aws.region)).await?;
    }
    plan.delete(session).await
}

/// The selected stacks in review that have only change sets of this command.
async fn drafts(aws: &Aws, inventory: &Inventory, args: &Destroy) -> Result<Vec<Stack>, Error> {
    let mut drafts = Vec::new();
    let selected = inventory.others.iter().filter(|it| args.all || it.name == args.name);
    for stack in selected.filter(|it| it.readiness() == Readiness::InReview) {
        match aws.has_only_our_change_sets(stack).await {
            Ok(true) => drafts.push(stack.clone()),
            Ok(false) => {}
            // A user without access has not made it.
            Err(Error::Denied { .. }) if args.all => {}
            Err(error) => return Err(error),
        }
    }
    Ok(drafts)
}

/// The buckets that this command made: its current one, the default one, and those in its stacks'
/// parameters.
///
/// # Errors
/// When AWS does not answer, or the bucket `named` is in another Region.
async fn buckets(
    session: &Session<'_>,
    inventory: &Inventory,
    named: Option<&str>,
) -> Result<Vec<String>, Error> {
    let aws = session.aws;
    let (own, current) = (inventory.own_bucket(named, aws), inventory.own_bucket(None, aws));
    let mut candidates: BTreeSet<_> = inventory.buckets().into_iter().map(str::to_owned).collect();
    candidates.extend([own.clone(), current, aws.default_bucket()]);
    let mut found = Vec::new();
    for name in candidates {
        match aws.own_bucket_exists(&name).await {
            Ok(true) => found.push(name),
            Ok(false) => {}
            Err(error @ (Error::NotOurBucket(_) | Error::ForeignBucket { .. })) if name == own => {
                session.screen.remark(&format!("kept: {error}"));
            }
            // A source's bucket may be somebody else's.
            Err(
                Error::NotOurBucket(_)
                | Error::ForeignBucket { .. }
                | Error::BucketElsewhere { .. }
                | Error::Denied { .. }
                | Error::Refused { .. },
            ) if name != own => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn question(account: &str, region: &str) -> String {
    format!("Delete this in the account {account}, {region}? [y/N] ")
}

/// # Errors
/// When the answer is not yes, or there is no terminal.
pub(super) async fn ask(question: &str) -> Result<(), Error> {
    if !io::stdin().is_terminal() {
        return Err(Error::NobodyToAsk);
    }
    // The terminal may be gone.
    let _ = write!(io::stderr(), "{question}");
    // A separate thread: after Ctrl-C the runtime would wait for this read.
    let (answer, answered) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = io::stdin().lock().read_line(&mut line);
        let _ = answer.send(line);
    });
    let answer = answered.await.unwrap_or_default();
    if is_yes(&answer) { Ok(()) } else { Err(Error::NotConfirmed) }
}

/// Only y and yes count.
fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
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

    #[test]
    fn the_question_names_account_and_region() {
        let question = question("111122223333", "eu-west-1");
        assert!(question.contains("111122223333") && question.contains("eu-west-1"), "{question}");
    }
}

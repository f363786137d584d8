//! `lilo destroy`: takes away what `lilo deploy` made, and nothing else.
//!
//! A stack is LILO's when its template is (`aws::inventory`), and this command's when it carries
//! the tag `lilo:made-by`, as the bucket does. A stack in review, which shows neither, is this
//! command's when all its change sets are.

mod doomed;

use std::collections::BTreeSet;
use std::io::{self, BufRead, IsTerminal, Write};

use crate::Error;
use crate::args::Destroy;
use crate::aws::Aws;
use crate::aws::inventory::Inventory;
use crate::aws::stack::{Stack, Standing};
use crate::cloud::Session;
use crate::cloud::session;
use doomed::Doomed;

/// Names what it will delete, asks, and deletes it.
pub(crate) async fn run(args: Destroy) -> Result<(), Error> {
    session::run(&args.access, async |mut session| {
        let inventory = Inventory::take(session.aws, session.screen).await?;
        let drafts = drafts(session.aws, &inventory, &args).await?;
        let doomed = if args.all {
            let buckets = buckets(&session, &inventory, args.bucket.as_deref()).await?;
            Doomed::all(&inventory, drafts, buckets)?
        } else {
            Doomed::one(&inventory, &drafts, &args.name, &session.aws.region)?
        };
        for kept in &doomed.kept {
            session.screen.remark(&format!("kept: {kept}"));
        }
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
            ask(&question(&session.aws.account, &session.aws.region)).await?;
        }
        doomed.delete(&mut session).await
    })
    .await
}

/// The stacks in review that are there for change sets of this command's alone, of those that are
/// meant.
async fn drafts(aws: &Aws, inventory: &Inventory, args: &Destroy) -> Result<Vec<Stack>, Error> {
    let mut drafts = Vec::new();
    let meant = inventory.others.iter().filter(|it| args.all || it.name == args.name);
    for stack in meant.filter(|it| it.standing() == Standing::InReview) {
        match aws.is_drafted_here(stack).await {
            Ok(true) => drafts.push(stack.clone()),
            Ok(false) => {}
            // Who may not look at it has not made it.
            Err(Error::Denied { .. }) if args.all => {}
            Err(error) => return Err(error),
        }
    }
    Ok(drafts)
}

/// The buckets that this command made: the one it works with, the default one, and those that its
/// stacks name.
///
/// # Errors
/// When AWS does not answer, or the bucket that was `named` is in another region.
async fn buckets(
    session: &Session<'_>,
    inventory: &Inventory,
    named: Option<&str>,
) -> Result<Vec<String>, Error> {
    let aws = session.aws;
    let (own, usual) = (inventory.own_bucket(named, aws), inventory.own_bucket(None, aws));
    let mut candidates: BTreeSet<_> = inventory.buckets().into_iter().map(str::to_owned).collect();
    candidates.extend([own.clone(), usual, aws.default_bucket()]);
    let mut found = Vec::new();
    for name in candidates {
        match aws.own_bucket_exists(&name).await {
            Ok(true) => found.push(name),
            Ok(false) => {}
            Err(error @ (Error::NotOurBucket(_) | Error::ForeignBucket { .. })) if name == own => {
                session.screen.remark(&format!("kept: {error}"));
            }
            // A source lies in somebody's bucket; nobody takes it for this command's.
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
/// When the person does not say yes, or there is no person.
async fn ask(question: &str) -> Result<(), Error> {
    if !io::stdin().is_terminal() {
        return Err(Error::NobodyToAsk);
    }
    // The terminal may be gone.
    let _ = write!(io::stderr(), "{question}");
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

//! Deploys and destroys a loop twice, in a Region without anything of LILO's.

use lilo_conformance::Outcome;

use super::Tried;
use crate::Error;
use crate::args::{Conformance, Deploy, Destroy};
use crate::aws::inventory::Inventory;
use crate::cloud::deploy::{self, Typed};
use crate::cloud::{Session, destroy};

/// The loop's name.
pub(in super::super) const LOOP: &str = "lilo-conformance-loop";
const ROW: &str = "A loop on AWS, by lilo deploy (docs/semantics.md)";
const DONE: &str = "done";

/// One step.
#[derive(Clone, Copy, Debug)]
enum Step {
    Deploy,
    Destroy,
}

/// The last step takes everything away again.
const STEPS: [(&str, &str, Step); 4] = [
    ("first-deployment", "lilo deploy, with bucket, bootstrap stack and a loop", Step::Deploy),
    ("first-destruction", "lilo destroy --all", Step::Destroy),
    ("second-deployment", "the same lilo deploy again, at once", Step::Deploy),
    ("second-destruction", "lilo destroy --all again", Step::Destroy),
];

/// Tries every step; after one that fails only the last.
pub(super) async fn run(session: &mut Session<'_>, args: &Conformance, tried: &mut Tried) {
    let mut failed = free(session).await.err();
    let (last, begun) = (STEPS.len() - 1, failed.is_none());
    for (index, (name, asks, step)) in STEPS.into_iter().enumerate() {
        let answer = match &failed {
            Some(reason) if index < last || !begun => Err(reason.clone()),
            Some(_) | None => perform(session, args, step).await,
        };
        if answer.as_ref().map(String::as_str) != Ok(DONE) {
            failed.get_or_insert_with(|| format!("{name} failed"));
        }
        let outcome = Outcome::new((name, ROW), (asks, DONE), answer);
        tried.put(session, outcome);
    }
}

/// Whether nothing of LILO's is in the Region: the last step destroys all that is there.
async fn free(session: &mut Session<'_>) -> Result<(), String> {
    let text = |error: Error| error.line();
    let inventory = Inventory::take(session.aws, session.screen).await.map_err(text)?;
    let bucket = session.aws.own_bucket_exists(&session.aws.default_bucket()).await;
    let bucket = bucket.map_err(text)?;
    if inventory.loops.is_empty() && inventory.bootstraps().is_empty() && !bucket {
        return Ok(());
    }
    Err("LILO's stacks or bucket are in this Region already, and are left alone".to_owned())
}

/// Somebody may have deployed a loop since the run began; `destroy --all` would delete it.
async fn no_other_loop(session: &mut Session<'_>) -> Result<(), String> {
    let inventory = Inventory::take(session.aws, session.screen).await;
    let inventory = inventory.map_err(|error| error.line())?;
    match inventory.loops.iter().find(|it| it.name != LOOP) {
        Some(other) => Err(format!(
            "the loop {} has come meanwhile, so nothing is destroyed; `lilo destroy {LOOP}` deletes the run's loop",
            other.name
        )),
        None => Ok(()),
    }
}

/// `done`, or how it failed.
async fn perform(
    session: &mut Session<'_>,
    args: &Conformance,
    step: Step,
) -> Result<String, String> {
    let done = match step {
        Step::Deploy => {
            let args = deploy_args(args);
            let typed = Typed::of(&args).map_err(|error| error.line())?;
            let Session { aws, cleanup, screen } = session;
            Box::pin(deploy::deploy(Session { aws, cleanup, screen }, &args, typed)).await
        }
        Step::Destroy => {
            no_other_loop(session).await?;
            Box::pin(destroy::destroy(session, &destroy_args(args))).await
        }
    };
    Ok(done.map_or_else(|error| error.line(), |()| DONE.to_owned()))
}

fn deploy_args(args: &Conformance) -> Deploy {
    Deploy {
        name: LOOP.to_owned(),
        source: args.source.clone(),
        destination: Some(args.destination),
        port: None,
        parameters: vec![("AutoStart".to_owned(), "false".to_owned())],
        stop_after: None,
        zips: args.zips.clone(),
        bucket: None,
        tag_conditions: None,
        bootstrap_only: false,
        console: false,
        dry_run: false,
        access: args.access.clone(),
    }
}

fn destroy_args(args: &Conformance) -> Destroy {
    Destroy {
        name: LOOP.to_owned(),
        all: true,
        yes: true,
        bucket: None,
        access: args.access.clone(),
    }
}

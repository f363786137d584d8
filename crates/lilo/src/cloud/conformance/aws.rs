//! The conformance suite in an AWS account: says what it will do, asks, runs and cleans up.

use std::time::Duration;

use lilo_conformance::{PROBE_STACK, Place, Waits};

use super::deploy_path::{self, LOOP, Tried};
use super::estimate;
use super::print::{self, Run};
use crate::Error;
use crate::args::Conformance;
use crate::aws::cleanup::Unfinished;
use crate::aws::inventory::Inventory;
use crate::cloud::destroy::ask;
use crate::cloud::{Session, session};
use crate::error::Reason;

/// A state that MediaLive shows late is there after some seconds, an alert within a minute. Both
/// are guesses on the safe side: no measurement is published.
const WAITS: Waits = Waits { state: Duration::from_secs(10), running: Duration::from_secs(60) };
/// The output of infra/bootstrap.yaml with the role that MediaLive takes on.
const ROLE: &str = "MediaLiveAccessRoleArn";

/// Asks every check, or deletes what earlier runs left.
pub(super) async fn run(args: Conformance) -> Result<(), Error> {
    if !args.clean && args.source.is_none() {
        return Err(Error::NothingToPlay);
    }
    let access = args.access.clone();
    let source = args.source.clone().unwrap_or_default();
    session::run(&access, async |mut session| {
        let waits = args.patience.map_or(WAITS, |state| Waits { state, running: state * 6 });
        let anything_is_left = begin(&mut session, &args).await?;
        let entry = session.cleanup.add(Unfinished::Conformance(waits.state));
        if anything_is_left {
            clean(&mut session, waits.state).await?;
        }
        if args.clean {
            session.cleanup.done(entry);
            return Ok(());
        }
        let tried = if args.deploy {
            deploy_path::run(&mut session, &args).await
        } else {
            Tried::default()
        };
        let role = match &args.role {
            Some(role) => Some(role.clone()),
            None => bootstrap_role(&mut session).await,
        };
        let place = Place {
            source: source.clone(),
            destination: format!("rtp://{}:5000", args.destination),
            role,
        };
        let region = &session.aws.region;
        let run = Run { target: "aws", region, waits, place: &place };
        let client = &session.aws.medialive;
        let done = print::run(client, run, tried, args.snapshot.as_deref(), session.screen).await;
        clean(&mut session, waits.state).await?;
        session.cleanup.done(entry);
        done
    })
    .await
}

/// Says what will be done, and asks if there is anything to do. Says whether an earlier run left
/// anything.
async fn begin(session: &mut Session<'_>, args: &Conformance) -> Result<bool, Error> {
    let Session { aws, screen, .. } = session;
    let left = lilo_conformance::leftovers(&aws.medialive).await;
    let left = left.map_err(Reason).map_err(Error::Conformance)?;
    let probe = aws.probe_stack().await?.is_some();
    if aws.stack(LOOP).await.is_ok_and(|stack| stack.is_some()) {
        screen.remark(&format!(
            "an earlier run left the stack {LOOP}; `lilo destroy {LOOP}` deletes it, and `lilo destroy \
             --all` everything of LILO's"
        ));
    }
    if args.clean && left.is_empty() && !probe {
        screen.remark(&format!("no run has left anything in {}", aws.region));
        return Ok(false);
    }
    if !args.clean {
        for line in estimate::lines(&aws.account, &aws.region, args) {
            screen.remark(&line);
        }
    }
    for leftover in &left {
        screen.remark(&format!("deletes  {leftover}, which an earlier run left"));
    }
    if probe {
        screen.remark(&format!("deletes  the stack {PROBE_STACK}, which an earlier run left"));
    }
    if !args.yes {
        let question = format!("Do this in the account {}, {}? [y/N] ", aws.account, aws.region);
        ask(&question).await.map_err(|error| match error {
            Error::NotConfirmed => Error::NothingAsked,
            error => error,
        })?;
    }
    Ok(probe || !left.is_empty())
}

/// Deletes everything with the tag, and shows what is left meanwhile.
async fn clean(session: &mut Session<'_>, quiet: Duration) -> Result<(), Error> {
    let Session { aws, screen, .. } = session;
    let cleaned = lilo_conformance::clean(&aws.medialive, quiet, |left| {
        let left: Vec<_> = left.iter().map(ToString::to_string).collect();
        if !left.is_empty() {
            screen.begin("clean", format!("deleting {}", left.join(", ")));
        }
    });
    let cleaned = cleaned.await.map_err(Reason).map_err(Error::Conformance);
    screen.end("clean");
    cleaned?;
    deploy_path::delete_probe(session).await
}

/// The bootstrap stack's role for MediaLive. Whoever may not look at stacks does without.
async fn bootstrap_role(session: &mut Session<'_>) -> Option<String> {
    let inventory = Inventory::take(session.aws, session.screen).await.ok()?;
    let role = inventory.bootstrap()?.output(ROLE).to_owned();
    (!role.is_empty()).then_some(role)
}

//! The way of `lilo deploy`, tried where nothing of it is known: the rights of the functions' roles,
//! CloudFormation's first request, and deploying and destroying a loop twice.

mod deployments;
mod event;
mod probe;
mod roles;

use lilo_conformance::Outcome;
use serde_json::Value;

use crate::Error;
use crate::args::Conformance;
use crate::cloud::Session;

pub(super) use deployments::LOOP;
pub(super) use probe::{
    begin_to_delete as begin_to_delete_probe, delete as delete_probe, is_left as probe_is_left,
};

/// What the deploy path came to.
#[derive(Debug, Default)]
pub(super) struct Tried {
    pub(super) outcomes: Vec<Outcome>,
    /// CloudFormation's first request, without its ResponseURL.
    pub(super) create_event: Option<Value>,
}

/// Tries all of it; the rights come first, since nothing goes without them.
///
/// # Errors
/// When the probe stack cannot be made or deleted.
pub(super) async fn run(session: &mut Session<'_>, args: &Conformance) -> Result<Tried, Error> {
    let mut tried = Tried::default();
    let stack = probe::create(session).await?;
    for outcome in roles::run(session, &stack, &args.source).await {
        tried.put(session, outcome);
    }
    let (outcome, event) = event::read(&stack);
    tried.put(session, outcome);
    tried.create_event = event;
    probe::delete(session).await?;
    deployments::run(session, args, &mut tried).await;
    Ok(tried)
}

impl Tried {
    fn put(&mut self, session: &mut Session<'_>, outcome: Outcome) {
        super::print::outcome(session.screen, &outcome);
        self.outcomes.push(outcome);
    }
}

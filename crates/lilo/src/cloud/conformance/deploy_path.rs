//! The way of `lilo deploy`, tried where nothing of it is known: the rights of the functions'
//! roles, CloudFormation's first request, and deploying and destroying a loop twice.

mod deployments;
mod event;
mod probe;
mod roles;

use lilo_conformance::Outcome;
use serde_json::Value;

use crate::args::Conformance;
use crate::cloud::Session;

pub(super) use deployments::LOOP;
pub(super) use probe::delete as delete_probe;

/// What the deploy path came to.
#[derive(Debug, Default)]
pub(super) struct Tried {
    pub(super) outcomes: Vec<Outcome>,
    /// CloudFormation's first request, without its ResponseURL.
    pub(super) create_event: Option<Value>,
}

/// Tries all of it; the rights come first, since nothing goes without them.
pub(super) async fn run(session: &mut Session<'_>, args: &Conformance) -> Tried {
    let mut tried = Tried::default();
    match probe::create(session).await {
        Ok(stack) => {
            let source = args.source.as_deref().unwrap_or_default();
            for outcome in roles::run(session, &stack, source).await {
                tried.put(session, outcome);
            }
            let (outcome, event) = event::read(&stack);
            tried.put(session, outcome);
            tried.create_event = event;
        }
        Err(error) => tried.put(session, roles::not_tried(&error)),
    }
    // A failure is met again, and told, when the run cleans up.
    let _ = probe::delete(session).await;
    deployments::run(session, args, &mut tried).await;
    tried
}

impl Tried {
    fn put(&mut self, session: &mut Session<'_>, outcome: Outcome) {
        super::print::outcome(session.screen, &outcome);
        self.outcomes.push(outcome);
    }
}

//! Asks every check, one after the other.

use aws_sdk_medialive::Client;
use jiff::Timestamp;

use crate::answer::{Answer, Unanswered};
use crate::check::{Ask, Check};
use crate::fixture::{Fixture, Place, Waits};
use crate::report::{Outcome, Progress, Report, Summary, Verdict};
use crate::rows::row_of;
use crate::{CHECKS, EXEMPT};

/// Asks every check. `target` and `region` are for the report.
///
/// What it makes has to be taken away with [`clean`](crate::clean()), however it ends.
pub async fn run(
    client: &Client,
    place: &Place,
    waits: Waits,
    (target, region): (&'static str, &str),
    progress: &mut dyn FnMut(Progress<'_>),
) -> Report {
    let mut fixture = Fixture::new(client, place, waits, progress);
    let mut outcomes = Vec::new();
    for check in CHECKS.iter().copied().flatten() {
        fixture.tell(Progress::Step(check.asks));
        let answer = ask(check, &mut fixture).await;
        let outcome = outcome(check, answer, &fixture);
        fixture.tell(Progress::Outcome(&outcome));
        outcomes.push(outcome);
    }
    for exemption in &EXEMPT {
        let verdict = Verdict::NotAnswered { reason: exemption.reason.to_owned(), exempt: true };
        let row = row_of(exemption.name).unwrap_or_default();
        let outcome = Outcome { name: exemption.name, row, asks: "", expected: "", verdict };
        fixture.tell(Progress::Outcome(&outcome));
        outcomes.push(outcome);
    }
    Report {
        target,
        region: region.to_owned(),
        version: env!("CARGO_PKG_VERSION"),
        validated_at: Timestamp::now(),
        summary: Summary::of(&outcomes),
        checks: outcomes,
        measured: fixture.measured,
        create_event: None,
    }
}

async fn ask(check: &Check, fixture: &mut Fixture<'_>) -> Answer {
    match check.ask {
        Ask::Creation(change) => fixture.try_to_create(change).await,
        Ask::Calls(calls) => calls(fixture).await,
    }
}

fn outcome(check: &Check, answer: Answer, fixture: &Fixture<'_>) -> Outcome {
    let verdict = match answer {
        Ok(answer) => match fixture.placeholders.replace(&answer) {
            answer if answer == check.expected => Verdict::Agree,
            answer => Verdict::Differ { answer },
        },
        Err(Unanswered(reason)) => {
            Verdict::NotAnswered { reason: fixture.placeholders.replace(&reason), exempt: false }
        }
    };
    let row = row_of(check.name).unwrap_or_default();
    Outcome { name: check.name, row, asks: check.asks, expected: check.expected, verdict }
}

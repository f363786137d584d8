//! Runs the checks and prints what became of each.

use std::fs;
use std::path::Path;

use aws_sdk_medialive::Client;
use lilo_conformance::{Outcome, Place, Progress, Report, Verdict, Waits};

use super::deploy_path::Tried;
use crate::Error;
use crate::ui::screen::Screen;

/// The spinner's subject.
const SUBJECT: &str = "conformance";

/// Where and how to ask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'a> {
    pub(super) target: &'static str,
    pub(super) region: &'a str,
    pub(super) waits: Waits,
    pub(super) place: &'a Place,
}

/// Prints what became of a check.
pub(super) fn outcome(screen: &mut Screen, outcome: &Outcome) {
    screen.put("check", outcome, || Some(text(outcome)));
}

/// Asks every check, prints the outcomes and writes the snapshot, with what was `tried` before.
///
/// # Errors
/// `NotConforming` when a check differs or has no answer.
pub(super) async fn run(
    client: &Client,
    run: Run<'_>,
    tried: Tried,
    snapshot: Option<&Path>,
    screen: &mut Screen,
) -> Result<(), Error> {
    let of = (run.target, run.region);
    let mut report =
        lilo_conformance::run(client, run.place, run.waits, of, &mut |progress| match progress {
            Progress::Step(text) => screen.begin(SUBJECT, text.to_owned()),
            Progress::Outcome(done) => outcome(screen, done),
        })
        .await;
    screen.end(SUBJECT);
    report.put_first(tried.outcomes);
    report.create_event = tried.create_event;
    if let Some(file) = snapshot {
        write(&report, file)?;
    }
    let summary = report.summary;
    screen.put("summary", &summary, || {
        Some(format!(
            "{} agree, {} differ, {} not answered; {} more cannot be asked by the API",
            summary.agree, summary.differ, summary.not_answered, summary.exempt
        ))
    });
    if summary.differ + summary.not_answered > 0 {
        let (differ, not_answered) = (summary.differ, summary.not_answered);
        return Err(Error::NotConforming { differ, not_answered });
    }
    Ok(())
}

fn write(report: &Report, file: &Path) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(report).expect("a report is JSON");
    let unwritten = |source| Error::Snapshot { file: file.to_owned(), source };
    fs::write(file, text + "\n").map_err(unwritten)
}

/// A check as a line, and the two answers below it if they differ.
fn text(outcome: &Outcome) -> String {
    let Outcome { name, row, expected, verdict, .. } = outcome;
    match verdict {
        Verdict::Agree => format!("agree         {name:<32} {row}"),
        Verdict::Differ { answer } => format!(
            "differ        {name:<32} {row}\n                emulator   {expected}\n                answer     {answer}"
        ),
        Verdict::NotAnswered { reason, .. } => {
            format!("not answered  {name:<32} {row}\n                because    {reason}")
        }
    }
}

//! A run's report, which can be kept as JSON.

use jiff::Timestamp;
use serde::Serialize;

use crate::answer::Placeholders;

/// What a run tells while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// What it does.
    Step(&'a str),
    /// What became of a check.
    Outcome(&'a Outcome),
}

/// What a run has found.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// `emulator` or `aws`.
    pub target: &'static str,
    /// The Region that was asked.
    pub region: String,
    /// The version of LILO whose checks these are.
    pub version: &'static str,
    /// When the run ended.
    pub validated_at: Timestamp,
    /// How many checks agree, differ, and have no answer.
    pub summary: Summary,
    /// What became of each check and exemption.
    pub checks: Vec<Outcome>,
    /// The durations that were seen on the way.
    pub measured: Vec<Measured>,
    /// What the deploy path kept of CloudFormation's first request, if it was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_event: Option<serde_json::Value>,
}

impl Report {
    /// Puts outcomes of other checks before the API's.
    pub fn put_first(&mut self, mut outcomes: Vec<Outcome>) {
        outcomes.append(&mut self.checks);
        self.checks = outcomes;
        self.summary = Summary::of(&self.checks);
    }
}

/// What became of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The check's name.
    pub name: &'static str,
    /// The row of docs/fidelity.md that names it.
    pub row: String,
    /// What it asks; empty for an exemption.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub asks: &'static str,
    /// The emulator's answer, with its default settings; empty for an exemption.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub expected: &'static str,
    /// The comparison with the answer.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// The comparison of an answer with the emulator's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum Verdict {
    /// They are the same.
    Agree,
    /// They are not.
    Differ {
        /// The answer.
        answer: String,
    },
    /// The check has no answer.
    NotAnswered {
        /// Why.
        reason: String,
        /// Whether the API can never answer it.
        exempt: bool,
    },
}

/// How many checks came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The same answer as the emulator's.
    pub agree: usize,
    /// Another answer.
    pub differ: usize,
    /// No answer, though there could be one.
    pub not_answered: usize,
    /// No answer, since the API cannot give one.
    pub exempt: usize,
}

/// A duration that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// From which call to which state.
    pub what: &'static str,
    /// How long it took, give or take the gap between two looks.
    pub seconds: f64,
}

impl Outcome {
    /// The outcome of a check that is not about the API alone. The answer, or the reason why there
    /// is none, is shown without account numbers, ids and addresses.
    #[must_use]
    pub fn new(
        (name, row): (&'static str, &str),
        (asks, expected): (&'static str, &'static str),
        answer: Result<String, String>,
    ) -> Self {
        let verdict = match answer.map(|answer| without_ids(&answer)) {
            Ok(answer) if answer == expected => Verdict::Agree,
            Ok(answer) => Verdict::Differ { answer },
            Err(reason) => Verdict::NotAnswered { reason: without_ids(&reason), exempt: false },
        };
        Self { name, row: row.to_owned(), asks, expected, verdict }
    }
}

/// The text without account numbers, ids and addresses.
#[must_use]
pub fn without_ids(text: &str) -> String {
    Placeholders::new().replace(text)
}

impl Summary {
    pub(crate) fn of(outcomes: &[Outcome]) -> Self {
        let mut summary = Self::default();
        for outcome in outcomes {
            let count = match outcome.verdict {
                Verdict::Agree => &mut summary.agree,
                Verdict::Differ { .. } => &mut summary.differ,
                Verdict::NotAnswered { exempt: false, .. } => &mut summary.not_answered,
                Verdict::NotAnswered { exempt: true, .. } => &mut summary.exempt,
            };
            *count += 1;
        }
        summary
    }
}

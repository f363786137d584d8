//! What a check found, and the list of it.

use serde::Serialize;

use crate::Error;
use crate::ui::screen::Screen;

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    Ok,
    /// A person has to do something; the text says what.
    ToDo,
    /// It could not be seen, or does not apply; the text says why.
    NotChecked,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::ToDo => "to do",
            Self::NotChecked => "not checked",
        }
    }
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) check: &'static str,
    pub(super) verdict: Verdict,
    pub(super) text: String,
    /// What the text only counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) items: Vec<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Verdict::Ok, text.into())
    }

    pub(super) fn to_do(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Verdict::ToDo, text.into())
    }

    pub(super) fn not_checked(check: &'static str, text: impl Into<String>) -> Self {
        Self::new(check, Verdict::NotChecked, text.into())
    }

    fn new(check: &'static str, verdict: Verdict, text: String) -> Self {
        Self { check, verdict, text, items: Vec::new() }
    }

    pub(super) fn with_items(self, items: Vec<String>) -> Self {
        Self { items, ..self }
    }

    /// A failed call that LILO itself needs.
    pub(super) fn failed(check: &'static str, error: &Error) -> Self {
        Self::to_do(check, error.line())
    }

    /// A failed call that only this command needs: without the right to it, LILO works.
    pub(super) fn unseen(check: &'static str, error: &Error) -> Self {
        match error {
            Error::Denied { .. } => Self::not_checked(check, error.line()),
            error => Self::failed(check, error),
        }
    }

    fn row(&self) -> String {
        // AWS's messages may have several lines.
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{:<12} {:<16} {text}", self.verdict.word(), self.check)
    }
}

/// Prints findings, and remembers what has to be done.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) screen: Screen,
    to_do: Vec<&'static str>,
}

impl Report {
    pub(super) fn new(screen: Screen) -> Self {
        Self { screen, to_do: Vec::new() }
    }

    pub(super) fn add(&mut self, finding: &Finding) {
        self.screen.put("check", finding, || Some(finding.row()));
        if finding.verdict == Verdict::ToDo && !self.to_do.contains(&finding.check) {
            self.to_do.push(finding.check);
        }
    }

    /// # Errors
    /// When something has to be done.
    pub(super) fn result(&self) -> Result<(), Error> {
        if self.to_do.is_empty() { Ok(()) } else { Err(Error::ToDo(self.to_do.join(", "))) }
    }
}

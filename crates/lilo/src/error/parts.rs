//! An error as people read it: three parts on the terminal, one line within a longer text.

use lilo_local_cloud::Error as LocalError;
use miette::Diagnostic;

use super::Error;

/// A reason that somebody else gave in words: AWS, a function, ffmpeg.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Reason(pub(crate) String);

impl Error {
    /// Why it happened: the causes in order.
    fn why(&self) -> Option<String> {
        std::error::Error::source(self).map(lilo_lifecycle::chain).map(|why| in_one_line(&why))
    }

    /// What the user can do.
    fn to_do(&self) -> Option<String> {
        self.help().map(|help| help.to_string())
    }

    /// The parts on lines of their own, as the command ends with them.
    pub(crate) fn lines(&self) -> String {
        let parts = [("why", self.why()), ("to do", self.to_do())];
        let parts = parts.into_iter().filter_map(|(word, part)| Some((word, part?)));
        parts.fold(format!("lilo: {self}"), |text, (word, part)| {
            format!("{text}\n  {word:<7} {part}")
        })
    }

    /// The parts in one line.
    pub(crate) fn line(&self) -> String {
        let why = self.why().map(|why| format!(": {why}")).unwrap_or_default();
        let to_do = self.to_do().map(|to_do| format!("; {to_do}")).unwrap_or_default();
        format!("{self}{why}{to_do}")
    }
}

/// AWS's messages may have several lines.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Sorts the local platform's errors by what the user can do.
impl From<LocalError> for Error {
    fn from(error: LocalError) -> Self {
        match error {
            LocalError::Parameter { name, reason } => {
                Self::Parameter { name, source: Reason(reason) }
            }
            LocalError::Assertion { rule, description } => {
                Self::Parameters { rule, source: Reason(description) }
            }
            LocalError::Source { path, source } => Self::Unserved { path, source },
            // The platform's others do not depend on what was typed.
            other => Self::Local(other),
        }
    }
}

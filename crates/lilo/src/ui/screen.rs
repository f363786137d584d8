//! The person's terminal: data on standard output, as text or as one JSON object a line; remarks
//! and the spinner on standard error.
//!
//! It knows how a line is written, not what is in it.

mod waiting;

use std::io::{self, Write};

use indicatif::ProgressBar;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::fmt::MakeWriter;

use crate::args::Output;
use waiting::Waiting;

/// What is printed to, one line after the other.
#[derive(Debug)]
pub(crate) struct Screen {
    output: Output,
    waiting: Waiting,
    /// Cancelled here when nobody reads any more.
    shutdown: CancellationToken,
    unread: bool,
}

impl Screen {
    pub(crate) fn new(output: Output, spinner: ProgressBar, shutdown: CancellationToken) -> Self {
        Self { output, waiting: Waiting::new(spinner), shutdown, unread: false }
    }

    /// Prints data: `text` for a person, if there is any, or `data` under its `kind`.
    pub(crate) fn put(
        &mut self,
        kind: &str,
        data: &impl Serialize,
        text: impl FnOnce() -> Option<String>,
    ) {
        let line = match self.output {
            Output::Text => text(),
            Output::Json => Some(json!({ "type": kind, "data": data }).to_string()),
        };
        let Some(line) = line.filter(|_| !self.unread) else { return };
        // `lilo up | head`: who closes the pipe has seen enough.
        if self.waiting.aside(|| writeln!(io::stdout(), "{line}")).is_err() {
            self.unread = true;
            self.shutdown.cancel();
        }
    }

    /// Prints a line beside the data.
    pub(crate) fn remark(&self, line: &str) {
        self.waiting.aside(|| remark(line));
    }

    /// Shows `text` beside a spinner until `subject` ends or something else begins.
    pub(crate) fn begin(&mut self, subject: &str, text: String) {
        self.waiting.begin(subject, text);
    }

    /// Clears the spinner if it stands for `subject`.
    pub(crate) fn end(&mut self, subject: &str) {
        self.waiting.end(subject);
    }

    /// Clears the spinner whatever it stands for.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// Lets the program's own warnings pass beside the spinner, to standard error.
pub(crate) fn print_warnings(spinner: &ProgressBar) {
    tracing_subscriber::fmt()
        .with_writer(Beside(spinner.clone()))
        .with_max_level(tracing::Level::WARN)
        .with_target(false)
        .init();
}

/// A line of data, lost if nobody reads it.
pub(crate) fn print(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// A line beside the data, lost if nobody reads it.
pub(crate) fn remark(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// One line of what happened to `name`: its local time, its new status, and what else there is to
/// say.
pub(crate) fn row(time: Timestamp, name: &str, status: &str, what: &str) -> String {
    let clock = time.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string();
    format!("{clock}  {name:<14} {status:<20} {what}").trim_end().to_owned()
}

/// Standard error, with the spinner out of the way while a line is written.
#[derive(Clone, Debug)]
struct Beside(ProgressBar);

impl Write for Beside {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().write(text))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl MakeWriter<'_> for Beside {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

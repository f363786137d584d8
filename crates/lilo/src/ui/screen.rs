//! The terminal: data on standard output, as text or one JSON object per line; remarks and the
//! spinner on standard error.
//!
//! It knows how to write a line, not its content.

mod waiting;

use std::io::{self, Write};

use indicatif::ProgressBar;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::args::Output;
use waiting::Waiting;
pub(crate) use waiting::wait;

/// Prints data, remarks and the spinner.
#[derive(Debug)]
pub(crate) struct Screen {
    output: Output,
    /// Shows every resource of a stack, and all of a function's logs.
    pub(crate) verbose: bool,
    waiting: Waiting,
    /// Cancelled here if standard output closes.
    shutdown: CancellationToken,
    stdout_closed: bool,
}

impl Screen {
    pub(crate) fn new(
        output: Output,
        verbose: bool,
        spinner: ProgressBar,
        shutdown: CancellationToken,
    ) -> Self {
        Self { output, verbose, waiting: Waiting::new(spinner), shutdown, stdout_closed: false }
    }

    /// Prints data: `text` (if any) or, as JSON, `data` with its `kind`.
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
        let Some(line) = line.filter(|_| !self.stdout_closed) else { return };
        // A closed pipe (`lilo up | head`) is a request to end.
        if self.waiting.without_spinner(|| writeln!(io::stdout(), "{line}")).is_err() {
            self.stdout_closed = true;
            self.shutdown.cancel();
        }
    }

    /// Prints a line beside the data.
    pub(crate) fn remark(&self, line: &str) {
        self.waiting.without_spinner(|| remark(line));
    }

    /// Shows `text` with a spinner until `subject` ends or another begins.
    pub(crate) fn begin(&mut self, subject: &str, text: String) {
        self.waiting.begin(subject, text);
    }

    /// Begins a step that nothing else tells of: without a terminal it is a line.
    pub(crate) fn step(&mut self, subject: &str, text: String) {
        if self.waiting.is_hidden() {
            self.remark(&text);
        }
        self.begin(subject, text);
    }

    /// Shows a status line until something else is waited for.
    pub(crate) fn status(&mut self, text: String) {
        self.waiting.status(text);
    }

    /// Clears the spinner if it shows `subject`.
    pub(crate) fn end(&mut self, subject: &str) {
        self.waiting.end(subject);
    }

    /// Clears the spinner.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// Logs LILO's warnings to standard error without disturbing the spinner; with `verbose`, those of
/// its libraries too.
pub(crate) fn print_warnings(spinner: &ProgressBar, verbose: bool) {
    let libraries = if verbose { LevelFilter::WARN } else { LevelFilter::OFF };
    tracing_subscriber::fmt()
        .with_writer(StderrWriter(spinner.clone()))
        .with_max_level(LevelFilter::WARN)
        .with_target(false)
        .finish()
        .with(Targets::new().with_default(libraries).with_target("lilo", LevelFilter::WARN))
        .init();
}

/// Prints a line to standard output; ignores a closed one.
pub(crate) fn print(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints a line to standard error; ignores a closed one.
pub(crate) fn remark(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// One line about `name`: local time, new status and further text. `width` is the longest name's.
pub(crate) fn row(
    time: Timestamp,
    (name, width): (&str, usize),
    status: &str,
    what: &str,
) -> String {
    let clock = time.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string();
    format!("{clock}  {name:<width$} {status:<20} {what}").trim_end().to_owned()
}

/// The width of the names of a loop's stack.
pub(crate) const NAME_WIDTH: usize = 14;

/// Standard error; hides the spinner while writing.
#[derive(Clone, Debug)]
struct StderrWriter(ProgressBar);

impl Write for StderrWriter {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().write(text))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl MakeWriter<'_> for StderrWriter {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

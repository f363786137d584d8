//! The spinner and its subject; visible on a terminal only.

use std::borrow::Cow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A wait says how long it has taken; a status says its own times.
const WAIT: &str = "{spinner} {msg} {elapsed}";
const STATUS: &str = "{spinner} {msg}";

/// The spinner with the newest subject, or a status line.
#[derive(Debug)]
pub(super) struct Waiting {
    spinner: ProgressBar,
    subject: Option<String>,
}

impl Waiting {
    pub(super) fn new(spinner: ProgressBar) -> Self {
        // An unfinished spinner would reappear after every line.
        spinner.finish_and_clear();
        Self { spinner, subject: None }
    }

    /// Shows `text` until `subject` ends or another begins.
    pub(super) fn begin(&mut self, subject: &str, text: String) {
        if self.subject.as_deref() != Some(subject) {
            self.subject = Some(subject.to_owned());
            self.start(WAIT);
        }
        self.spinner.set_message(text);
    }

    /// Whether nothing is shown, as standard error is no terminal.
    pub(super) fn is_hidden(&self) -> bool {
        self.spinner.is_hidden()
    }

    /// Shows a status until something is waited for.
    pub(super) fn status(&mut self, text: String) {
        if self.subject.take().is_some() || self.spinner.is_finished() {
            self.start(STATUS);
        }
        self.spinner.set_message(text);
    }

    fn start(&self, style: &str) {
        start(&self.spinner, style);
    }

    /// Clears the spinner if it shows `subject`.
    pub(super) fn end(&mut self, subject: &str) {
        if self.subject.as_deref() == Some(subject) {
            self.clear();
        }
    }

    /// Clears the spinner.
    pub(super) fn clear(&mut self) {
        self.subject = None;
        self.spinner.disable_steady_tick();
        self.spinner.finish_and_clear();
    }

    /// Runs `print` with the spinner hidden.
    pub(super) fn without_spinner<T>(&self, print: impl FnOnce() -> T) -> T {
        self.spinner.suspend(print)
    }
}

fn start(spinner: &ProgressBar, style: &str) {
    spinner.set_style(ProgressStyle::with_template(style).expect("it is a template"));
    spinner.reset();
    spinner.enable_steady_tick(Duration::from_millis(100));
}

/// Shows the only step of a command that has no screen, with the time that it has taken.
pub(crate) fn wait(spinner: &ProgressBar, text: impl Into<Cow<'static, str>>) {
    start(spinner, WAIT);
    spinner.set_message(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_what_is_waited_for_ends_the_wait() {
        let mut waiting = Waiting::new(ProgressBar::hidden());
        waiting.begin("Channel", "Channel DELETE_IN_PROGRESS".into());

        waiting.end("1000002");
        assert_eq!(waiting.subject.as_deref(), Some("Channel"));

        waiting.end("Channel");
        assert_eq!(waiting.subject, None);
    }
}

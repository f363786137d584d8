//! The spinner, and what it stands for; it shows on a terminal only.

use std::time::Duration;

use indicatif::ProgressBar;

/// What is being waited for: the newest of what has begun.
#[derive(Debug)]
pub(super) struct Waiting {
    spinner: ProgressBar,
    subject: Option<String>,
}

impl Waiting {
    pub(super) fn new(spinner: ProgressBar) -> Self {
        // One that was never finished comes back after every line.
        spinner.finish_and_clear();
        Self { spinner, subject: None }
    }

    /// Shows `text` until `subject` ends or something else begins.
    pub(super) fn begin(&mut self, subject: &str, text: String) {
        self.subject = Some(subject.to_owned());
        self.spinner.set_message(text);
        self.spinner.reset();
        self.spinner.enable_steady_tick(Duration::from_millis(100));
    }

    /// Clears the spinner if it stands for `subject`.
    pub(super) fn end(&mut self, subject: &str) {
        if self.subject.as_deref() == Some(subject) {
            self.clear();
        }
    }

    /// Clears the spinner whatever it stands for.
    pub(super) fn clear(&mut self) {
        self.subject = None;
        self.spinner.disable_steady_tick();
        self.spinner.finish_and_clear();
    }

    /// Does something with the terminal while the spinner is out of the way.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.spinner.suspend(print)
    }
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

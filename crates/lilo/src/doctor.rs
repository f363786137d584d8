//! `lilo doctor`: looks at this machine and the AWS account, and says what to do.
//!
//! It changes nothing. Each check has its own timeout, and no failed check ends another. The
//! judgements are functions from what was seen to findings; `account` collects what is seen.

mod account;
mod bucket;
mod dead_letters;
mod finding;
mod functions;
mod loops;
mod machine;
mod rights;
mod stacks;

use std::future::Future;
use std::time::Duration;

use indicatif::ProgressBar;
use tokio::time::timeout;

use crate::Error;
use crate::args::{Access, Doctor, Part};
use crate::ui::screen::{self, Screen};
use crate::ui::signals;
use finding::Report;

const EXIT_MESSAGE: &str = "ended at once; nothing was changed";

/// Runs the checks and prints their findings.
///
/// # Errors
/// When something has to be done, or on an interruption.
pub(crate) async fn run(args: Doctor) -> Result<(), Error> {
    let shutdown = signals::listen(EXIT_MESSAGE).map_err(Error::Signals)?;
    let spinner = ProgressBar::new_spinner();
    screen::print_warnings(&spinner, args.access.verbose);
    let Access { output, verbose, .. } = args.access;
    let mut report = Report::new(Screen::new(output, verbose, spinner, shutdown.clone()));
    let done = shutdown.run_until_cancelled(Box::pin(check(&args, &mut report))).await;
    report.screen.clear();
    match done {
        Some(()) => report.result(),
        None => Err(Error::Interrupted("nothing was changed".to_owned())),
    }
}

async fn check(args: &Doctor, report: &mut Report) {
    if args.only != Some(Part::Account) {
        machine::check(args, report).await;
    }
    if args.only != Some(Part::Machine) {
        Box::pin(account::check(args, report)).await;
    }
}

/// The result of `work`, if it comes within `limit`.
fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, Error>>,
) -> impl Future<Output = Result<T, Error>> {
    // The SDK's futures are large.
    let work = Box::pin(work);
    async move { timeout(limit, work).await.unwrap_or(Err(Error::NoAnswer(limit))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_check_without_an_answer_ends_at_its_timeout() {
        let limit = Duration::from_secs(20);
        let seen = within::<()>(limit, std::future::pending()).await;
        assert!(matches!(seen, Err(Error::NoAnswer(after)) if after == limit), "{seen:?}");
    }
}

//! A command's session on AWS: signs in, runs the command, and cleans up.

use indicatif::ProgressBar;

use crate::Error;
use crate::args::Access;
use crate::aws::Aws;
use crate::aws::cleanup::{Cleanup, Unfinished};
use crate::aws::upload::ObjectLocation;
use crate::ui::screen::{self, Screen};
use crate::ui::signals;

const EXIT_MESSAGE: &str = "ended at once; what AWS has started goes on, and the same command picks it up again (after \
     `lilo conformance`: with --clean)";

/// A command's clients, cleanup and screen.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    pub(crate) aws: &'a Aws,
    pub(crate) cleanup: &'a Cleanup,
    pub(crate) screen: &'a mut Screen,
}

/// Runs `work` in the account of `access`. Afterwards undoes unfinished work, however it ended.
pub(crate) async fn run(
    access: &Access,
    work: impl AsyncFnOnce(Session<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let spinner = ProgressBar::new_spinner();
    screen::print_warnings(&spinner, access.verbose);
    let shutdown = signals::listen(EXIT_MESSAGE).map_err(Error::Signals)?;
    let mut screen = Screen::new(access.output, access.verbose, spinner, shutdown.clone());
    screen.begin("sign-in", "signing in to AWS".to_owned());
    let signed_in = shutdown.run_until_cancelled(Box::pin(Aws::sign_in(access))).await;
    screen.end("sign-in");
    let Some(aws) = signed_in else {
        return Err(Error::Interrupted("nothing was started".to_owned()));
    };
    let (aws, cleanup) = (aws?, Cleanup::default());
    let session = Session { aws: &aws, cleanup: &cleanup, screen: &mut screen };
    let done = shutdown.run_until_cancelled(Box::pin(work(session))).await;
    screen.clear();
    let continued = cleanup.continued_by_aws();
    let continued = (!continued.is_empty())
        .then(|| format!("{} goes on; the same command picks it up again", continued.join(", ")));
    Box::pin(undo(&cleanup, &aws)).await;
    match (done, continued) {
        (Some(Err(error)), Some(continued)) => {
            screen.remark(&continued);
            Err(error)
        }
        (Some(done), _) => done,
        (None, continued) => {
            Err(Error::Interrupted(continued.unwrap_or_else(|| "nothing goes on".to_owned())))
        }
    }
}

/// Undoes unfinished work. Logs failures as warnings, because the command has its own error to
/// report.
async fn undo(cleanup: &Cleanup, aws: &Aws) {
    for unfinished in cleanup.take() {
        let undone = match &unfinished {
            Unfinished::ChangeSet(draft) => aws.discard(draft).await,
            Unfinished::Bucket { name, created } => aws.delete_empty_bucket(name, *created).await,
            Unfinished::Upload { bucket, key, id } => {
                aws.abort(ObjectLocation { bucket, key }, id).await
            }
            Unfinished::Conformance(quiet) => aws.delete_conformance_run(*quiet).await,
            Unfinished::OnAws(_) => Ok(()),
        };
        if let Err(error) = undone {
            let text = error.line();
            if matches!(unfinished, Unfinished::Conformance(_)) {
                screen::remark(&format!(
                    "not all that the run made is deleted, and a channel may run on and cost money: {text}"
                ));
            } else {
                tracing::warn!("{text}");
            }
        }
    }
}

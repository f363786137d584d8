//! A command's time on AWS: signed in, with a screen, until it is done or the person ends it.

use indicatif::ProgressBar;

use crate::Error;
use crate::args::Access;
use crate::aws::Aws;
use crate::aws::cleanup::{Begun, Cleanup};
use crate::aws::upload::Place;
use crate::ui::screen::{self, Screen};
use crate::ui::signals;

const FAREWELL: &str =
    "ended at once; what was begun on AWS goes on, and the same command picks it up again";

/// What a command works with.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    pub(crate) aws: &'a Aws,
    pub(crate) cleanup: &'a Cleanup,
    pub(crate) screen: &'a mut Screen,
}

/// Does `work` in the account that `access` leads to. However it ends, what it began and can be
/// taken back is.
pub(crate) async fn run(
    access: &Access,
    work: impl AsyncFnOnce(Session<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let spinner = ProgressBar::new_spinner();
    screen::print_warnings(&spinner);
    let shutdown = signals::listen(FAREWELL).map_err(Error::Signals)?;
    let mut screen = Screen::new(access.output, spinner, shutdown.clone());
    screen.begin("sign-in", "signing in to AWS".to_owned());
    let signed_in = shutdown.run_until_cancelled(Box::pin(Aws::sign_in(access))).await;
    screen.end("sign-in");
    let Some(aws) = signed_in else {
        return Err(Error::Interrupted("nothing was begun".to_owned()));
    };
    let (aws, cleanup) = (aws?, Cleanup::default());
    let session = Session { aws: &aws, cleanup: &cleanup, screen: &mut screen };
    let done = shutdown.run_until_cancelled(Box::pin(work(session))).await;
    screen.clear();
    let goes_on = cleanup.goes_on();
    let goes_on = (!goes_on.is_empty())
        .then(|| format!("{} goes on; the same command picks it up again", goes_on.join(", ")));
    Box::pin(take_back(&cleanup, &aws)).await;
    match (done, goes_on) {
        (Some(Err(error)), Some(goes_on)) => {
            screen.remark(&goes_on);
            Err(error)
        }
        (Some(done), _) => done,
        (None, goes_on) => {
            Err(Error::Interrupted(goes_on.unwrap_or_else(|| "nothing goes on".to_owned())))
        }
    }
}

/// Takes back what can be. A failure is logged as a warning: the command has something else to say
/// by then.
async fn take_back(cleanup: &Cleanup, aws: &Aws) {
    for begun in cleanup.take() {
        let taken = match &begun {
            Begun::ChangeSet(draft) => aws.discard(draft).await,
            Begun::Bucket(bucket) => aws.take_bucket_back(bucket).await,
            Begun::Upload { bucket, key, id } => aws.abort(Place { bucket, key }, id).await,
            Begun::Order(_) => Ok(()),
        };
        if let Err(error) = taken {
            tracing::warn!("{}", lilo_lifecycle::chain(&error));
        }
    }
}

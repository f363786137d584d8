//! A command's time on AWS: signed in, with a screen, until it is done or the person ends it.

use indicatif::ProgressBar;

use crate::args::Access;
use crate::aws::Aws;
use crate::ledger::Ledger;
use crate::screen::{self, Screen};
use crate::{Error, signals};

const FAREWELL: &str =
    "ended at once; what was begun on AWS goes on, and the same command picks it up again";

/// What a command works with.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    pub(crate) aws: &'a Aws,
    pub(crate) ledger: &'a Ledger,
    pub(crate) screen: &'a mut Screen,
}

/// Does `work` in the account that `access` leads to. However it ends, what it began and can be taken back is.
pub(crate) async fn run(
    access: &Access,
    work: impl AsyncFnOnce(Session<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let spinner = ProgressBar::new_spinner();
    screen::print_warnings(&spinner);
    let wish = signals::listen(FAREWELL).map_err(Error::Signals)?;
    let mut screen = Screen::new(access.output, spinner, wish.clone());
    screen.begin("sign-in", "signing in to AWS".to_owned());
    let signed_in = wish.run_until_cancelled(Box::pin(Aws::sign_in(access))).await;
    screen.end("sign-in");
    let Some(aws) = signed_in else {
        return Err(Error::Interrupted("nothing was begun".to_owned()));
    };
    let (aws, ledger) = (aws?, Ledger::default());
    let session = Session { aws: &aws, ledger: &ledger, screen: &mut screen };
    let done = wish.run_until_cancelled(Box::pin(work(session))).await;
    screen.clear();
    let goes_on = ledger.goes_on();
    let goes_on = (!goes_on.is_empty())
        .then(|| format!("{} goes on; the same command picks it up again", goes_on.join(", ")));
    Box::pin(ledger.take_back(&aws)).await;
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

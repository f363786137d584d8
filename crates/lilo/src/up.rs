//! `lilo up`: the loop on this machine, from creation to teardown.

mod call_log;
mod parameters;
mod platform;

use std::time::Duration;

use indicatif::ProgressBar;
use lilo_local::source::Source;
use lilo_local::stack::Status;
use lilo_local::template::Template;
use lilo_medialive_emulator::encoder;
use tokio_util::sync::CancellationToken;

use crate::args::Up;
use crate::report::{self, Printer, Tell};
use crate::templates::{Given, LOOP};
use crate::{Error, clip, screen, signals};
use call_log::CallLog;
use platform::Platform;

/// The stack's name; the channel is named after it.
pub(crate) const STACK: &str = "lilo";

/// Creates the loop, plays it until the person or `--duration` ends it, and takes everything away.
pub(crate) async fn run(args: Up) -> Result<(), Error> {
    let spinner = ProgressBar::new_spinner();
    screen::print_warnings(&spinner);
    encoder::check().await?;
    let call_log = args.call_log.as_deref().map(CallLog::create).transpose()?;
    let wish = signals::listen(signals::ALL_ON_THIS_MACHINE).map_err(Error::Signals)?;
    let served = wish.run_until_cancelled(serve_source(args.source.as_deref(), &spinner)).await;
    spinner.finish_and_clear();
    // A wish that comes so early finds nothing made.
    let Some(served) = served else { return Ok(()) };
    let served = served?;
    let given = parameters::of_loop(&args, served.as_ref().map(Source::url))?;

    let (tell, told) = report::channel();
    let printer = Printer::new(args.output, args.verbose, spinner, wish.clone());
    let printing = tokio::spawn(printer.print(told));
    let (played, ended) = play(&args, &given, &wish, call_log, tell).await;
    let failure = printing.await.unwrap_or_default();
    verdict(played, ended, failure.unwrap_or_else(|| "its events say why".to_owned()))
}

/// The local file, served where the encoder can pull it; `None` when the source is a URL of its own.
async fn serve_source(
    source: Option<&str>,
    spinner: &ProgressBar,
) -> Result<Option<Source>, Error> {
    let file = match source {
        Some(url) if url.contains("://") => return Ok(None),
        Some(path) => path.into(),
        None => clip::test_clip(spinner).await?,
    };
    let served = Source::serve(&file).await?;
    clip::check_mp4(&file)?;
    Ok(Some(served))
}

/// The whole life of the loop; everything it started has ended when it returns. The first result is the stack's last
/// status, the second how the platform ended.
async fn play(
    args: &Up,
    given: &Given,
    wish: &CancellationToken,
    call_log: Option<CallLog>,
    tell: Tell,
) -> (Result<Status, Error>, Result<(), Error>) {
    let platform = match Platform::start(args, &tell, wish).await {
        Ok(platform) => platform,
        Err(error) => return (Err(error), Ok(())),
    };
    let status = create_and_delete(&platform, args.duration, given, wish, &tell).await;
    (status, platform.end(call_log).await)
}

async fn create_and_delete(
    platform: &Platform,
    duration: Option<Duration>,
    given: &Given,
    wish: &CancellationToken,
    tell: &Tell,
) -> Result<Status, Error> {
    let template = Template::parse(LOOP)?;
    let mut stack = platform.cloudformation.create(STACK, template, given, wish).await?;
    if stack.status() == Status::CreateComplete {
        let _ = tell.made.send(platform.made(stack.outputs(), given));
        tokio::select! {
            () = wish.cancelled() => {}
            () = over(duration) => wish.cancel(),
        }
        platform.cloudformation.delete(&mut stack).await;
    }
    Ok(stack.status())
}

async fn over(duration: Option<Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}

/// What the stack came to is the result; what the platform's end has to add comes after it.
fn verdict(
    played: Result<Status, Error>,
    ended: Result<(), Error>,
    reason: String,
) -> Result<(), Error> {
    let of_stack = played.and_then(|status| match status {
        Status::DeleteComplete => Ok(()),
        Status::DeleteFailed => Err(Error::NotDeleted(reason)),
        Status::RollbackFailed => Err(Error::NotRolledBack(reason)),
        // Nothing updates it here; of the others only RollbackComplete is an end.
        Status::CreateInProgress
        | Status::CreateComplete
        | Status::CreateFailed
        | Status::RollbackInProgress
        | Status::RollbackComplete
        | Status::UpdateInProgress
        | Status::UpdateCompleteCleanupInProgress
        | Status::UpdateComplete
        | Status::UpdateFailed
        | Status::UpdateRollbackInProgress
        | Status::UpdateRollbackCompleteCleanupInProgress
        | Status::UpdateRollbackComplete
        | Status::UpdateRollbackFailed
        | Status::DeleteInProgress => Err(Error::NotCreated(reason)),
    });
    if let (Err(_), Err(error)) = (&of_stack, &ended) {
        tracing::warn!("{}", lilo_lifecycle::chain(error));
    }
    of_stack.and(ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_stack_came_to_is_told_before_what_is_left() {
        let left = || Err(Error::Left("channel 1000002 (IDLE)".into()));
        let why = "Channel: no room".to_owned();
        let cases = [
            (Status::DeleteComplete, Ok(()), None),
            (Status::DeleteComplete, left(), Some("left in MediaLive")),
            (Status::DeleteFailed, left(), Some("could not be deleted: Channel: no room")),
            (Status::RollbackComplete, Ok(()), Some("was rolled back: Channel: no room")),
            (Status::RollbackFailed, left(), Some("could be taken away: Channel: no room")),
        ];
        for (status, ended, expected) in cases {
            let error = verdict(Ok(status), ended, why.clone()).err();
            let error = error.map(|error| error.to_string());
            assert!(error.is_some() == expected.is_some(), "{status}: {error:?}");
            assert!(error.unwrap_or_default().contains(expected.unwrap_or_default()), "{status}");
        }
    }
}

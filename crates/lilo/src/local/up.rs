//! `lilo up`: the loop on this machine, from creation to teardown.

mod call_log;
mod page;
mod parameters;
pub(crate) mod run_record;

use std::collections::BTreeMap;
use std::env;
use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::time::Duration;

use indicatif::ProgressBar;
use lilo_encoder as encoder;
use lilo_local_cloud::cloudformation::Status;
use lilo_local_cloud::cloudformation::template::Template;
use lilo_local_cloud::source::Source;
use lilo_medialive_emulator::{Config, EncoderChoice};
use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::args::Up;
use crate::error::Reason;
use crate::local::{Platform, STACK};
use crate::templates::{Given, LOOP};
use crate::ui::report::{self, LoopReady, Printer, ReportSender};
use crate::ui::screen::{self, Screen};
use crate::ui::{page_address, signals};
use crate::{Error, clip};
use call_log::CallLog;
use page::Page;
use run_record::RunRecord;

/// Creates the loop, plays it until Ctrl-C or `--duration`, and deletes it.
pub(crate) async fn run(args: Up) -> Result<(), Error> {
    let spinner = ProgressBar::new_spinner();
    screen::print_warnings(&spinner, args.verbose);
    encoder::check().await?;
    let call_log = args.call_log.as_deref().map(CallLog::create).transpose()?;
    let shutdown = signals::listen(signals::LOCAL_EXIT_MESSAGE).map_err(Error::Signals)?;
    let served = shutdown.run_until_cancelled(serve_source(args.source.as_deref(), &spinner)).await;
    spinner.finish_and_clear();
    // Nothing exists yet at such an early shutdown.
    let Some(served) = served else { return Ok(()) };
    let served = served?;
    let given = parameters::of_loop(&args, served.as_ref().map(Source::url))?;

    let (reports, receiver) = report::channel();
    let record = RunRecord::default();
    let (to_print, recorded) = unbounded_channel();
    tokio::spawn(receiver.record(record.clone(), to_print));
    let screen = Screen::new(args.output, args.verbose, spinner, shutdown.clone());
    let printer = Printer::new(screen, shutdown.clone());
    let printing = tokio::spawn(printer.print(recorded));
    let (played, ended) = play(&args, &given, &shutdown, call_log, reports, record).await;
    let failure = printing.await.unwrap_or_default();
    result_of(played, ended, failure.unwrap_or_else(|| "its events say why".to_owned()))
}

/// Serves a local file for the encoder; `None` if the source is a URL.
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

/// Runs the loop from start to end, including everything it started. Returns the stack's last
/// status and the platform's result.
async fn play(
    args: &Up,
    given: &Given,
    shutdown: &CancellationToken,
    call_log: Option<CallLog>,
    reports: ReportSender,
    record: RunRecord,
) -> (Result<Status, Error>, Result<(), Error>) {
    let started = match Started::start(args, &reports, shutdown, record).await {
        Ok(started) => started,
        Err(error) => return (Err(error), Ok(())),
    };
    let status = create_and_delete(&started, args.duration, given, shutdown, &reports).await;
    (status, started.shut_down(call_log).await)
}

/// Everything around the loop's stack.
struct Started {
    platform: Platform,
    page: Page,
    /// Retries failed invocations at once after a shutdown request.
    hurrying: JoinHandle<()>,
    /// Serves the buckets until it is dropped.
    _buckets: Option<Source>,
}

impl Started {
    async fn start(
        args: &Up,
        reports: &ReportSender,
        shutdown: &CancellationToken,
        record: RunRecord,
    ) -> Result<Self, Error> {
        let buckets = match &args.s3_root {
            Some(folder) => Some(Source::serve_folder(folder).await?),
            None => None,
        };
        let emulator = Config {
            pace: args.pace.into(),
            encoder: EncoderChoice::Ffmpeg,
            s3: buckets.as_ref().map(|buckets| buckets.url().to_owned()),
            ..Config::default()
        };
        let listen = |source| Error::Listen {
            address: args.medialive_listen,
            option: "--medialive-listen",
            source,
        };
        let listener = TcpListener::bind(args.medialive_listen).await.map_err(listen)?;
        let page = page_address::listen(args.page_listen).await?;
        let config = lilo_local_cloud::Config::new(&emulator.region, &emulator.account);
        let program = env::current_exe().map_err(Error::Program)?;
        let platform =
            Platform::start(listener, emulator, config, program, reports.feeds.clone()).await?;
        let page = Page::serve(page, &platform, record);
        let (lambda, shutdown) = (platform.cloud.lambda.clone(), shutdown.clone());
        let hurrying = tokio::spawn(async move {
            shutdown.cancelled().await;
            lambda.hurry();
        });
        Ok(Self { platform, page, hurrying, _buckets: buckets })
    }

    /// Stops everything, writes the call log, and reports resources left in MediaLive.
    async fn shut_down(self, call_log: Option<CallLog>) -> Result<(), Error> {
        self.hurrying.abort();
        self.page.shut_down().await;
        let medialive = self.platform.medialive.clone();
        let left: Vec<_> = self.platform.shutdown().await.iter().map(ToString::to_string).collect();
        if let Some(log) = call_log {
            log.fill(&medialive.calls())?;
        }
        if left.is_empty() { Ok(()) } else { Err(Error::Left(left.join(", "))) }
    }
}

async fn create_and_delete(
    Started { platform, page, .. }: &Started,
    duration: Option<Duration>,
    given: &Given,
    shutdown: &CancellationToken,
    reports: &ReportSender,
) -> Result<Status, Error> {
    let template = Template::parse(LOOP)?;
    let mut stack = platform.cloud.cloudformation.create(STACK, template, given, shutdown).await?;
    if stack.status() == Status::CreateComplete {
        let _ = reports.ready.send(ready(
            platform.medialive_address,
            &page.url,
            stack.outputs(),
            given,
        ));
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = elapsed(duration) => shutdown.cancel(),
            () = page.report(&reports.status), if io::stderr().is_terminal() => {}
        }
        platform.cloud.cloudformation.delete(&mut stack).await;
    }
    Ok(stack.status())
}

/// The message after the stack is complete.
fn ready(
    medialive: SocketAddr,
    page: &str,
    outputs: &BTreeMap<String, String>,
    given: &Given,
) -> LoopReady {
    let of = |name| outputs.get(name).cloned().unwrap_or_default();
    let (destination, channel_id) = (of("Destination"), of("ChannelId"));
    let medialive = format!("http://{medialive}");
    let aws = |operation: String| {
        let anyone = "--no-sign-request --region us-east-1 --endpoint-url";
        format!("aws medialive {operation} {anyone} {medialive}")
    };
    let mut advice = vec![
        ("page", page.to_owned()),
        ("watch", format!("ffplay {destination}")),
        ("or", format!("vlc {}", destination.replace("://", "://@"))),
        ("look", aws("list-channels".to_owned())),
        ("end", "Ctrl-C".to_owned()),
    ];
    let text;
    let starts = given.get("AutoStart").is_none_or(|value| value == "true");
    if starts {
        text = format!("The loop plays at {destination} once channel {channel_id} is RUNNING.");
    } else {
        text = format!("Channel {channel_id} waits to be started; it will play at {destination}.");
        advice.insert(0, ("start", aws(format!("start-channel --channel-id {channel_id}"))));
    }
    LoopReady { text, destination, channel_id, medialive, page: page.to_owned(), advice, starts }
}

async fn elapsed(duration: Option<Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}

/// The stack's result comes first; the platform's error is then only logged.
fn result_of(
    played: Result<Status, Error>,
    ended: Result<(), Error>,
    reason: String,
) -> Result<(), Error> {
    let of_stack = played.and_then(|status| match status {
        Status::DeleteComplete => Ok(()),
        Status::DeleteFailed => Err(Error::NotDeleted(Reason(reason))),
        Status::RollbackFailed => Err(Error::NotRolledBack(Reason(reason))),
        // Only RollbackComplete can occur here.
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
        | Status::DeleteInProgress => Err(Error::NotCreated(Reason(reason))),
    });
    if let (Err(_), Err(error)) = (&of_stack, &ended) {
        tracing::warn!("{}", error.line());
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
            (Status::RollbackFailed, left(), Some("its rollback failed: Channel: no room")),
        ];
        for (status, ended, expected) in cases {
            let error = result_of(Ok(status), ended, why.clone()).err();
            let error = error.map(|error| error.line());
            assert!(error.is_some() == expected.is_some(), "{status}: {error:?}");
            assert!(error.unwrap_or_default().contains(expected.unwrap_or_default()), "{status}");
        }
    }
}

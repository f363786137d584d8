//! `lilo up`: the loop on this machine, from creation to teardown.

mod parameters;
mod platform;

use std::time::Duration;

use lilo_local::source::Source;
use lilo_local::stack::Status;
use lilo_local::template::Template;
use lilo_medialive_emulator::encoder;
use tokio_util::sync::CancellationToken;

use crate::args::Up;
use crate::report::{self, Printer, Tell};
use crate::{Error, clip, signals};
use platform::Platform;

/// The template of the loop: the one that is deployed on AWS.
const LOOP: &str = include_str!("../../../infra/loop.yaml");
/// The stack's name; the channel is named after it.
const STACK: &str = "lilo";

/// Creates the loop, plays it until the person or `--duration` ends it, and takes everything away.
pub(crate) async fn run(args: Up) -> Result<(), Error> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .with_target(false)
        .init();
    encoder::check().await?;
    let wish = signals::listen().map_err(Error::Signals)?;
    let served = serve_source(args.source.as_deref()).await?;
    let given = parameters::of_loop(&args, served.as_ref().map(Source::url))?;

    let (tell, told) = report::channel();
    let printing = tokio::spawn(Printer::new(args.output, args.verbose).print(told));
    let played = play(&args, &given, &wish, tell).await;
    let failure = printing.await.unwrap_or_default();
    let reason = || failure.unwrap_or_else(|| "its events say why".to_owned());
    match played? {
        Status::DeleteComplete => Ok(()),
        Status::DeleteFailed => Err(Error::NotDeleted(reason())),
        Status::CreateInProgress
        | Status::CreateComplete
        | Status::CreateFailed
        | Status::RollbackInProgress
        | Status::RollbackComplete
        | Status::RollbackFailed
        | Status::DeleteInProgress => Err(Error::NotCreated(reason())),
    }
}

/// The local file, served where the encoder can pull it; `None` when the source is a URL of its own.
async fn serve_source(source: Option<&str>) -> Result<Option<Source>, Error> {
    let file = match source {
        Some(url) if url.contains("://") => return Ok(None),
        Some(path) => path.into(),
        None => clip::test_clip().await?,
    };
    Ok(Some(Source::serve(&file).await?))
}

/// The whole life of the loop; everything it started has ended when it returns. The status is the stack's last.
async fn play(
    args: &Up,
    given: &parameters::Given,
    wish: &CancellationToken,
    tell: Tell,
) -> Result<Status, Error> {
    let template = Template::parse(LOOP)?;
    let platform = Platform::start(args, &tell).await?;
    let created = platform.cloudformation.create(STACK, template, given, wish).await;
    let status = match created {
        Ok(mut stack) => {
            if stack.status() == Status::CreateComplete {
                let _ = tell.made.send(platform.made(stack.outputs(), given));
                tokio::select! {
                    () = wish.cancelled() => {}
                    () = over(args.duration) => {}
                }
                platform.cloudformation.delete(&mut stack).await;
            }
            Ok(stack.status())
        }
        Err(error) => Err(error.into()),
    };
    let ended = platform.end(args.call_log.as_deref()).await;
    drop(tell);
    status.and_then(|status| ended.map(|()| status))
}

async fn over(duration: Option<Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}

//! The conformance suite against an emulated MediaLive of its own.

use std::net::Ipv4Addr;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_sdk_medialive::Client;
use indicatif::ProgressBar;
use lilo_conformance::{Place, Waits};
use lilo_encoder as encoder;
use lilo_medialive_emulator::{Config, Emulator as MediaLive, EncoderChoice, Pace};
use tokio::net::TcpListener;

use super::deploy_path::Tried;
use super::print::{self, Run};
use crate::Error;
use crate::args::Conformance;
use crate::ui::screen::{self, Screen};
use crate::ui::signals;

/// Short states make a short run; CREATING lasts for the calls that are made meanwhile.
const STATE: Duration = Duration::from_millis(200);
const CREATING: Duration = Duration::from_secs(1);
/// A state that would follow a call is there at once; pictures and alerts come when ffmpeg starts.
const WAITS: Waits = Waits { state: STATE, running: Duration::from_secs(30) };

/// Asks every check.
pub(super) async fn run(args: Conformance) -> Result<(), Error> {
    let spinner = ProgressBar::new_spinner();
    if args.clean {
        screen::remark("an emulated MediaLive ends with its run, so nothing is left of it");
        return Ok(());
    }
    encoder::check().await?;
    let shutdown = signals::listen(signals::LOCAL_EXIT_MESSAGE).map_err(Error::Signals)?;
    let mut screen =
        Screen::new(args.access.output, args.access.verbose, spinner, shutdown.clone());
    let config = Config { pace: pace(), encoder: EncoderChoice::Ffmpeg, ..Config::default() };
    let region = config.region.clone();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Error::Serve)?;
    let url = format!("http://{}", listener.local_addr().map_err(Error::Serve)?);
    let medialive = MediaLive::new(config);
    let serving = tokio::spawn({
        let medialive = medialive.clone();
        async move { medialive.serve(listener).await }
    });
    let client = client(&url, &region)?;
    let waits = args.patience.map_or(WAITS, |state| Waits { state, ..WAITS });
    let run = Run { target: "emulator", region: &region, waits, place: &place() };
    let run = print::run(&client, run, Tried::default(), args.snapshot.as_deref(), &mut screen);
    let done = shutdown.run_until_cancelled(Box::pin(run)).await;
    screen.clear();
    medialive.shutdown().await;
    serving.abort();
    done.unwrap_or_else(|| Err(Error::Interrupted("nothing is left".to_owned())))
}

fn pace() -> Pace {
    Pace {
        channel_create: CREATING,
        channel_update: STATE,
        channel_start: STATE,
        channel_stop: STATE,
        channel_delete: STATE,
        input_create: STATE,
        input_delete: STATE,
    }
}

/// Nothing leaves this machine: nobody is at these ports.
fn place() -> Place {
    Place {
        source: "http://127.0.0.1:9/clip.mp4".to_owned(),
        destination: "rtp://127.0.0.1:9".to_owned(),
        role: None,
    }
}

fn client(url: &str, region: &str) -> Result<Client, Error> {
    let config = aws_sdk_medialive::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(url)
        .region(Region::new(region.to_owned()))
        .credentials_provider(Credentials::new("conformance", "local", None, None, "conformance"))
        .http_client(crate::aws::http()?)
        .build();
    Ok(Client::from_conf(config))
}

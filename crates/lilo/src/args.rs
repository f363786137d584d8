//! What can be typed.

mod cloud;

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use lilo_medialive_emulator::{EncoderChoice, Pace};

use crate::local::function::Name;
pub(crate) use cloud::{Access, Deploy, Destroy, List, OneLoop, Status};

/// Where the emulated MediaLive answers unless told otherwise.
const MEDIALIVE: &str = "127.0.0.1:4580";

/// Plays an MP4 file in an endless loop as a live channel.
///
/// Exit codes: 0 after a clean end, 1 when something failed (the last line says what), 2 for wrong
/// arguments, 130 when interrupted (on this machine twice: once ends the loop cleanly).
#[derive(Debug, Parser)]
#[command(version, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Plays the loop on this machine, without an AWS account, until Ctrl-C.
    ///
    /// The functions, templates and events are the ones that run on AWS; MediaLive is emulated, and
    /// ffmpeg encodes.
    Up(Up),
    /// Serves the emulated MediaLive alone, for the AWS CLI, SDKs and other people's code.
    Emulator(Emulator),
    /// Sends one sample event to its function, which works on a running `lilo emulator` or `lilo
    /// up`.
    ///
    /// The function runs as a process of its own, as in Lambda. What it replied is printed; the
    /// exit code is 1 when that is FAILED.
    Replay(Replay),
    /// Makes a loop on AWS, or updates it: bucket, functions, loop; what is there already is not
    /// made again.
    ///
    /// A local file is uploaded to LILO's own bucket, once. Options that are left out keep what an
    /// existing loop has. When a stack is in the middle of something, that is followed to its end
    /// first; Ctrl-C ends the following, not the stack. Events go to standard output, the rest to
    /// standard error. Exit codes: 0 when the loop is as wanted (and RUNNING, if it starts by
    /// itself), 1 when something failed (the last line says what, and what to do), 2 for wrong
    /// arguments, 130 when interrupted.
    Deploy(Deploy),
    /// Deletes a loop on AWS, whatever its channel is doing; --all also what all loops share.
    ///
    /// It names what it will delete, and asks. It deletes nothing that `lilo deploy` did not make:
    /// its stacks and its bucket carry the tag lilo:made-by. Exit codes: 0 when it is gone, 1 when
    /// something failed or the answer was no, 2 for wrong arguments, 130 when interrupted.
    Destroy(Destroy),
    /// Shows a loop on AWS: its state, since when it runs, when it stops, where it sends and where
    /// from.
    Status(Status),
    /// Starts the channel of a loop on AWS, and waits until it runs.
    Start(OneLoop),
    /// Stops the channel of a loop on AWS, and waits until it is idle.
    Stop(OneLoop),
    /// Lists every loop of the account in the Region.
    List(List),
    /// Runs one function; for the command itself (docs/decisions/0001).
    #[command(hide = true)]
    Function { name: Name },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Up {
    /// The MP4 to loop: a file, an https:// URL, or s3ssl://bucket/key with --s3-root. Default: a
    /// test clip with bars, tone and a running timecode.
    #[arg(long, value_name = "PATH|URL")]
    pub(crate) source: Option<String>,
    /// A folder that stands for S3: s3ssl://bucket/key is read from DIR/bucket/key.
    #[arg(long, value_name = "DIR")]
    pub(crate) s3_root: Option<PathBuf>,
    /// Address that the stream goes to.
    #[arg(long, value_name = "IP", default_value_t = Ipv4Addr::LOCALHOST)]
    pub(crate) destination: Ipv4Addr,
    /// Port that the stream goes to.
    #[arg(long, value_name = "N", default_value = "5000")]
    pub(crate) port: NonZeroU16,
    /// Any parameter of infra/loop.yaml; may be repeated.
    #[arg(long = "param", value_name = "KEY=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,
    /// How long the emulated MediaLive takes for its states.
    #[arg(long, value_enum, default_value_t = PaceName::Fast)]
    pub(crate) pace: PaceName,
    /// Takes everything away after this long; without it, on Ctrl-C.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) duration: Option<Duration>,
    /// Where the emulated MediaLive answers.
    #[arg(long, value_name = "ADDRESS", default_value = MEDIALIVE, value_parser = loopback)]
    pub(crate) medialive_listen: SocketAddr,
    /// Keeps every call to the emulated MediaLive in this file, one JSON object a line; filled at
    /// the end.
    #[arg(long, value_name = "FILE")]
    pub(crate) call_log: Option<PathBuf>,
    /// How events are printed; json is one object a line.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
    /// Also prints what the functions log, to standard error.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Emulator {
    /// Where it answers.
    #[arg(long, value_name = "ADDRESS", default_value = MEDIALIVE, value_parser = loopback)]
    pub(crate) listen: SocketAddr,
    /// How long states take.
    #[arg(long, value_enum, default_value_t = PaceName::Fast)]
    pub(crate) pace: PaceName,
    /// The id of the first channel or input; every further one counts up by one.
    #[arg(long, value_name = "N", default_value_t = lilo_medialive_emulator::Config::default().first_id)]
    pub(crate) first_id: u64,
    /// A folder that stands for S3: s3ssl://bucket/key is read from DIR/bucket/key.
    #[arg(long, value_name = "DIR")]
    pub(crate) s3_root: Option<PathBuf>,
    /// What plays behind a RUNNING channel.
    #[arg(long, value_enum, default_value_t = EncoderName::Ffmpeg)]
    pub(crate) encoder: EncoderName,
    #[command(flatten)]
    pub(crate) choices: Choices,
}

/// Where sources on MediaLive disagree the emulator is as strict as the stricter one; each option
/// takes the other's word (docs/fidelity.md).
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "switches that a person sets one by one")]
pub(crate) struct Choices {
    /// Answers any number of requests, instead of 20 a second with a burst of 40.
    #[arg(long)]
    pub(crate) no_throttle: bool,
    /// Shows a channel as UPDATING for a while after UpdateChannel.
    #[arg(long)]
    pub(crate) show_updating: bool,
    /// Answers DeleteInput of an input in use with 400 instead of 409.
    #[arg(long)]
    pub(crate) busy_is_bad_request: bool,
    /// Lets StopChannel pass on an IDLE channel, instead of 409.
    #[arg(long)]
    pub(crate) stop_idle: bool,
    /// Judges a dry run of UpdateChannel in any state of the channel, instead of 409 unless it is
    /// IDLE.
    #[arg(long)]
    pub(crate) dry_run_in_any_state: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    /// The event: a JSON file, such as events/starter/created.json.
    #[arg(value_name = "FILE")]
    pub(crate) event: PathBuf,
    /// The function it is for. Default: the one that the file's folder is named after.
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) function: Option<Name>,
    /// Where the emulated MediaLive answers.
    #[arg(long, value_name = "URL", default_value_t = format!("http://{MEDIALIVE}"))]
    pub(crate) medialive: String,
    /// Sends the event as it is. Without it, it is about the newest channel and input there are,
    /// and its reply is awaited here.
    #[arg(long)]
    pub(crate) as_is: bool,
    /// Also prints what the function logs, to standard error.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PaceName {
    /// About a second each.
    Fast,
    /// As observed on AWS: over two minutes from start to RUNNING.
    Real,
}

impl From<PaceName> for Pace {
    fn from(name: PaceName) -> Self {
        match name {
            PaceName::Fast => Pace::fast(),
            PaceName::Real => Pace::real(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EncoderName {
    /// ffmpeg reads the source, encodes it and sends it.
    Ffmpeg,
    /// Nothing: states and events only.
    None,
}

impl From<EncoderName> for EncoderChoice {
    fn from(name: EncoderName) -> Self {
        match name {
            EncoderName::Ffmpeg => EncoderChoice::Ffmpeg,
            EncoderName::None => EncoderChoice::None,
        }
    }
}

impl From<&Choices> for lilo_medialive_emulator::Choices {
    fn from(typed: &Choices) -> Self {
        let strict = Self::default();
        Self {
            throttle: strict.throttle.filter(|_| !typed.no_throttle),
            update_is_shown: typed.show_updating,
            busy_input_is_a_bad_request: typed.busy_is_bad_request,
            idle_channels_may_be_stopped: typed.stop_idle,
            dry_runs_in_any_state: typed.dry_run_in_any_state,
        }
    }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as Key=Value")?;
    Ok((key.to_owned(), value.to_owned()))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "give a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// The emulator believes whoever calls it, so it answers this machine only.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_| "give an address and a port, such as 127.0.0.1:4580")?;
    if !address.ip().is_loopback() {
        return Err("the emulated MediaLive checks no credentials; give a loopback address".into());
    }
    Ok(address)
}

//! The command line.

mod cloud;
mod conformance;
#[cfg(test)]
mod documents;

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use lilo_medialive_emulator::{EncoderChoice, Pace};

use crate::local::function::Name;
pub(crate) use cloud::{Access, Deploy, Destroy, List, OneLoop, Status, TagConditions, Watch};
pub(crate) use conformance::{Conformance, Target};

/// The emulated MediaLive's default address.
const MEDIALIVE: &str = "127.0.0.1:4580";

/// Plays an MP4 file in an endless loop as a live channel.
///
/// Exit codes: 0 after a clean end, 1 after a failure (the last lines say what happened, why, and
/// what to do), 2 for wrong arguments, 130 when interrupted (on this machine by a second Ctrl-C: the
/// first ends the loop cleanly).
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
    /// The functions, templates and events are the same as on AWS. MediaLive is emulated, and
    /// ffmpeg encodes.
    Up(Up),
    /// Serves only the emulated MediaLive, for the AWS CLI, SDKs and other programs.
    Emulator(Emulator),
    /// Sends a sample event to its function, which works on a running `lilo emulator` or `lilo up`.
    ///
    /// The function runs as its own process, as in Lambda. The command prints its reply; the exit
    /// code is 1 if the reply is FAILED.
    Replay(Replay),
    /// Creates or updates a loop on AWS, with the bucket and functions that it needs.
    ///
    /// A local file is uploaded once, to LILO's own bucket. An existing loop keeps the settings
    /// whose options are missing. The command first follows a running operation on the stack to its
    /// end. Ctrl-C stops watching; the stack operation continues. Events go to standard output, the
    /// rest to standard error.
    ///
    /// Exit codes: 0 when the loop is deployed (and RUNNING, if it starts automatically), 1 after a
    /// failure, 2 for wrong arguments, 130 when interrupted.
    Deploy(Deploy),
    /// Deletes a loop on AWS, in any state; with --all also everything that the loops share.
    ///
    /// It lists what it will delete, and asks. It deletes only what `lilo deploy` made: stacks and
    /// a bucket with the tag lilo:made-by. Exit codes: 0 when all is deleted, 1 after a failure or
    /// the answer no, 2 for wrong arguments, 130 when interrupted.
    Destroy(Destroy),
    /// Shows a loop on AWS: its state, start and stop times, destinations and source.
    Status(Status),
    /// Starts the channel of a loop on AWS, and waits until it runs.
    Start(OneLoop),
    /// Stops the channel of a loop on AWS, and waits until it is idle.
    Stop(OneLoop),
    /// Shows a loop on AWS on a page on this machine, until Ctrl-C.
    ///
    /// The page shows the channel's state and alerts and the stack's events, and MediaLive's
    /// thumbnails if the loop has Thumbnails=AUTO. It starts and stops the channel. It calls AWS
    /// only while a page is open.
    Watch(Watch),
    /// Lists the account's loops in the Region.
    List(List),
    /// Checks this machine and the AWS account: one line for each check, ok or what to do.
    ///
    /// It changes nothing. Without credentials it checks only this machine. Exit codes: 0 when
    /// nothing has to be done ("not checked" counts as nothing), 1 when something has to be done,
    /// 2 for wrong arguments, 130 when interrupted.
    Doctor(Doctor),
    /// Asks MediaLive what LILO could only assume of it, and reports the answers.
    ///
    /// The same checks run against the emulated MediaLive and against AWS; they cover the rows of
    /// docs/fidelity.md that are a choice. On AWS the command first says what it will make and what
    /// that costs, and asks. Its inputs and channels have the tag lilo:conformance, and are deleted
    /// however the run ends; after a kill, `--clean` deletes them. docs/conformance.md says what
    /// --deploy makes. Results go to standard output, the rest to standard error.
    ///
    /// Exit codes: 0 when every check is answered as the emulator answers it, 3 when one differs or
    /// has no answer, 1 after a failure or the answer no, 2 for wrong arguments, 130 when
    /// interrupted.
    Conformance(Conformance),
    /// Prints a completion script for a shell.
    ///
    /// For bash: `lilo completions bash > ~/.local/share/bash-completion/completions/lilo`.
    Completions { shell: Shell },
    /// Prints the manual page of the command, or of one of its commands.
    ///
    /// To read it: `lilo man up | man -l -`.
    Man {
        /// Such as `up`; without it, the page of `lilo` itself.
        command: Option<String>,
    },
    /// Runs one function; for internal use (docs/decisions/0001).
    #[command(hide = true)]
    Function { name: Name },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Up {
    /// The MP4 to loop: a file, an https:// URL, or s3ssl://bucket/key with --s3-root. Default: a
    /// test clip with bars, tone and a running timecode.
    #[arg(long, value_name = "PATH|URL")]
    pub(crate) source: Option<String>,
    /// A folder that replaces S3: s3ssl://bucket/key is read from DIR/bucket/key. Other users of
    /// this machine can read it while the command runs.
    #[arg(long, value_name = "DIR")]
    pub(crate) s3_root: Option<PathBuf>,
    /// The stream's destination address.
    #[arg(long, value_name = "IP", default_value_t = Ipv4Addr::LOCALHOST)]
    pub(crate) destination: Ipv4Addr,
    /// The stream's destination port.
    #[arg(long, value_name = "N", default_value = "5000", value_parser = port)]
    pub(crate) port: NonZeroU16,
    /// A parameter of infra/loop.yaml that has no option of its own; may be repeated.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,
    /// The duration of the emulated MediaLive's states.
    #[arg(long, value_enum, default_value_t = PaceName::Fast)]
    pub(crate) pace: PaceName,
    /// Ends and deletes the loop after this time; by default on Ctrl-C.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) duration: Option<Duration>,
    /// The emulated MediaLive's address.
    #[arg(long, value_name = "ADDRESS", default_value = MEDIALIVE, value_parser = loopback)]
    pub(crate) medialive_listen: SocketAddr,
    /// The address of the page that shows the loop. Default: 127.0.0.1:4581, or another port if that
    /// is taken.
    #[arg(long, value_name = "ADDRESS", value_parser = page_address)]
    pub(crate) page_listen: Option<SocketAddr>,
    /// Writes all calls to the emulated MediaLive to this file at the end, one JSON object per
    /// line.
    #[arg(long, value_name = "FILE")]
    pub(crate) call_log: Option<PathBuf>,
    /// Format of events; json prints one object per line.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
    /// Also prints the functions' logs, to standard error.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Emulator {
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = MEDIALIVE, value_parser = loopback)]
    pub(crate) listen: SocketAddr,
    /// The Region of requests that name none in their credential scope.
    #[arg(long, value_name = "REGION", default_value_t = lilo_medialive_emulator::Config::default().region)]
    pub(crate) region: String,
    /// The duration of states.
    #[arg(long, value_enum, default_value_t = PaceName::Fast)]
    pub(crate) pace: PaceName,
    /// The first id; channels and inputs count up from it.
    #[arg(long, value_name = "N", default_value_t = lilo_medialive_emulator::Config::default().first_id)]
    pub(crate) first_id: u64,
    /// A folder that replaces S3: s3ssl://bucket/key is read from DIR/bucket/key. Other users of
    /// this machine can read it while the command runs.
    #[arg(long, value_name = "DIR")]
    pub(crate) s3_root: Option<PathBuf>,
    /// The encoder behind RUNNING channels.
    #[arg(long, value_enum, default_value_t = EncoderName::Ffmpeg)]
    pub(crate) encoder: EncoderName,
    #[command(flatten)]
    pub(crate) choices: Choices,
}

/// Where sources about MediaLive disagree, the emulator follows the stricter one; each option
/// follows the other (docs/fidelity.md).
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "switches that a person sets one by one")]
pub(crate) struct Choices {
    /// Answers any number of requests, instead of 20 per second with a burst of 40.
    #[arg(long)]
    pub(crate) no_throttle: bool,
    /// Shows a channel as UPDATING for a while after UpdateChannel.
    #[arg(long)]
    pub(crate) show_updating: bool,
    /// Answers DeleteInput of an input in use with 400 instead of 409.
    #[arg(long)]
    pub(crate) busy_is_bad_request: bool,
    /// Accepts StopChannel on an IDLE channel, instead of answering 409.
    #[arg(long)]
    pub(crate) stop_idle: bool,
    /// Accepts DeleteChannel on a STOPPING channel, instead of answering 409, and deletes it once it
    /// has stopped.
    #[arg(long)]
    pub(crate) delete_while_stopping: bool,
    /// Validates a dry run of UpdateChannel in any state, instead of answering 409 unless IDLE.
    #[arg(long)]
    pub(crate) dry_run_in_any_state: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    /// The event: a JSON file, such as events/starter/created.json.
    #[arg(value_name = "FILE")]
    pub(crate) event: PathBuf,
    /// The event's function. Default: the name of the file's folder.
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) function: Option<Name>,
    /// The emulated MediaLive's URL.
    #[arg(long, value_name = "URL", default_value_t = format!("http://{MEDIALIVE}"))]
    pub(crate) medialive: String,
    /// The Region of the channel and the input in the emulated MediaLive.
    #[arg(long, value_name = "REGION", default_value_t = lilo_medialive_emulator::Config::default().region)]
    pub(crate) region: String,
    /// Keeps the event's ids, and also sends its reply where the event says. By default the event
    /// names the newest channel and input, and its reply comes here alone.
    #[arg(long)]
    pub(crate) as_is: bool,
    /// Also prints the function's logs, to standard error.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    /// Checks only this part. Default: both.
    #[arg(long, value_enum, value_name = "PART")]
    pub(crate) only: Option<Part>,
    /// The emulated MediaLive's address, as for `lilo up`.
    #[arg(long, value_name = "ADDRESS", default_value = MEDIALIVE, value_parser = loopback)]
    pub(crate) medialive_listen: SocketAddr,
    /// The stream's port, as for `lilo up`.
    #[arg(long, value_name = "N", default_value = "5000", value_parser = port)]
    pub(crate) port: NonZeroU16,
    /// Gives a check up after this time.
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// This machine: ffmpeg and ports.
    Machine,
    /// The AWS account.
    Account,
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
    /// ffmpeg reads, encodes and sends the source.
    Ffmpeg,
    /// None: only states and events.
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
            stopping_channels_may_be_deleted: typed.delete_while_stopping,
            dry_runs_in_any_state: typed.dry_run_in_any_state,
        }
    }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as Key=Value")?;
    Ok((key.to_owned(), value.to_owned()))
}

fn port(text: &str) -> Result<NonZeroU16, String> {
    text.parse().map_err(|_| "give a port from 1 to 65535".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "give a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// The page starts and stops channels, so it must not be reachable from other machines.
fn page_address(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_| "give an address and a port, such as 127.0.0.1:4581")?;
    if !address.ip().is_loopback() {
        return Err("the page starts and stops channels; give a loopback address".into());
    }
    Ok(address)
}

/// The emulator checks no credentials, so it must not be reachable from other machines.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_| "give an address and a port, such as 127.0.0.1:4580")?;
    if !address.ip().is_loopback() {
        return Err("the emulated MediaLive checks no credentials; give a loopback address".into());
    }
    Ok(address)
}

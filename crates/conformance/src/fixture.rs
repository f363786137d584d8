//! The inputs and the channel that checks work on, made when a check first needs them.
//!
//! There is one channel at a time, so never more than one runs. It runs for [`RUN_LIMIT`] at most.

mod channel;
mod input;
pub(crate) mod settings;
mod watch;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_medialive::Client;
use aws_sdk_medialive::operation::describe_channel::DescribeChannelError;
use aws_sdk_medialive::types::ChannelState;
use tokio::time::Instant;

use crate::answer::{Placeholders, Unanswered, unanswered};
use crate::report::{Measured, Progress};
pub(crate) use channel::{Kind, Wanted};
pub(crate) use input::{Use, source};

/// The tag of everything that a run makes. Its value names the run.
pub const TAG: &str = "lilo:conformance";
/// The name of the stack whose roles the deploy path tries. LILO's own rights allow no other tags
/// than LILO's, so what these roles make is known by the stack in the tag `lilo:stack-id`.
pub const PROBE_STACK: &str = "lilo-conformance-probe";
/// The channels that a run starts, one after the other.
pub const CHANNELS: u32 = 2;
const _: () = assert!(Kind::ALL.len() == CHANNELS as usize);
/// A channel is stopped this long after it runs; no check begins or goes on with it then.
pub const RUN_LIMIT: Duration = Duration::from_secs(5 * 60);
/// How long a channel may take to start. The user guide calls up to ten minutes normal.
pub const START_LIMIT: Duration = Duration::from_secs(10 * 60);
/// The first gap between two looks at a state.
const FIRST_GAP: Duration = Duration::from_millis(50);
/// How long any other state may last.
pub const STATE_LIMIT: Duration = Duration::from_secs(10 * 60);

/// Where the channels play from and to.
#[derive(Clone, Debug)]
pub struct Place {
    /// The URL of the source; it need not exist.
    pub source: String,
    /// The URL of the destination; nobody need listen.
    pub destination: String,
    /// The role that MediaLive takes on.
    pub role: Option<String>,
}

/// How long a check waits for a change that may not come.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// For a state that would follow a call at once.
    pub state: Duration,
    /// For what a running channel shows after a while: pictures and alerts.
    pub running: Duration,
}

/// The account under test, and what this run has made in it.
pub(crate) struct Fixture<'a> {
    pub(crate) client: &'a Client,
    pub(crate) place: &'a Place,
    pub(crate) waits: Waits,
    /// The value of the tag: the run's name.
    run: String,
    inputs: BTreeMap<Use, String>,
    channel: Option<(Kind, String)>,
    /// When the running channel has to be stopped.
    stop_at: Option<Instant>,
    /// Kinds of channel that MediaLive did not make or start, and why.
    given_up: BTreeMap<Kind, Unanswered>,
    /// The channel that was deleted first.
    pub(crate) deleted_channel: Option<String>,
    pub(crate) measured: Vec<Measured>,
    pub(crate) placeholders: Placeholders,
    progress: &'a mut dyn FnMut(Progress<'_>),
}

impl<'a> Fixture<'a> {
    pub(crate) fn new(
        client: &'a Client,
        place: &'a Place,
        waits: Waits,
        progress: &'a mut dyn FnMut(Progress<'_>),
    ) -> Self {
        let run = format!("{:08x}", fastrand::u32(..));
        let mut placeholders = Placeholders::new();
        placeholders.learn(&run, "RUN");
        Self {
            client,
            place,
            waits,
            run,
            inputs: BTreeMap::new(),
            channel: None,
            stop_at: None,
            given_up: BTreeMap::new(),
            deleted_channel: None,
            measured: Vec::new(),
            placeholders,
            progress,
        }
    }

    /// The tags of everything that this run makes.
    pub(crate) fn tags(&self) -> HashMap<String, String> {
        HashMap::from([(TAG.to_owned(), self.run.clone())])
    }

    /// A name that only this run uses.
    pub(crate) fn name(&self, what: &str) -> String {
        format!("lilo-conformance-{}-{what}", self.run)
    }

    pub(crate) fn tell(&mut self, progress: Progress<'_>) {
        (self.progress)(progress);
    }

    fn step(&mut self, text: &str) {
        self.tell(Progress::Step(text));
    }

    /// The time that the running channel has left, if one runs.
    fn time_left(&self) -> Option<Duration> {
        self.stop_at.map(|at| at.saturating_duration_since(Instant::now()))
    }

    fn measure(&mut self, what: &'static str, since: Instant) {
        self.measured.push(Measured { what, seconds: since.elapsed().as_secs_f64() });
    }
}

/// The state of a channel, or DELETED if it is gone altogether.
pub(crate) async fn channel_state(client: &Client, id: &str) -> Result<ChannelState, Unanswered> {
    match client.describe_channel().channel_id(id).send().await {
        Ok(channel) => Ok(channel.state.unwrap_or(ChannelState::from(""))),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(DescribeChannelError::is_not_found_exception) =>
        {
            Ok(ChannelState::Deleted)
        }
        Err(error) => Err(unanswered("look at the channel", &error)),
    }
}

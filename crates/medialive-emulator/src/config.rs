//! The emulator's settings and their defaults.

use jiff::Timestamp;

use crate::pace::Pace;
use crate::throttle::Throttle;

/// The emulator's identity, pace and choices.
#[derive(Clone, Debug)]
pub struct Config {
    /// The region of requests without a credential scope. It is in ARNs and events.
    pub region: String,
    /// The account of requests whose access key id is no account: twelve digits. It is in ARNs and
    /// events.
    pub account: String,
    /// The first resource's id; channels and inputs count up from it.
    pub first_id: u64,
    /// The durations of states.
    pub pace: Pace,
    /// The encoder behind RUNNING channels.
    pub encoder: EncoderChoice,
    /// Base URL of the buckets: `s3ssl://bucket/key` is read from `BASE/bucket/key`. Without it,
    /// such a source cannot be read.
    pub s3: Option<String>,
    /// Behaviour where MediaLive's is unknown.
    pub choices: Choices,
    /// The emulator's start on its own clock, which then follows tokio's, paused or not. `None`
    /// uses the system's clock.
    pub epoch: Option<Timestamp>,
}

impl Default for Config {
    /// `us-east-1`, account 000000000000, ids from 1000001, the fast pace, no encoder, the system's
    /// clock.
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            first_id: 1_000_001,
            pace: Pace::fast(),
            encoder: EncoderChoice::None,
            s3: None,
            choices: Choices::default(),
            epoch: None,
        }
    }
}

/// Assumptions about MediaLive where publications are silent or contradict each other. The defaults
/// are the stricter ones.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Choices {
    /// The request rate above which the answer is 429; `None` has no limit.
    pub throttle: Option<Throttle>,
    /// Whether `UpdateChannel` makes a channel UPDATING for a while. By default it stays IDLE: the
    /// user guide's "States for channels" ties UPDATING to a change of the class alone.
    pub update_is_shown: bool,
    /// Whether `DeleteInput` answers `BadRequestException` for an input in use, as a comment in
    /// aws-samples/sample-elemental-inference-video-clipping-portal says, instead of
    /// `ConflictException`, as in aws-bench/aws-bench. The API's model lists both; the text is the
    /// same.
    pub busy_input_is_a_bad_request: bool,
    /// Whether `StopChannel` ignores an IDLE channel, as aws-solutions/live-streaming-on-aws
    /// expects. By default it is a conflict, as in aws-bench/aws-bench.
    pub idle_channels_may_be_stopped: bool,
    /// Whether `DeleteChannel` accepts a STOPPING channel, which is then deleted as soon as it has
    /// stopped: aws-solutions/live-streaming-on-aws does not wait between the two calls. By default
    /// it is a conflict, as in rebuy-de/aws-nuke#446.
    pub stopping_channels_may_be_deleted: bool,
    /// Whether a dry run of `UpdateChannel` validates a channel's settings in any state. By default
    /// a dry run answers like the call itself: with a conflict unless the channel is IDLE. Nothing
    /// is published.
    pub dry_runs_in_any_state: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            throttle: Some(Throttle::medialive()),
            update_is_shown: false,
            busy_input_is_a_bad_request: false,
            idle_channels_may_be_stopped: false,
            stopping_channels_may_be_deleted: false,
            dry_runs_in_any_state: false,
        }
    }
}

/// The encoder behind RUNNING channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncoderChoice {
    /// ffmpeg reads, encodes and sends the source.
    Ffmpeg,
    /// None: only states and events.
    None,
}

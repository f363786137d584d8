//! What a person can choose about an emulator. Decides the defaults, and nothing else.

use jiff::Timestamp;

use crate::pace::Pace;
use crate::throttle::Throttle;

/// How an emulator presents itself and how quickly it works.
#[derive(Clone, Debug)]
pub struct Config {
    /// The region in ARNs and events.
    pub region: String,
    /// The account in ARNs and events: twelve digits.
    pub account: String,
    /// The id of the first resource; every further one, channel or input, counts up by one.
    pub first_id: u64,
    /// How long each state lasts.
    pub pace: Pace,
    /// What plays behind RUNNING.
    pub encoder: EncoderChoice,
    /// Where buckets are served over HTTP: `s3ssl://bucket/key` is read from `BASE/bucket/key`.
    /// Without it, such a source cannot be read.
    pub s3: Option<String>,
    /// What it does where nothing certain is known of MediaLive.
    pub choices: Choices,
    /// The wall-clock time at which the emulator was made; from there its clock follows tokio's,
    /// paused or not. `None` is the system's clock.
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

/// What MediaLive's behaviour is taken for where what is published is silent or contradicts itself.
/// The defaults are the stricter ones.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Choices {
    /// Beyond this rate requests are answered by 429; `None` answers them all.
    pub throttle: Option<Throttle>,
    /// Whether a channel is UPDATING for a while after `UpdateChannel`. By default it stays IDLE:
    /// the user guide's "States for channels" ties UPDATING to a change of the class alone.
    pub update_is_shown: bool,
    /// Whether an input in use is a `BadRequestException` to `DeleteInput`, as a comment in
    /// aws-samples/sample-elemental-inference-video-clipping-portal has it, and not a
    /// `ConflictException`, as in aws-bench/aws-bench. The API's model lists both; the text is the
    /// same.
    pub busy_input_is_a_bad_request: bool,
    /// Whether `StopChannel` does nothing to a channel that is IDLE, as
    /// aws-solutions/live-streaming-on-aws relies on. By default it is a conflict, as in
    /// aws-bench/aws-bench.
    pub idle_channels_may_be_stopped: bool,
    /// Whether a dry run of `UpdateChannel` judges the settings of a channel in any state. By
    /// default it is answered as the call itself would be: with a conflict unless the channel is
    /// IDLE. Nothing is published.
    pub dry_runs_in_any_state: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            throttle: Some(Throttle::medialive()),
            update_is_shown: false,
            busy_input_is_a_bad_request: false,
            idle_channels_may_be_stopped: false,
            dry_runs_in_any_state: false,
        }
    }
}

/// What plays behind a RUNNING channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncoderChoice {
    /// ffmpeg reads the source, encodes it and sends it.
    Ffmpeg,
    /// Nothing: states and events only.
    None,
}

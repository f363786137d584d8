//! What a person can choose about an emulator. Decides the defaults, and nothing else.

use jiff::Timestamp;

use crate::pace::Pace;

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
    /// What it does where nothing certain is known of MediaLive.
    pub choices: Choices,
    /// The wall-clock time at which the emulator was made; from there its clock follows tokio's, paused or not.
    /// `None` is the system's clock.
    pub epoch: Option<Timestamp>,
}

impl Default for Config {
    /// `us-east-1`, account 000000000000, ids from 1000001, the fast pace, no encoder, the system's clock.
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            first_id: 1_000_001,
            pace: Pace::fast(),
            encoder: EncoderChoice::None,
            choices: Choices::default(),
            epoch: None,
        }
    }
}

/// What MediaLive's behaviour is taken for where what is published is silent or contradicts itself. The defaults are the
/// stricter ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Whether a channel is UPDATING for a while after `UpdateChannel`. By default it stays IDLE: the user guide's
    /// "States for channels" ties UPDATING to a change of the class alone.
    pub update_is_shown: bool,
}

/// What plays behind a RUNNING channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncoderChoice {
    /// ffmpeg reads the source, encodes it and sends it.
    Ffmpeg,
    /// Nothing: states and events only.
    None,
}

//! The settings that the encoder uses, and the way through a channel's lists that leads to them.
//!
//! Defaults of absent settings are the emulator's choice: MediaLive's are not all published.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Unplayable, missing};
use audio::{AudioDescription, AudioSelector};
use input_loss::InputLossBehavior;
use lilo_encoder::{Audio, InputLoss, Program, SourceEnd, Video};
use m2ts::M2tsSettings;
use video::VideoDescription;

mod audio;
mod input_loss;
mod m2ts;
mod video;

pub(super) use input_loss::color;
pub(super) use m2ts::pid;

/// The used part of a channel.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ChannelSettings {
    encoder_settings: EncoderSettings,
    input_attachments: Vec<InputAttachment>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct EncoderSettings {
    audio_descriptions: Vec<AudioDescription>,
    global_configuration: GlobalConfiguration,
    output_groups: Vec<OutputGroup>,
    video_descriptions: Vec<VideoDescription>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GlobalConfiguration {
    input_loss_behavior: InputLossBehavior,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InputAttachment {
    input_settings: InputSettings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InputSettings {
    audio_selectors: Vec<AudioSelector>,
    source_end_behavior: SourceEndBehavior,
}

/// CONTINUE is the model's default.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SourceEndBehavior {
    #[default]
    Continue,
    Loop,
}

#[derive(Debug, Deserialize)]
struct OutputGroup {
    outputs: Vec<Output>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    #[serde(default)]
    audio_description_names: Vec<String>,
    video_description_name: Option<String>,
    #[serde(rename = "outputSettings")]
    settings: OutputSettings,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OutputSettings {
    udp_output_settings: Option<UdpOutputSettings>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UdpOutputSettings {
    #[serde(default)]
    container_settings: UdpContainerSettings,
    destination: OutputLocationRef,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct UdpContainerSettings {
    m2ts_settings: M2tsSettings,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OutputLocationRef {
    destination_ref_id: String,
}

/// The places of the played items in their lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) group: usize,
    pub(super) output: usize,
    pub(super) video: usize,
    /// Without it there is no sound.
    pub(super) audio: Option<usize>,
    /// Without it the description's selector is not among the input's.
    pub(super) selector: Option<usize>,
}

impl ChannelSettings {
    pub(super) fn read(document: &Map<String, Value>) -> Result<Self, Unplayable> {
        Self::deserialize(document)
            .map_err(|error| Unplayable::Settings { reason: error.to_string() })
    }

    /// The first UDP output, its video, its first audio, and the selector that this audio names.
    pub(super) fn route(&self) -> Result<Route, Unplayable> {
        let settings = &self.encoder_settings;
        let groups = settings.output_groups.iter().enumerate();
        let mut outputs = groups.flat_map(|(group, it)| {
            it.outputs.iter().enumerate().map(move |(output, it)| (group, output, it))
        });
        let udp = outputs.find(|(_, _, it)| it.settings.udp_output_settings.is_some());
        let (group, output, played) = udp.ok_or(missing("UDP output"))?;
        let name = played.video_description_name.as_deref();
        let video =
            settings.video_descriptions.iter().position(|it| Some(it.name.as_str()) == name);
        let audio = match played.audio_description_names.first() {
            Some(name) => {
                let found = settings.audio_descriptions.iter().position(|it| it.name == *name);
                Some(found.ok_or(missing("audio in its output"))?)
            }
            None => None,
        };
        let named = audio.and_then(|it| settings.audio_descriptions[it].selector());
        Ok(Route {
            group,
            output,
            video: video.ok_or(missing("video in its output"))?,
            audio,
            selector: self.input().audio_selectors.iter().position(|it| Some(it.name()) == named),
        })
    }

    pub(super) fn source_end(&self) -> SourceEnd {
        match self.input().source_end_behavior {
            SourceEndBehavior::Continue => SourceEnd::Continue,
            SourceEndBehavior::Loop => SourceEnd::Loop,
        }
    }

    pub(super) fn input_loss(&self) -> InputLoss {
        self.encoder_settings.global_configuration.input_loss_behavior.input_loss()
    }

    pub(super) fn video(&self, route: Route) -> Result<Video, Unplayable> {
        self.encoder_settings.video_descriptions[route.video].video()
    }

    pub(super) fn audio(&self, route: Route) -> Result<Option<Audio>, Unplayable> {
        let selector = route.selector.map(|it| &self.input().audio_selectors[it]);
        let audio = route.audio.map(|it| &self.encoder_settings.audio_descriptions[it]);
        audio.map(|it| it.audio(selector)).transpose()
    }

    pub(super) fn program(&self, route: Route) -> Result<Program, Unplayable> {
        let udp = self.udp(route);
        udp.map_or(Ok(Program::default()), |it| it.container_settings.m2ts_settings.program())
    }

    /// The id of the output's destination.
    pub(super) fn destination(&self, route: Route) -> &str {
        self.udp(route).map(|it| it.destination.destination_ref_id.as_str()).unwrap_or_default()
    }

    fn udp(&self, route: Route) -> Option<&UdpOutputSettings> {
        let output = &self.encoder_settings.output_groups[route.group].outputs[route.output];
        output.settings.udp_output_settings.as_ref()
    }

    /// The first attachment's settings: without a schedule it is the only one that plays.
    fn input(&self) -> &InputSettings {
        const ABSENT: &InputSettings = &InputSettings {
            audio_selectors: Vec::new(),
            source_end_behavior: SourceEndBehavior::Continue,
        };
        self.input_attachments.first().map_or(ABSENT, |it| &it.input_settings)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a saturating cast of a rounded count"
)]
fn whole(number: f64) -> u32 {
    number.round().max(1.0) as u32
}

#[cfg(test)]
mod tests;

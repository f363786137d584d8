//! The part of `EncoderSettings` that the encoder uses. All else is stored but not parsed.
//!
//! Defaults of absent settings are the emulator's choice: MediaLive's are not all published.

use serde::Deserialize;

use super::Unplayable;
use lilo_encoder::{Audio, Profile, RateControl, Video};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EncoderSettings {
    video_descriptions: Vec<VideoDescription>,
    audio_descriptions: Vec<AudioDescription>,
    output_groups: Vec<OutputGroup>,
}

#[derive(Debug, Deserialize)]
struct OutputGroup {
    outputs: Vec<Output>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
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
struct UdpOutputSettings {
    destination: OutputLocationRef,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OutputLocationRef {
    destination_ref_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VideoDescription {
    name: String,
    width: Option<u32>,
    height: Option<u32>,
    codec_settings: Option<VideoCodecSettings>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VideoCodecSettings {
    h264_settings: Option<H264Settings>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct H264Settings {
    framerate_numerator: Option<u32>,
    framerate_denominator: Option<u32>,
    bitrate: Option<u32>,
    max_bitrate: Option<u32>,
    rate_control_mode: Option<RateControlMode>,
    gop_size: Option<f64>,
    gop_size_units: Option<GopSizeUnits>,
    gop_num_b_frames: Option<u32>,
    num_ref_frames: Option<u32>,
    profile: Option<H264Profile>,
    entropy_encoding: Option<EntropyEncoding>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum RateControlMode {
    Cbr,
    Multiplex,
    Qvbr,
    Vbr,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum GopSizeUnits {
    Frames,
    Seconds,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum H264Profile {
    Baseline,
    Main,
    #[serde(alias = "HIGH_10BIT", alias = "HIGH_422", alias = "HIGH_422_10BIT")]
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum EntropyEncoding {
    Cabac,
    Cavlc,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AudioDescription {
    name: String,
    language_code: Option<String>,
    codec_settings: Option<AudioCodecSettings>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AudioCodecSettings {
    aac_settings: Option<AacSettings>,
}

/// The API uses doubles, but the values are integers in practice.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AacSettings {
    bitrate: Option<f64>,
    sample_rate: Option<f64>,
}

impl Output {
    pub(super) fn destination(&self) -> &str {
        let udp = self.settings.udp_output_settings.as_ref();
        udp.map(|it| it.destination.destination_ref_id.as_str()).unwrap_or_default()
    }
}

impl EncoderSettings {
    pub(super) fn udp_output(&self) -> Option<&Output> {
        let mut outputs = self.output_groups.iter().flat_map(|group| &group.outputs);
        outputs.find(|output| output.settings.udp_output_settings.is_some())
    }

    pub(super) fn video(&self, output: &Output) -> Result<Video, Unplayable> {
        let name = output.video_description_name.as_deref();
        let description = self.video_descriptions.iter().find(|it| Some(it.name.as_str()) == name);
        let description = description.ok_or(missing("video in its output"))?;
        let h264 = description.codec_settings.as_ref().and_then(|it| it.h264_settings.as_ref());
        let h264 = h264.ok_or(missing("H.264 settings"))?;
        let numerator = h264.framerate_numerator.ok_or(missing("frame rate"))?;
        let frame_rate = (numerator, h264.framerate_denominator.unwrap_or(1));
        Ok(Video {
            width: description.width.ok_or(missing("width"))?,
            height: description.height.ok_or(missing("height"))?,
            frame_rate,
            bitrate: h264.ceiling().ok_or(missing("video bitrate"))?,
            rate_control: h264.rate_control(),
            gop_frames: h264.gop_frames(frame_rate),
            b_frames: h264.gop_num_b_frames.unwrap_or(2),
            reference_frames: h264.num_ref_frames.unwrap_or(1),
            profile: h264.profile(),
            cabac: h264.entropy_encoding != Some(EntropyEncoding::Cavlc),
        })
    }

    pub(super) fn audio(&self, output: &Output) -> Result<Audio, Unplayable> {
        let name = output.audio_description_names.first();
        let description = self.audio_descriptions.iter().find(|it| Some(&it.name) == name);
        let description = description.ok_or(missing("audio in its output"))?;
        let aac = description.codec_settings.as_ref().and_then(|it| it.aac_settings.as_ref());
        let aac = aac.ok_or(missing("AAC settings"))?;
        Ok(Audio {
            bitrate: whole(aac.bitrate.unwrap_or(96_000.0)),
            sample_rate: whole(aac.sample_rate.unwrap_or(48_000.0)),
            language: description.language_code.clone().unwrap_or_else(|| "und".to_owned()),
        })
    }
}

impl H264Settings {
    fn rate_control(&self) -> RateControl {
        match self.rate_control_mode {
            Some(RateControlMode::Cbr) => RateControl::Cbr,
            Some(RateControlMode::Qvbr | RateControlMode::Vbr | RateControlMode::Multiplex)
            | None => RateControl::Qvbr,
        }
    }

    fn ceiling(&self) -> Option<u32> {
        match self.rate_control() {
            RateControl::Cbr => self.bitrate,
            RateControl::Qvbr => self.max_bitrate.or(self.bitrate),
        }
    }

    fn gop_frames(&self, (numerator, denominator): (u32, u32)) -> u32 {
        let size = self.gop_size.unwrap_or(90.0);
        match self.gop_size_units {
            Some(GopSizeUnits::Seconds) => {
                whole(size * f64::from(numerator) / f64::from(denominator.max(1)))
            }
            Some(GopSizeUnits::Frames) | None => whole(size),
        }
    }

    fn profile(&self) -> Profile {
        match self.profile {
            Some(H264Profile::Baseline) => Profile::Baseline,
            Some(H264Profile::High) => Profile::High,
            Some(H264Profile::Main) | None => Profile::Main,
        }
    }
}

fn missing(missing: &'static str) -> Unplayable {
    Unplayable::Missing { missing }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a saturating cast of a rounded count"
)]
fn whole(number: f64) -> u32 {
    number.round().max(1.0) as u32
}

//! A video description: H.264 alone.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::{Unplayable, missing};
use super::whole;
use lilo_encoder::{Gop, Profile, RateControl, Video};

/// The model recommends these for a large screen. Without a level MediaLive finds the best quality
/// by itself.
const DEFAULT_QUALITY: u8 = 8;
const DEFAULT_MAX_BITRATE: u32 = 4_000_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VideoDescription {
    pub(super) name: String,
    width: Option<u32>,
    height: Option<u32>,
    codec_settings: Option<VideoCodecSettings>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VideoCodecSettings {
    h264_settings: Option<H264Settings>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct H264Settings {
    framerate_control: Option<FramerateControl>,
    framerate_numerator: Option<u32>,
    framerate_denominator: Option<u32>,
    bitrate: Option<u32>,
    max_bitrate: Option<u32>,
    qvbr_quality_level: Option<u8>,
    rate_control_mode: Option<RateControlMode>,
    gop_size: Option<f64>,
    gop_size_units: Option<GopSizeUnits>,
    gop_num_b_frames: Option<u32>,
    num_ref_frames: Option<u32>,
    profile: Option<H264Profile>,
    entropy_encoding: Option<EntropyEncoding>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum FramerateControl {
    InitializeFromSource,
    Specified,
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

impl VideoDescription {
    /// MediaLive accepts a video without codec settings (observed: Couchtour-tv/couchtourtv-api).
    /// H.264 with the defaults plays then, by choice.
    fn h264(&self) -> Result<H264Settings, Unplayable> {
        let Some(codec) = &self.codec_settings else { return Ok(H264Settings::default()) };
        match &codec.h264_settings {
            Some(h264) => Ok(h264.clone()),
            None if codec.others.is_empty() => Ok(H264Settings::default()),
            None => Err(missing("H.264 settings")),
        }
    }

    pub(super) fn video(&self) -> Result<Video, Unplayable> {
        let h264 = self.h264()?;
        Ok(Video {
            width: self.width,
            height: self.height,
            frame_rate: h264.frame_rate(),
            bitrate: h264.ceiling().ok_or(missing("video bitrate"))?,
            rate_control: h264.rate_control(),
            gop: h264.gop()?,
            b_frames: h264.gop_num_b_frames.unwrap_or(2),
            reference_frames: h264.num_ref_frames.unwrap_or(1),
            profile: h264.profile(),
            cabac: h264.entropy_encoding != Some(EntropyEncoding::Cavlc),
        })
    }
}

impl H264Settings {
    /// `None` is the source's.
    fn frame_rate(&self) -> Option<(u32, u32)> {
        if self.framerate_control == Some(FramerateControl::InitializeFromSource) {
            return None;
        }
        Some((self.framerate_numerator?, self.framerate_denominator.unwrap_or(1)))
    }

    fn rate_control(&self) -> RateControl {
        match self.rate_control_mode {
            Some(RateControlMode::Cbr) => RateControl::Cbr,
            Some(RateControlMode::Qvbr | RateControlMode::Vbr | RateControlMode::Multiplex)
            | None => {
                RateControl::Qvbr { quality: self.qvbr_quality_level.unwrap_or(DEFAULT_QUALITY) }
            }
        }
    }

    fn ceiling(&self) -> Option<u32> {
        match self.rate_control() {
            RateControl::Cbr => self.bitrate,
            RateControl::Qvbr { .. } => {
                self.max_bitrate.or(self.bitrate).or(Some(DEFAULT_MAX_BITRATE))
            }
        }
    }

    fn gop(&self) -> Result<Gop, Unplayable> {
        let size = self.gop_size.unwrap_or(90.0);
        match self.gop_size_units {
            Some(GopSizeUnits::Seconds) => {
                let time = Duration::try_from_secs_f64(size).ok().filter(|it| !it.is_zero());
                let reason = || format!("a gopSize of {size} seconds");
                time.map(Gop::Time).ok_or_else(|| Unplayable::Settings { reason: reason() })
            }
            Some(GopSizeUnits::Frames) | None => Ok(Gop::Frames(whole(size))),
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

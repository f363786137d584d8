//! The channel that a loop asks for: what is adjustable of it. The rest is fixed in `encoder_settings`.

use lilo_lifecycle::channel::ChannelClass;
use lilo_lifecycle::tags::Tags;
use strum::{Display, EnumString, VariantNames};
use uuid::Uuid;

/// A channel that plays one input in an endless loop to one RTP or UDP destination per pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelSpec {
    /// Need not be unique.
    pub name: String,
    /// One pipeline or two.
    pub class: ChannelClass,
    /// The input to play.
    pub input_id: String,
    /// The role by which MediaLive reads the input and writes logs.
    pub role_arn: String,
    /// `rtp://` or `udp://` URL with address and port: one per pipeline.
    pub destinations: Vec<String>,
    /// What the source is at most; sets MediaLive's price of the input.
    pub input_codec: InputCodec,
    /// What the source is at most; sets MediaLive's price of the input.
    pub input_resolution: InputResolution,
    /// What the source is at most; sets MediaLive's price of the input.
    pub input_maximum_bitrate: InputMaximumBitrate,
    /// How the video's bits are spent.
    pub rate_control: RateControl,
    /// Bits per second: the constant rate with CBR, the ceiling with QVBR.
    pub video_bitrate: i32,
    /// ISO 639 code that the output's audio is labelled with.
    pub audio_language: String,
    /// How much the channel writes to the log group `ElementalMediaLive`.
    pub log_level: LogLevel,
    /// Tags to create it with.
    pub tags: Tags,
}

/// Raised whenever the settings that are fixed (`encoder_settings`) change: the next Update then brings them to channels that
/// an older LILO made.
const FIXED_SETTINGS: u32 = 1;

impl ChannelSpec {
    /// A short text that differs for specs that UpdateChannel would make different channels of: of everything but class and
    /// tags.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let Self {
            name,
            class: _,
            input_id,
            role_arn,
            destinations,
            input_codec,
            input_resolution,
            input_maximum_bitrate,
            rate_control,
            video_bitrate,
            audio_language,
            log_level,
            tags: _,
        } = self;
        let destinations = destinations.join(" ");
        let text = format!(
            "{FIXED_SETTINGS}\n{name}\n{input_id}\n{role_arn}\n{destinations}\n{input_codec}\n{input_resolution}\n\
             {input_maximum_bitrate}\n{rate_control}\n{video_bitrate}\n{audio_language}\n{log_level}"
        );
        Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).to_string()
    }
}

macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident $style:literal { $($(#[$variant_doc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, VariantNames)]
        #[strum(serialize_all = $style)]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }
    };
}

wire_enum! {
    /// The source's video codec.
    InputCodec "SCREAMING_SNAKE_CASE" {
        /// MPEG-2.
        Mpeg2,
        /// H.264.
        Avc,
        /// H.265.
        Hevc,
    }
}

wire_enum! {
    /// The source's picture size.
    InputResolution "SCREAMING_SNAKE_CASE" {
        /// Below 720 lines.
        Sd,
        /// 720 to 1080 lines.
        Hd,
        /// Above 1080 lines.
        Uhd,
    }
}

wire_enum! {
    /// The source's bitrate.
    InputMaximumBitrate "SCREAMING_SNAKE_CASE" {
        /// Up to 10 Mb/s.
        #[strum(serialize = "MAX_10_MBPS")]
        Max10Mbps,
        /// Up to 20 Mb/s.
        #[strum(serialize = "MAX_20_MBPS")]
        Max20Mbps,
        /// Up to 50 Mb/s.
        #[strum(serialize = "MAX_50_MBPS")]
        Max50Mbps,
    }
}

wire_enum! {
    /// How the video's bits are spent.
    RateControl "SCREAMING_SNAKE_CASE" {
        /// The same number every second.
        Cbr,
        /// What the quality needs, up to a ceiling.
        Qvbr,
    }
}

wire_enum! {
    /// How much a channel logs.
    LogLevel "SCREAMING_SNAKE_CASE" {
        /// Errors.
        Error,
        /// And warnings.
        Warning,
        /// And information.
        Info,
        /// Everything.
        Debug,
        /// Nothing.
        Disabled,
    }
}

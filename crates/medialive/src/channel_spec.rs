//! The channel that a loop asks for: what is adjustable of it. The rest is fixed in
//! `encoder_settings`.

use lilo_lifecycle::Tags;
use lilo_lifecycle::channel::ChannelClass;
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
    /// Whether MediaLive makes pictures of the input.
    pub thumbnails: Thumbnails,
    /// Tags to create it with.
    pub tags: Tags,
}

impl ChannelSpec {
    /// A channel with the default settings, for tests.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            name: "Dev".into(),
            class: ChannelClass::SinglePipeline,
            input_id: "1".into(),
            role_arn: "arn:aws:iam::111122223333:role/x".into(),
            destinations: vec!["rtp://203.0.113.10:5000".into()],
            input_codec: InputCodec::Avc,
            input_resolution: InputResolution::Hd,
            input_maximum_bitrate: InputMaximumBitrate::Max10Mbps,
            rate_control: RateControl::Cbr,
            video_bitrate: 10_000_000,
            audio_language: "fr".into(),
            log_level: LogLevel::Debug,
            thumbnails: Thumbnails::Disabled,
            tags: Tags::new(),
        }
    }

    /// A short text that differs for specs that UpdateChannel would make different channels of: of
    /// all but class and tags.
    ///
    /// It covers only what differs from its default, so a setting that a later version adds does
    /// not change the fingerprint of channels that have its default, and does not interrupt them.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.settings())
    }

    /// Name, value and default of each setting; `None` has no default. A new setting goes to the
    /// end, with the default that channels without it have. Names and defaults never change: the
    /// fingerprints of channels that run depend on them.
    fn settings(&self) -> Vec<Setting> {
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
            thumbnails,
            tags: _,
        } = self;
        vec![
            ("name", name.clone(), None),
            ("input_id", input_id.clone(), None),
            ("role_arn", role_arn.clone(), None),
            ("destinations", destinations.join(" "), None),
            ("input_codec", input_codec.to_string(), Some("AVC")),
            ("input_resolution", input_resolution.to_string(), Some("HD")),
            ("input_maximum_bitrate", input_maximum_bitrate.to_string(), Some("MAX_10_MBPS")),
            ("rate_control", rate_control.to_string(), Some("CBR")),
            ("video_bitrate", video_bitrate.to_string(), Some("10000000")),
            ("audio_language", audio_language.clone(), Some("fr")),
            ("log_level", log_level.to_string(), Some("DEBUG")),
            ("thumbnails", thumbnails.to_string(), Some("DISABLED")),
        ]
    }
}

type Setting = (&'static str, String, Option<&'static str>);

fn fingerprint(settings: &[Setting]) -> String {
    let chosen = settings.iter().filter(|(_, value, default)| *default != Some(value.as_str()));
    let lines: Vec<_> = chosen.map(|(name, value, _)| format!("{name}={value}")).collect();
    Uuid::new_v5(&Uuid::NAMESPACE_OID, lines.join("\n").as_bytes()).to_string()
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

wire_enum! {
    /// Whether MediaLive makes pictures of the input.
    Thumbnails "SCREAMING_SNAKE_CASE" {
        /// One every two seconds.
        Auto,
        /// None.
        Disabled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_setting_changes_no_fingerprint_until_it_is_used() {
        let today = ChannelSpec::sample().settings();
        let with = |value: &str| {
            let added = [("captions", value.to_owned(), Some("NONE"))];
            fingerprint(&[today.as_slice(), &added].concat())
        };

        assert_eq!(with("NONE"), ChannelSpec::sample().fingerprint());
        assert_ne!(with("ALL"), ChannelSpec::sample().fingerprint());
    }

    /// The tag of channels that a version without thumbnails has made.
    #[test]
    fn channels_without_thumbnails_keep_their_fingerprint() {
        let today = ChannelSpec::sample();
        let mut before = today.settings();
        before.retain(|(name, ..)| *name != "thumbnails");

        assert_eq!(fingerprint(&before), today.fingerprint());
        let auto = ChannelSpec { thumbnails: Thumbnails::Auto, ..today };
        assert_ne!(fingerprint(&before), auto.fingerprint());
    }

    #[test]
    fn a_fingerprint_follows_every_setting_but_not_class_or_tags() {
        let today = ChannelSpec::sample().settings();
        for index in 0..today.len() {
            let mut changed = today.clone();
            changed[index].1.push('x');
            assert_ne!(fingerprint(&changed), fingerprint(&today), "{}", today[index].0);
        }
        let tags = Tags::from([("Owner".to_owned(), "Sport".to_owned())]);
        let other = ChannelSpec { class: ChannelClass::Standard, tags, ..ChannelSpec::sample() };
        assert_eq!(other.fingerprint(), ChannelSpec::sample().fingerprint());
    }
}

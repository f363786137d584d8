//! An audio description, AAC alone, and the input's audio selectors.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::{Unplayable, missing};
use super::whole;
use lilo_encoder::{Audio, Track};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AudioDescription {
    pub(super) name: String,
    audio_selector_name: Option<String>,
    language_code: Option<String>,
    language_code_control: Option<LanguageCodeControl>,
    codec_settings: Option<AudioCodecSettings>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum LanguageCodeControl {
    FollowInput,
    UseConfigured,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AudioCodecSettings {
    aac_settings: Option<AacSettings>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// The API uses doubles, but the values are integers in practice.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AacSettings {
    bitrate: Option<f64>,
    sample_rate: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AudioSelector {
    name: String,
    #[serde(default)]
    selector_settings: SelectorSettings,
}

/// An MP4 file has no PIDs and no HLS renditions, so the other two kinds do not apply.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SelectorSettings {
    audio_track_selection: Option<TrackSelection>,
    audio_language_selection: Option<LanguageSelection>,
}

#[derive(Debug, Deserialize)]
struct TrackSelection {
    #[serde(default)]
    tracks: Vec<SelectedTrack>,
}

#[derive(Debug, Deserialize)]
struct SelectedTrack {
    track: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LanguageSelection {
    language_code: String,
    #[serde(default)]
    language_selection_policy: LanguagePolicy,
}

/// The model has no default. LOOSE never leaves a stream without sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum LanguagePolicy {
    #[default]
    Loose,
    Strict,
}

impl AudioDescription {
    /// The name of its selector.
    pub(super) fn selector(&self) -> Option<&str> {
        self.audio_selector_name.as_deref()
    }

    /// MediaLive accepts a sound without codec settings (observed:
    /// Couchtour-tv/couchtourtv-api). AAC with the defaults plays then, by choice.
    fn aac(&self) -> Result<AacSettings, Unplayable> {
        let Some(codec) = &self.codec_settings else { return Ok(AacSettings::default()) };
        match codec.aac_settings {
            Some(aac) => Ok(aac),
            None if codec.others.is_empty() => Ok(AacSettings::default()),
            None => Err(missing("AAC settings")),
        }
    }

    /// MediaLive accepts the name of a selector that is not there (observed:
    /// Couchtour-tv/couchtourtv-api). The first track plays then, by choice.
    pub(super) fn audio(&self, selector: Option<&AudioSelector>) -> Result<Audio, Unplayable> {
        let aac = self.aac()?;
        Ok(Audio {
            track: selector.map_or(Track::First, AudioSelector::track),
            bitrate: whole(aac.bitrate.unwrap_or(96_000.0)),
            sample_rate: whole(aac.sample_rate.unwrap_or(48_000.0)),
            language: self.language(),
        })
    }

    /// `None` is the source's. FOLLOW_INPUT never needs the code: an MP4 track has one of its own.
    fn language(&self) -> Option<String> {
        let code = self.language_code.clone();
        match self.language_code_control {
            Some(LanguageCodeControl::FollowInput) => None,
            Some(LanguageCodeControl::UseConfigured) => {
                Some(code.unwrap_or_else(|| "und".to_owned()))
            }
            None => code,
        }
    }
}

impl AudioSelector {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Of several tracks, the first plays.
    fn track(&self) -> Track {
        let SelectorSettings { audio_track_selection, audio_language_selection } =
            &self.selector_settings;
        if let Some(selected) = audio_track_selection.as_ref().and_then(|it| it.tracks.first()) {
            let number = usize::try_from(selected.track).ok().filter(|number| *number > 0);
            return number.map_or(Track::First, Track::Number);
        }
        audio_language_selection.as_ref().map_or(Track::First, |it| Track::Language {
            code: it.language_code.clone(),
            strict: it.language_selection_policy == LanguagePolicy::Strict,
        })
    }
}

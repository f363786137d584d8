//! The API model's rules for single members: required, bounds, lengths and values.
//!
//! The bounds come from the names of the model's types (`__integerMin0Max7`); SDKs do not check
//! them. The texts are the emulator's own: MediaLive's are not published. Settings that LILO does
//! not use are not checked.

use serde_json::{Map, Value};

use super::enums;
use super::paths::{Element, joined, select};
use crate::error::Violation;

/// A rule for a member.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    Required,
    AtLeast(i32),
    Between(i32, i32),
    /// Minimum and maximum characters.
    Length(usize, usize),
    /// One of these texts.
    OneOf(&'static [&'static str]),
}

/// Rules per parent path, from the encoder settings down.
const ENCODER_SETTINGS: [(&str, &[(&str, Rule)]); 11] = [
    (
        "",
        &[
            ("audioDescriptions", Rule::Required),
            ("outputGroups", Rule::Required),
            ("timecodeConfig", Rule::Required),
            ("videoDescriptions", Rule::Required),
        ],
    ),
    (
        "audioDescriptions[]",
        &[
            ("languageCode", Rule::Length(1, 35)),
            ("name", Rule::Required),
            ("name", Rule::Length(0, 255)),
        ],
    ),
    (
        "outputGroups[]",
        &[
            ("name", Rule::Length(0, 32)),
            ("outputGroupSettings", Rule::Required),
            ("outputs", Rule::Required),
        ],
    ),
    (
        "outputGroups[].outputGroupSettings.udpGroupSettings",
        &[("timedMetadataId3Period", Rule::AtLeast(0))],
    ),
    (
        "outputGroups[].outputs[]",
        &[("outputName", Rule::Length(1, 255)), ("outputSettings", Rule::Required)],
    ),
    (
        "outputGroups[].outputs[].outputSettings.udpOutputSettings",
        &[
            ("bufferMsec", Rule::Between(0, 10_000)),
            ("containerSettings", Rule::Required),
            ("destination", Rule::Required),
        ],
    ),
    (
        "outputGroups[].outputs[].outputSettings.udpOutputSettings.containerSettings.m2tsSettings",
        &[
            ("audioFramesPerPes", Rule::AtLeast(0)),
            ("bitrate", Rule::AtLeast(0)),
            ("ebpLookaheadMs", Rule::Between(0, 10_000)),
            ("fragmentTime", Rule::AtLeast(0)),
            ("nullPacketBitrate", Rule::AtLeast(0)),
            ("patInterval", Rule::Between(0, 1000)),
            ("pcrPeriod", Rule::Between(0, 500)),
            ("pmtInterval", Rule::Between(0, 1000)),
            ("programNum", Rule::Between(0, 65_535)),
            ("segmentationTime", Rule::AtLeast(1)),
            ("transportStreamId", Rule::Between(0, 65_535)),
            ("scte35PrerollPullupMilliseconds", Rule::Between(0, 5000)),
        ],
    ),
    (
        "outputGroups[].outputs[].outputSettings.udpOutputSettings.fecOutputSettings",
        &[("columnDepth", Rule::Between(4, 20)), ("rowLength", Rule::Between(1, 20))],
    ),
    (
        "timecodeConfig",
        &[("source", Rule::Required), ("syncThreshold", Rule::Between(1, 1_000_000))],
    ),
    (
        "videoDescriptions[]",
        &[
            ("name", Rule::Required),
            ("sharpness", Rule::Between(0, 100)),
            ("border", Rule::Between(0, 100)),
        ],
    ),
    (
        "videoDescriptions[].codecSettings.h264Settings",
        &[
            ("bitrate", Rule::AtLeast(1000)),
            ("bufFillPct", Rule::Between(0, 100)),
            ("bufSize", Rule::AtLeast(0)),
            ("framerateDenominator", Rule::AtLeast(1)),
            ("framerateNumerator", Rule::AtLeast(1)),
            ("gopClosedCadence", Rule::AtLeast(0)),
            ("gopNumBFrames", Rule::Between(0, 7)),
            ("maxBitrate", Rule::AtLeast(1000)),
            ("minIInterval", Rule::Between(0, 30)),
            ("numRefFrames", Rule::Between(1, 6)),
            ("parDenominator", Rule::AtLeast(1)),
            ("parNumerator", Rule::AtLeast(1)),
            ("qvbrQualityLevel", Rule::Between(1, 10)),
            ("slices", Rule::Between(1, 32)),
            ("softness", Rule::Between(0, 128)),
            ("minQp", Rule::Between(1, 51)),
            ("minBitrate", Rule::AtLeast(0)),
        ],
    ),
];

/// Rules for the rest of a channel.
const CHANNEL: [(&str, &[(&str, Rule)]); 3] = [
    ("", &[("encoderSettings", Rule::Required)]),
    (
        "inputAttachments[].inputSettings",
        &[("filterStrength", Rule::Between(1, 5)), ("scte35Pid", Rule::Between(32, 8191))],
    ),
    ("inputAttachments[].inputSettings.audioSelectors[]", &[("name", Rule::Required)]),
];

/// All violations of the model in a channel's document.
pub(super) fn check(document: &Map<String, Value>, violations: &mut Vec<Violation>) {
    let channel = Value::Object(document.clone());
    broken(&channel, &CHANNEL, violations);
    broken(&channel, &enums::CHANNEL, violations);
    if let Some(settings) = document.get("encoderSettings") {
        broken(settings, &ENCODER_SETTINGS, violations);
        broken(settings, &enums::ENCODER_SETTINGS, violations);
    }
}

fn broken(document: &Value, table: &[(&str, &[(&str, Rule)])], violations: &mut Vec<Violation>) {
    for (parent, rules) in table {
        for Element { path, value } in select(document, parent) {
            for (name, rule) in *rules {
                let member = value.get(name).filter(|it| !it.is_null());
                if let Some(error_message) = rule.broken_by(member) {
                    let element_path = joined(&path, name);
                    violations.push(Violation { element_path, error_message });
                }
            }
        }
    }
}

impl Rule {
    fn broken_by(self, member: Option<&Value>) -> Option<String> {
        let Some(value) = member else {
            return matches!(self, Self::Required).then(|| "is required".to_owned());
        };
        let number = value.as_f64().unwrap_or(f64::NAN);
        let length = value.as_str().map_or(0, |text| text.chars().count());
        let (holds, wanted) = match self {
            Self::Required => (true, String::new()),
            Self::AtLeast(least) => (number >= f64::from(least), format!("at least {least}")),
            Self::Between(least, most) => {
                let holds = (f64::from(least)..=f64::from(most)).contains(&number);
                (holds, format!("from {least} to {most}"))
            }
            Self::OneOf(known) => {
                let holds = value.as_str().is_some_and(|text| known.contains(&text));
                (holds, format!("one of {}", known.join(", ")))
            }
            Self::Length(least, most) => {
                let holds = value.is_string() && (least..=most).contains(&length);
                (holds, format!("a text of {least} to {most} characters"))
            }
        };
        (!holds).then(|| format!("{value} is not {wanted}"))
    }
}

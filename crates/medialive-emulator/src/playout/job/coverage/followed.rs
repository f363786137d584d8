//! The settings that become a part of the job, and the values that can.

use super::{Table, Values};

/// Followed, with these values.
pub(super) const FOLLOWED: Table<16> = [
    ("destinations[]", &[("id", Values::Any)]),
    ("destinations[].settings[]", &[("url", Values::Any)]),
    ("inputAttachments[]", &[("inputId", Values::Any)]),
    (
        "inputAttachments[].inputSettings",
        &[("sourceEndBehavior", Values::Texts(&["CONTINUE", "LOOP"]))],
    ),
    ("inputAttachments[].inputSettings.audioSelectors[]", &[("name", Values::Any)]),
    (
        "inputAttachments[].inputSettings.audioSelectors[].selectorSettings\
         .audioLanguageSelection",
        &[("languageCode", Values::Any), ("languageSelectionPolicy", Values::Any)],
    ),
    (
        "inputAttachments[].inputSettings.audioSelectors[].selectorSettings\
         .audioTrackSelection.tracks[]",
        &[("track", Values::Between(1, i32::MAX))],
    ),
    (
        "encoderSettings.audioDescriptions[]",
        &[
            ("audioSelectorName", Values::Any),
            ("languageCode", Values::Any),
            ("languageCodeControl", Values::Texts(&["FOLLOW_INPUT", "USE_CONFIGURED"])),
            ("name", Values::Any),
        ],
    ),
    (
        "encoderSettings.audioDescriptions[].codecSettings.aacSettings",
        &[("bitrate", Values::Any), ("sampleRate", Values::Any)],
    ),
    (
        "encoderSettings.globalConfiguration.inputLossBehavior",
        &[
            ("blackFrameMsec", Values::Between(0, 1_000_000)),
            ("inputLossImageColor", Values::Color),
            ("inputLossImageType", Values::Texts(&["COLOR"])),
            ("repeatFrameMsec", Values::Between(0, 1_000_000)),
        ],
    ),
    (
        "encoderSettings.outputGroups[].outputs[]",
        &[("audioDescriptionNames[]", Values::Any), ("videoDescriptionName", Values::Any)],
    ),
    (
        "encoderSettings.outputGroups[].outputs[].outputSettings.udpOutputSettings.destination",
        &[("destinationRefId", Values::Any)],
    ),
    (
        "encoderSettings.outputGroups[].outputs[].outputSettings.udpOutputSettings\
         .containerSettings.m2tsSettings",
        &[
            ("audioPids", Values::Pid),
            ("pmtPid", Values::Pid),
            ("programNum", Values::Between(1, 65_535)),
            ("transportStreamId", Values::Between(1, 65_535)),
            ("videoPid", Values::Pid),
        ],
    ),
    ("encoderSettings.thumbnailConfiguration", &[("state", Values::Texts(&["AUTO", "DISABLED"]))]),
    (
        "encoderSettings.videoDescriptions[]",
        &[("height", Values::Any), ("name", Values::Any), ("width", Values::Any)],
    ),
    (
        "encoderSettings.videoDescriptions[].codecSettings.h264Settings",
        &[
            ("bitrate", Values::Any),
            ("entropyEncoding", Values::Texts(&["CABAC", "CAVLC"])),
            ("framerateControl", Values::Texts(&["INITIALIZE_FROM_SOURCE", "SPECIFIED"])),
            ("framerateDenominator", Values::Any),
            ("framerateNumerator", Values::Any),
            ("gopNumBFrames", Values::Any),
            ("gopSize", Values::Any),
            ("gopSizeUnits", Values::Texts(&["FRAMES", "SECONDS"])),
            ("maxBitrate", Values::Any),
            ("numRefFrames", Values::Any),
            ("profile", Values::Texts(&["BASELINE", "HIGH", "MAIN"])),
            ("qvbrQualityLevel", Values::Between(1, 10)),
            ("rateControlMode", Values::Texts(&["CBR", "QVBR"])),
        ],
    ),
];

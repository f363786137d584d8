//! The settings that change nothing in the stream: labels, hints about quality, settings of what is
//! not in the stream, and values that ask for what the encoder does anyway.

use super::{Table, Values};

/// Without effect, with these values.
pub(super) const WITHOUT_EFFECT: Table<17> = [
    (
        "inputAttachments[]",
        &[
            ("inputAttachmentName", Values::Any),
            // On-premises channels alone.
            ("logicalInterfaceNames", Values::Any),
        ],
    ),
    (
        "inputAttachments[].inputSettings",
        &[
            ("deblockFilter", Values::Texts(&["DISABLED"])),
            ("denoiseFilter", Values::Texts(&["DISABLED"])),
            // Of filters that are off.
            ("filterStrength", Values::Any),
            // AUTO leaves it to the encoder, which never filters.
            ("inputFilter", Values::Texts(&["AUTO", "DISABLED"])),
            // SCTE-35 and SMPTE-2038 lead to nothing in the stream by themselves.
            ("scte35Pid", Values::Any),
            ("smpte2038DataPreference", Values::Any),
        ],
    ),
    (
        "inputAttachments[].inputSettings.networkInputSettings",
        &[
            // Other kinds of input.
            ("hlsInputSettings", Values::Any),
            ("multicastInputSettings", Values::Any),
            ("serverValidation", Values::Texts(&["CHECK_CRYPTOGRAPHY_AND_VALIDATE_NAME"])),
        ],
    ),
    (
        "inputAttachments[].inputSettings.videoSelector",
        &[
            ("colorSpace", Values::Texts(&["FOLLOW"])),
            // Of another colour space than FOLLOW.
            ("colorSpaceUsage", Values::Any),
        ],
    ),
    (
        "encoderSettings",
        &[
            ("availConfiguration", Values::Empty),
            // Schedules are not emulated.
            ("featureActivations", Values::Any),
            // The stream carries no timecode.
            ("timecodeConfig", Values::Any),
        ],
    ),
    ("encoderSettings.availBlanking", &[("state", Values::Texts(&["DISABLED"]))]),
    ("encoderSettings.blackoutSlate", &[("state", Values::Texts(&["DISABLED"]))]),
    (
        "encoderSettings.audioDescriptions[]",
        &[
            // DASH and Smooth Streaming alone.
            ("audioDashRoles", Values::Any),
            ("dvbDashAccessibility", Values::Any),
            ("streamName", Values::Any),
            // An MP4 file has no audio type, so either control comes to `audioType`.
            ("audioType", Values::Texts(&["UNDEFINED"])),
            ("audioTypeControl", Values::Any),
        ],
    ),
    (
        "encoderSettings.audioDescriptions[].codecSettings.aacSettings",
        &[
            ("codingMode", Values::Texts(&["CODING_MODE_2_0"])),
            ("inputType", Values::Texts(&["NORMAL"])),
            ("profile", Values::Texts(&["LC"])),
            ("rateControlMode", Values::Texts(&["CBR"])),
            ("rawFormat", Values::Texts(&["NONE"])),
            ("spec", Values::Texts(&["MPEG4"])),
            // Of the other rate control.
            ("vbrQuality", Values::Any),
        ],
    ),
    (
        "encoderSettings.globalConfiguration",
        &[
            ("initialAudioGain", Values::Between(0, 0)),
            ("inputEndAction", Values::Texts(&["NONE"])),
            ("outputLockingMode", Values::Texts(&["DISABLED"])),
            ("outputTimingSource", Values::Texts(&["SYSTEM_CLOCK"])),
            ("supportLowFramerateInputs", Values::Texts(&["DISABLED"])),
        ],
    ),
    ("encoderSettings.outputGroups[]", &[("name", Values::Any)]),
    (
        "encoderSettings.outputGroups[].outputGroupSettings.udpGroupSettings",
        &[
            ("inputLossAction", Values::Texts(&["EMIT_PROGRAM"])),
            ("timedMetadataId3Frame", Values::Texts(&["NONE"])),
            // Of a frame that is not sent.
            ("timedMetadataId3Period", Values::Any),
        ],
    ),
    ("encoderSettings.outputGroups[].outputs[]", &[("outputName", Values::Any)]),
    (
        "encoderSettings.outputGroups[].outputs[].outputSettings.udpOutputSettings\
         .containerSettings.m2tsSettings",
        M2TS,
    ),
    (
        "encoderSettings.videoDescriptions[]",
        &[
            ("border", Values::Between(0, 0)),
            ("respondToAfd", Values::Texts(&["NONE"])),
            ("scalingBehavior", Values::Texts(&["DEFAULT"])),
            // The recommended value. The scaler has no such setting.
            ("sharpness", Values::Between(50, 50)),
        ],
    ),
    ("encoderSettings.videoDescriptions[].codecSettings.h264Settings", H264),
    (
        "encoderSettings.videoDescriptions[].codecSettings.h264Settings.colorSpaceSettings",
        // Every picture becomes BT.709.
        &[("rec709Settings", Values::Empty)],
    ),
];

const M2TS: &[(&str, Values)] = &[
    ("arib", Values::Texts(&["DISABLED"])),
    ("bitrate", Values::Between(0, 0)),
    ("bufferModel", Values::Texts(&["MULTIPLEX"])),
    ("ccDescriptor", Values::Texts(&["DISABLED"])),
    ("ebif", Values::Texts(&["NONE"])),
    ("esRateInPes", Values::Texts(&["EXCLUDE"])),
    ("klv", Values::Texts(&["NONE"])),
    ("nielsenId3Behavior", Values::Texts(&["NO_PASSTHROUGH"])),
    ("nullPacketBitrate", Values::Between(0, 0)),
    ("rateMode", Values::Texts(&["CBR"])),
    ("scte35Control", Values::Texts(&["NONE"])),
    ("segmentationMarkers", Values::Texts(&["NONE"])),
    ("timedMetadataBehavior", Values::Texts(&["NO_PASSTHROUGH"])),
    // ffmpeg's own: tables every 100 ms, a clock reference every 20 ms.
    ("patInterval", Values::Between(100, 100)),
    ("pcrControl", Values::Texts(&["CONFIGURED_PCR_PERIOD"])),
    ("pcrPeriod", Values::Between(21, 500)),
    ("pmtInterval", Values::Between(100, 100)),
    // Of Dolby Digital.
    ("audioBufferModel", Values::Any),
    ("audioStreamType", Values::Any),
    // Of markers that are not sent.
    ("ebpAudioInterval", Values::Any),
    ("ebpLookaheadMs", Values::Any),
    ("ebpPlacement", Values::Any),
    ("fragmentTime", Values::Any),
    ("segmentationStyle", Values::Any),
    ("segmentationTime", Values::Any),
    // Of data that is not sent.
    ("aribCaptionsPid", Values::Any),
    ("aribCaptionsPidControl", Values::Any),
    ("dvbSubPids", Values::Any),
    ("dvbTeletextPid", Values::Any),
    ("ecmPid", Values::Any),
    ("etvPlatformPid", Values::Any),
    ("etvSignalPid", Values::Any),
    ("klvDataPids", Values::Any),
    ("scte27Pids", Values::Any),
    ("scte35Pid", Values::Any),
    ("scte35PrerollPullupMilliseconds", Values::Any),
    ("timedMetadataPid", Values::Any),
];

const H264: &[(&str, Values)] = &[
    // Hints about quality.
    ("adaptiveQuantization", Values::Any),
    ("flickerAq", Values::Any),
    ("lookAheadRateControl", Values::Any),
    ("qualityLevel", Values::Any),
    ("spatialAq", Values::Any),
    ("temporalAq", Values::Any),
    // It only permits.
    ("allowExplicitWeightedPrediction", Values::Texts(&["ENABLED"])),
    // Of a signal that is not sent.
    ("fixedAfd", Values::Any),
    // Of interlaced pictures.
    ("forceFieldPictures", Values::Any),
    // Pixels are square, also where `parControl` is SPECIFIED without a ratio (observed to be
    // accepted: Couchtour-tv/couchtourtv-api).
    ("parControl", Values::Texts(&["SPECIFIED"])),
    ("parDenominator", Values::Between(1, 1)),
    ("parNumerator", Values::Between(1, 1)),
    // What the encoder does anyway.
    ("afdSignaling", Values::Texts(&["NONE"])),
    ("colorMetadata", Values::Texts(&["INSERT"])),
    ("gopBReference", Values::Texts(&["DISABLED"])),
    ("gopClosedCadence", Values::Between(1, 1)),
    ("level", Values::Texts(&["H264_LEVEL_AUTO"])),
    ("scanType", Values::Texts(&["PROGRESSIVE"])),
    ("sceneChangeDetect", Values::Texts(&["ENABLED"])),
    ("softness", Values::Between(0, 0)),
    ("subgopLength", Values::Texts(&["FIXED"])),
    ("syntax", Values::Texts(&["DEFAULT"])),
    ("timecodeInsertion", Values::Texts(&["DISABLED"])),
];

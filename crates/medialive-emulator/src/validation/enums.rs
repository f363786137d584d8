//! The enum values in the API's model, for the settings that LILO uses.

use super::rules::Rule;

type Table<const N: usize> = [(&'static str, &'static [(&'static str, Rule)]); N];

const SWITCH: Rule = Rule::OneOf(&["DISABLED", "ENABLED"]);

/// Rules per parent path, from the encoder settings down.
pub(super) const ENCODER_SETTINGS: Table<9> = [
    (
        "audioDescriptions[]",
        &[
            (
                "audioType",
                Rule::OneOf(&[
                    "CLEAN_EFFECTS",
                    "HEARING_IMPAIRED",
                    "UNDEFINED",
                    "VISUAL_IMPAIRED_COMMENTARY",
                ]),
            ),
            ("audioTypeControl", Rule::OneOf(&["FOLLOW_INPUT", "USE_CONFIGURED"])),
            (
                "dvbDashAccessibility",
                Rule::OneOf(&[
                    "DVBDASH_1_VISUALLY_IMPAIRED",
                    "DVBDASH_2_HARD_OF_HEARING",
                    "DVBDASH_3_SUPPLEMENTAL_COMMENTARY",
                    "DVBDASH_4_DIRECTORS_COMMENTARY",
                    "DVBDASH_5_EDUCATIONAL_NOTES",
                    "DVBDASH_6_MAIN_PROGRAM",
                    "DVBDASH_7_CLEAN_FEED",
                ]),
            ),
            ("languageCodeControl", Rule::OneOf(&["FOLLOW_INPUT", "USE_CONFIGURED"])),
        ],
    ),
    (
        "audioDescriptions[].codecSettings.aacSettings",
        &[
            (
                "codingMode",
                Rule::OneOf(&[
                    "AD_RECEIVER_MIX",
                    "CODING_MODE_1_0",
                    "CODING_MODE_1_1",
                    "CODING_MODE_2_0",
                    "CODING_MODE_5_1",
                ]),
            ),
            ("inputType", Rule::OneOf(&["BROADCASTER_MIXED_AD", "NORMAL"])),
            ("profile", Rule::OneOf(&["HEV1", "HEV2", "LC"])),
            ("rateControlMode", Rule::OneOf(&["CBR", "VBR"])),
            ("rawFormat", Rule::OneOf(&["LATM_LOAS", "NONE"])),
            ("spec", Rule::OneOf(&["MPEG2", "MPEG4"])),
            ("vbrQuality", Rule::OneOf(&["HIGH", "LOW", "MEDIUM_HIGH", "MEDIUM_LOW"])),
        ],
    ),
    (
        "outputGroups[].outputGroupSettings.udpGroupSettings",
        &[
            ("inputLossAction", Rule::OneOf(&["DROP_PROGRAM", "DROP_TS", "EMIT_PROGRAM"])),
            ("timedMetadataId3Frame", Rule::OneOf(&["NONE", "PRIV", "TDRL"])),
        ],
    ),
    (
        "outputGroups[].outputs[].outputSettings.udpOutputSettings.containerSettings.m2tsSettings",
        &[
            ("absentInputAudioBehavior", Rule::OneOf(&["DROP", "ENCODE_SILENCE"])),
            ("arib", SWITCH),
            ("aribCaptionsPidControl", Rule::OneOf(&["AUTO", "USE_CONFIGURED"])),
            ("audioBufferModel", Rule::OneOf(&["ATSC", "DVB"])),
            ("audioStreamType", Rule::OneOf(&["ATSC", "DVB"])),
            ("bufferModel", Rule::OneOf(&["MULTIPLEX", "NONE"])),
            ("ccDescriptor", SWITCH),
            ("ebif", Rule::OneOf(&["NONE", "PASSTHROUGH"])),
            ("ebpAudioInterval", Rule::OneOf(&["VIDEO_AND_FIXED_INTERVALS", "VIDEO_INTERVAL"])),
            ("ebpPlacement", Rule::OneOf(&["VIDEO_AND_AUDIO_PIDS", "VIDEO_PID"])),
            ("esRateInPes", Rule::OneOf(&["EXCLUDE", "INCLUDE"])),
            ("klv", Rule::OneOf(&["NONE", "PASSTHROUGH"])),
            ("nielsenId3Behavior", Rule::OneOf(&["NO_PASSTHROUGH", "PASSTHROUGH"])),
            ("pcrControl", Rule::OneOf(&["CONFIGURED_PCR_PERIOD", "PCR_EVERY_PES_PACKET"])),
            ("rateMode", Rule::OneOf(&["CBR", "VBR"])),
            ("scte35Control", Rule::OneOf(&["NONE", "PASSTHROUGH", "SCTE_35_WITHOUT_IDR"])),
            (
                "segmentationMarkers",
                Rule::OneOf(&[
                    "EBP",
                    "EBP_LEGACY",
                    "NONE",
                    "PSI_SEGSTART",
                    "RAI_ADAPT",
                    "RAI_SEGSTART",
                ]),
            ),
            ("segmentationStyle", Rule::OneOf(&["MAINTAIN_CADENCE", "RESET_CADENCE"])),
            ("timedMetadataBehavior", Rule::OneOf(&["NO_PASSTHROUGH", "PASSTHROUGH"])),
        ],
    ),
    (
        "outputGroups[].outputs[].outputSettings.udpOutputSettings.fecOutputSettings",
        &[("includeFec", Rule::OneOf(&["COLUMN", "COLUMN_AND_ROW"]))],
    ),
    ("thumbnailConfiguration", &[("state", Rule::OneOf(&["AUTO", "DISABLED"]))]),
    ("timecodeConfig", &[("source", Rule::OneOf(&["EMBEDDED", "SYSTEMCLOCK", "ZEROBASED"]))]),
    (
        "videoDescriptions[]",
        &[
            ("respondToAfd", Rule::OneOf(&["NONE", "PASSTHROUGH", "RESPOND"])),
            ("scalingBehavior", Rule::OneOf(&["DEFAULT", "STRETCH_TO_OUTPUT", "SMART_CROP"])),
        ],
    ),
    (
        "videoDescriptions[].codecSettings.h264Settings",
        &[
            (
                "adaptiveQuantization",
                Rule::OneOf(&["AUTO", "HIGH", "HIGHER", "LOW", "MAX", "MEDIUM", "OFF"]),
            ),
            ("afdSignaling", Rule::OneOf(&["AUTO", "FIXED", "NONE"])),
            ("allowExplicitWeightedPrediction", SWITCH),
            ("colorMetadata", Rule::OneOf(&["IGNORE", "INSERT"])),
            ("entropyEncoding", Rule::OneOf(&["CABAC", "CAVLC"])),
            (
                "fixedAfd",
                Rule::OneOf(&[
                    "AFD_0000", "AFD_0010", "AFD_0011", "AFD_0100", "AFD_1000", "AFD_1001",
                    "AFD_1010", "AFD_1011", "AFD_1101", "AFD_1110", "AFD_1111",
                ]),
            ),
            ("flickerAq", SWITCH),
            ("forceFieldPictures", SWITCH),
            ("framerateControl", Rule::OneOf(&["INITIALIZE_FROM_SOURCE", "SPECIFIED"])),
            ("gopBReference", SWITCH),
            ("gopSizeUnits", Rule::OneOf(&["FRAMES", "SECONDS"])),
            (
                "level",
                Rule::OneOf(&[
                    "H264_LEVEL_1",
                    "H264_LEVEL_1_1",
                    "H264_LEVEL_1_2",
                    "H264_LEVEL_1_3",
                    "H264_LEVEL_2",
                    "H264_LEVEL_2_1",
                    "H264_LEVEL_2_2",
                    "H264_LEVEL_3",
                    "H264_LEVEL_3_1",
                    "H264_LEVEL_3_2",
                    "H264_LEVEL_4",
                    "H264_LEVEL_4_1",
                    "H264_LEVEL_4_2",
                    "H264_LEVEL_5",
                    "H264_LEVEL_5_1",
                    "H264_LEVEL_5_2",
                    "H264_LEVEL_AUTO",
                ]),
            ),
            ("lookAheadRateControl", Rule::OneOf(&["HIGH", "LOW", "MEDIUM"])),
            ("parControl", Rule::OneOf(&["INITIALIZE_FROM_SOURCE", "SPECIFIED"])),
            (
                "profile",
                Rule::OneOf(&[
                    "BASELINE",
                    "HIGH",
                    "HIGH_10BIT",
                    "HIGH_422",
                    "HIGH_422_10BIT",
                    "MAIN",
                ]),
            ),
            ("qualityLevel", Rule::OneOf(&["ENHANCED_QUALITY", "STANDARD_QUALITY"])),
            ("rateControlMode", Rule::OneOf(&["CBR", "MULTIPLEX", "QVBR", "VBR"])),
            ("scanType", Rule::OneOf(&["INTERLACED", "PROGRESSIVE"])),
            ("sceneChangeDetect", SWITCH),
            ("spatialAq", SWITCH),
            ("subgopLength", Rule::OneOf(&["DYNAMIC", "FIXED"])),
            ("syntax", Rule::OneOf(&["DEFAULT", "RP2027"])),
            ("temporalAq", SWITCH),
            ("timecodeInsertion", Rule::OneOf(&["DISABLED", "PIC_TIMING_SEI"])),
        ],
    ),
];

/// The same for the rest of a channel.
pub(super) const CHANNEL: Table<4> = [
    ("", &[("logLevel", Rule::OneOf(&["ERROR", "WARNING", "INFO", "DEBUG", "DISABLED"]))]),
    (
        "inputAttachments[].inputSettings",
        &[
            ("deblockFilter", SWITCH),
            ("denoiseFilter", SWITCH),
            ("inputFilter", Rule::OneOf(&["AUTO", "DISABLED", "FORCED"])),
            ("smpte2038DataPreference", Rule::OneOf(&["IGNORE", "PREFER"])),
            ("sourceEndBehavior", Rule::OneOf(&["CONTINUE", "LOOP"])),
        ],
    ),
    (
        "inputAttachments[].inputSettings.networkInputSettings",
        &[(
            "serverValidation",
            Rule::OneOf(&["CHECK_CRYPTOGRAPHY_AND_VALIDATE_NAME", "CHECK_CRYPTOGRAPHY_ONLY"]),
        )],
    ),
    (
        "inputSpecification",
        &[
            ("codec", Rule::OneOf(&["MPEG2", "AVC", "HEVC"])),
            ("maximumBitrate", Rule::OneOf(&["MAX_10_MBPS", "MAX_20_MBPS", "MAX_50_MBPS"])),
            ("resolution", Rule::OneOf(&["SD", "HD", "UHD"])),
        ],
    ),
];

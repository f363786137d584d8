//! Each setting with the part of the job that it becomes.

use std::fmt::Debug;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::tests::{SOURCE, channel_with, derived};
use super::*;
use lilo_encoder::{Gop, Job, RateControl, Track};

const AUDIO: &str = "encoderSettings.audioDescriptions.0";
const VIDEO: &str = "encoderSettings.videoDescriptions.0";
const H264: &str = "encoderSettings.videoDescriptions.0.codecSettings.h264Settings";
const INPUT: &str = "inputAttachments.0.inputSettings";
const LOSS: &str = "encoderSettings.globalConfiguration.inputLossBehavior";
const M2TS: &str = "encoderSettings.outputGroups.0.outputs.0.outputSettings.udpOutputSettings\
                    .containerSettings.m2tsSettings";

/// The job of LILO's channel with these members of one of its parts.
fn job(parent: &str, members: &[(&str, Value)]) -> Result<Job, Unplayable> {
    let settings = members.iter().map(|(name, value)| (format!("{parent}.{name}"), value.clone()));
    let settings = settings.collect::<Vec<_>>();
    let settings = settings.iter().map(|(path, value)| (path.as_str(), value.clone()));
    derived(&channel_with(&settings.collect::<Vec<_>>()), &[SOURCE], 0)
}

/// Each row: members of this part of LILO's channel, and what this part of its job is then.
fn assert_rows<T: Debug + PartialEq>(
    parent: &str,
    part: impl Fn(&Job) -> T,
    rows: impl IntoIterator<Item = (Vec<(&'static str, Value)>, T)>,
) {
    for (members, expected) in rows {
        let job = job(parent, &members).unwrap();
        assert_eq!(part(&job), expected, "{members:?}");
    }
}

#[test]
fn a_source_is_looped_only_if_its_attachment_says_so() {
    let rows = [
        (vec![("sourceEndBehavior", json!("LOOP"))], SourceEnd::Loop),
        (vec![("sourceEndBehavior", json!("CONTINUE"))], SourceEnd::Continue),
        (vec![("sourceEndBehavior", json!(null))], SourceEnd::Continue),
    ];

    assert_rows(INPUT, |job| job.source_end, rows);
    assert_rows(
        "inputAttachments.0",
        |job| job.source_end,
        [(vec![("inputSettings", json!(null))], SourceEnd::Continue)],
    );
}

#[test]
fn a_lost_input_is_replaced_as_the_settings_say() {
    let loss = |repeat, black, color| InputLoss {
        repeat: Duration::from_millis(repeat),
        black: Duration::from_millis(black),
        color,
    };
    let century = 1000 * 60 * 60 * 24 * 36_500;
    let rows = [
        (vec![("inputLossImageType", json!("COLOR"))], InputLoss::default()),
        (
            vec![("repeatFrameMsec", json!(1000)), ("blackFrameMsec", json!(2000))],
            loss(1000, 2000, [0; 3]),
        ),
        (vec![("repeatFrameMsec", json!(1_000_000))], loss(century, 0, [0; 3])),
        (vec![("inputLossImageColor", json!("fF8000"))], loss(0, 0, [255, 128, 0])),
        (vec![("inputLossImageColor", json!("+12345"))], InputLoss::default()),
    ];

    assert_rows(LOSS, |job| job.input_loss, rows);
}

#[test]
fn an_absent_size_or_frame_rate_is_the_sources() {
    let rows = [
        (vec![("width", json!(null))], (None, Some(1080))),
        (vec![("height", json!(null))], (Some(1920), None)),
        (vec![("width", json!(640)), ("height", json!(360))], (Some(640), Some(360))),
    ];
    assert_rows(VIDEO, |job| (job.video.width, job.video.height), rows);
    let rows = [
        (vec![("framerateControl", json!("SPECIFIED"))], Some((25, 1))),
        (vec![("framerateControl", json!("INITIALIZE_FROM_SOURCE"))], None),
        (vec![("framerateNumerator", json!(null))], None),
        (
            vec![("framerateNumerator", json!(30_000)), ("framerateDenominator", json!(1001))],
            Some((30_000, 1001)),
        ),
    ];
    assert_rows(H264, |job| job.video.frame_rate, rows);
}

#[test]
fn a_gop_has_its_size_in_frames_or_in_time() {
    let rows = [
        (vec![("gopSize", json!(25)), ("gopSizeUnits", json!(null))], Gop::Frames(25)),
        (
            vec![("gopSize", json!(1.5)), ("gopSizeUnits", json!("SECONDS"))],
            Gop::Time(Duration::from_millis(1500)),
        ),
    ];
    assert_rows(H264, |job| job.video.gop, rows);

    let none = job(H264, &[("gopSize", json!(0)), ("gopSizeUnits", json!("SECONDS"))]);
    assert!(matches!(none, Err(Unplayable::Settings { .. })), "{none:?}");
}

#[test]
fn qvbr_has_a_quality_level_and_a_maximum_bitrate() {
    let qvbr = ("rateControlMode", json!("QVBR"));
    let most = ("maxBitrate", json!(6_000_000));
    let rows = [
        (
            vec![qvbr.clone(), most.clone(), ("qvbrQualityLevel", json!(3))],
            (RateControl::Qvbr { quality: 3 }, 6_000_000),
        ),
        (vec![qvbr, most.clone()], (RateControl::Qvbr { quality: 8 }, 6_000_000)),
        (vec![most, ("qvbrQualityLevel", json!(3))], (RateControl::Cbr, 10_000_000)),
    ];

    assert_rows(H264, |job| (job.video.rate_control, job.video.bitrate), rows);
}

#[test]
fn a_selector_chooses_the_track_by_number_or_language() {
    let track = |numbers: &[i64]| {
        let tracks = numbers.iter().map(|it| json!({ "track": it })).collect::<Vec<_>>();
        json!({ "audioTrackSelection": { "tracks": tracks } })
    };
    let language = |selection| json!({ "audioLanguageSelection": selection });
    let english = |strict| Track::Language { code: "eng".to_owned(), strict };
    let strict = json!({ "languageCode": "eng", "languageSelectionPolicy": "STRICT" });
    let loose = json!({ "languageCode": "eng", "languageSelectionPolicy": "LOOSE" });
    for (name, settings, expected) in [
        ("fr", track(&[2]), Track::Number(2)),
        ("fr", track(&[3, 4]), Track::Number(3)),
        ("fr", track(&[0]), Track::First),
        ("fr", language(strict), english(true)),
        ("fr", language(loose), english(false)),
        ("fr", language(json!({ "languageCode": "eng" })), english(false)),
        ("fr", json!({ "audioPidSelection": { "pid": 257 } }), Track::First),
        ("fr", json!({}), Track::First),
        ("another", track(&[2]), Track::First),
    ] {
        let selectors = json!([
            { "name": "unused", "selectorSettings": track(&[7]) },
            { "name": name, "selectorSettings": settings },
        ]);

        let audio = job(INPUT, &[("audioSelectors", selectors)]).unwrap().audio.unwrap();

        assert_eq!(audio.track, expected, "{name} {settings}");
    }
}

#[test]
fn the_sounds_language_is_the_configured_one_or_the_sources() {
    let control = |value: &str| ("languageCodeControl", json!(value));
    let absent = || ("languageCode", json!(null));
    let rows = [
        (vec![control("USE_CONFIGURED")], Some("fr")),
        (vec![control("USE_CONFIGURED"), absent()], Some("und")),
        (vec![control("FOLLOW_INPUT")], None),
        (vec![], Some("fr")),
        (vec![absent()], None),
    ];
    let rows = rows.map(|(members, language)| (members, language.map(str::to_owned)));

    assert_rows(AUDIO, |job| job.audio.clone().unwrap().language, rows);
}

#[test]
fn an_output_without_audio_descriptions_has_no_sound() {
    let output = "encoderSettings.outputGroups.0.outputs.0";

    for names in [json!(null), json!([])] {
        assert_eq!(job(output, &[("audioDescriptionNames", names)]).unwrap().audio, None);
    }
}

#[test]
fn the_transport_streams_numbers_are_the_configured_ones() {
    let numbers = |job: &Job| {
        let Program { number, transport_stream_id, pmt_pid, video_pid, audio_pid } = job.program;
        [number, transport_stream_id, pmt_pid, video_pid, audio_pid]
    };
    let rows = [
        (vec![], [1, 1, 480, 481, 482]),
        (vec![("programNum", json!(7)), ("transportStreamId", json!(9))], [7, 9, 480, 481, 482]),
        (
            vec![
                ("pmtPid", json!("0x100")),
                ("videoPid", json!("257")),
                ("audioPids", json!("0x102-0x110")),
            ],
            [1, 1, 256, 257, 258],
        ),
        (vec![("audioPids", json!("500,501"))], [1, 1, 480, 481, 500]),
        (vec![("pmtPid", json!("31")), ("programNum", json!(0))], [1, 1, 480, 481, 482]),
    ];
    assert_rows(M2TS, numbers, rows);

    let equal = job(M2TS, &[("videoPid", json!("0x1e0"))]);
    assert!(matches!(equal, Err(Unplayable::Settings { .. })), "{equal:?}");
}

//! Jobs derived from settings like LILO's.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::model::alert::Alerts;
use crate::model::channel::Settings;
use crate::model::input::Source;
use crate::model::states::{ChannelState, InputState};
use lilo_encoder::{RateControl, Track};

const VIDEO_CODEC: &str = "encoderSettings.videoDescriptions.0.codecSettings";
const AUDIO_CODEC: &str = "encoderSettings.audioDescriptions.0.codecSettings";

pub(crate) fn input(source: &str) -> Value {
    json!({ "name": "lilo_input", "type": "MP4_FILE", "sources": [{ "url": source }] })
}

/// The channel of the original LILO: 1080p25, 10 Mb/s, sound in French, as RTP.
pub(crate) fn channel(input: &str) -> Value {
    json!({
        "name": "lilo_channel",
        "channelClass": "SINGLE_PIPELINE",
        "destinations": [{ "id": "app-rtp-output", "settings": [{ "url": "rtp://127.0.0.1:5000" }] }],
        "inputAttachments": [{ "inputAttachmentName": "lilo_input", "inputId": input, "inputSettings": { "sourceEndBehavior": "LOOP" } }],
        "encoderSettings": {
            "audioDescriptions": [{
                "audioSelectorName": "fr",
                "codecSettings": { "aacSettings": { "bitrate": 96000.0, "sampleRate": 48000.0 } },
                "languageCode": "fr",
                "name": "audio_hh29n",
            }],
            "outputGroups": [{
                "name": "RtpStream",
                "outputGroupSettings": { "udpGroupSettings": {} },
                "outputs": [{
                    "audioDescriptionNames": ["audio_hh29n"],
                    "outputName": "video_1080p",
                    "outputSettings": { "udpOutputSettings": {
                        "containerSettings": { "m2tsSettings": {} },
                        "destination": { "destinationRefId": "app-rtp-output" },
                    } },
                    "videoDescriptionName": "video_8o4zbm",
                }],
            }],
            "timecodeConfig": { "source": "SYSTEMCLOCK" },
            "videoDescriptions": [{
                "codecSettings": { "h264Settings": {
                    "bitrate": 10_000_000,
                    "entropyEncoding": "CAVLC",
                    "framerateDenominator": 1,
                    "framerateNumerator": 25,
                    "gopNumBFrames": 2,
                    "gopSize": 50.0,
                    "gopSizeUnits": "FRAMES",
                    "numRefFrames": 1,
                    "profile": "MAIN",
                    "rateControlMode": "CBR",
                } },
                "height": 1080,
                "name": "video_8o4zbm",
                "width": 1920,
            }],
        },
    })
}

/// LILO's channel with these settings at these paths, such as `inputAttachments.0.inputId`. `null`
/// removes a setting.
pub(super) fn channel_with(settings: &[(&str, Value)]) -> Value {
    let mut request = channel("1");
    for (path, value) in settings {
        let (parent, name) = path.rsplit_once('.').unwrap();
        let parent =
            parent.split('.').fold(&mut request, |value, step| match step.parse::<usize>() {
                Ok(place) => &mut value[place],
                Err(_) => &mut value[step],
            });
        if value.is_null() {
            parent.as_object_mut().unwrap().remove(name);
        } else {
            parent[name] = value.clone();
        }
    }
    request
}

/// The stored channel of a request.
pub(super) fn stored(request: &Value) -> Channel {
    let document = request.as_object().unwrap().clone();
    Channel {
        id: "2".to_owned(),
        arn: String::new(),
        state: ChannelState::Starting,
        tags: BTreeMap::new(),
        settings: Settings::read(&document).unwrap(),
        document,
        alerts: Alerts::default(),
        running: [].into(),
        delete_when_stopped: None,
        run: None,
        history: Vec::new(),
    }
}

pub(super) fn derived(
    request: &Value,
    sources: &[&str],
    pipeline: usize,
) -> Result<Job, Unplayable> {
    let sources = sources.iter().map(|url| Source { url: (*url).to_owned(), ..Source::default() });
    let input = Input {
        id: "1".to_owned(),
        arn: String::new(),
        state: InputState::Attached,
        tags: BTreeMap::new(),
        sources: sources.collect(),
        attached_to: Some("2".to_owned()),
        document: serde_json::Map::new(),
    };
    derive(&stored(request), &BTreeMap::from([("1".to_owned(), input)]), pipeline, None)
}

pub(super) const SOURCE: &str = "http://127.0.0.1:9/loop.mp4";

#[test]
fn the_original_channel_is_played_as_it_says() {
    let job = derived(&channel("1"), &[SOURCE], 0).unwrap();

    assert_eq!(job, Job::sample(SOURCE.to_owned(), "127.0.0.1:5000".parse().unwrap()));
}

#[test]
fn each_pipeline_has_its_own_destination_and_its_own_source() {
    let mut request = channel("1");
    let settings = json!([{ "url": "rtp://127.0.0.1:5000" }, { "url": "udp://[::1]:5010" }]);
    request["destinations"][0]["settings"] = settings;
    let second = "https://127.0.0.1/second.mp4";

    let job = derived(&request, &[SOURCE, second], 1).unwrap();

    assert_eq!(job.source, second);
    assert_eq!(job.destination.address, "[::1]:5010".parse().unwrap());
    assert_eq!(job.destination.protocol, Protocol::Udp);
}

#[test]
fn localhost_is_the_one_name_a_destination_may_have() {
    for (url, address) in [
        ("rtp://localhost:8000", Some("127.0.0.1:8000")),
        ("rtp://239.1.2.3:5000", Some("239.1.2.3:5000")),
        ("rtp://media.example.com:5000", None),
        ("rtmp://127.0.0.1:5000", None),
        ("rtp://127.0.0.1", None),
        ("", None),
    ] {
        let mut request = channel("1");
        request["destinations"][0]["settings"][0]["url"] = json!(url);

        let job = derived(&request, &[SOURCE], 0);

        let expected = address.map(|it| it.parse().unwrap());
        assert_eq!(job.ok().map(|job| job.destination.address), expected, "{url}");
    }
}

#[test]
fn what_cannot_be_played_is_named() {
    let other_video = json!({ "h265Settings": {} });
    let other_video = channel_with(&[(VIDEO_CODEC, other_video)]);
    let other_audio = json!({ "ac3Settings": {} });
    let other_audio = channel_with(&[(AUDIO_CODEC, other_audio)]);
    let mut no_output = channel("1");
    no_output["encoderSettings"]["outputGroups"] = json!([]);
    let mut strange = channel("1");
    strange["encoderSettings"]["videoDescriptions"] = json!("1080p");

    let missing = |missing| Err(Unplayable::Missing { missing });
    assert_eq!(derived(&channel("1"), &[SOURCE], 1), missing("source"));
    assert_eq!(derived(&other_video, &[SOURCE], 0), missing("H.264 settings"));
    assert_eq!(derived(&other_audio, &[SOURCE], 0), missing("AAC settings"));
    assert_eq!(derived(&no_output, &[SOURCE], 0), missing("UDP output"));
    assert!(matches!(derived(&strange, &[SOURCE], 0), Err(Unplayable::Settings { .. })));
}

#[test]
fn absent_codec_settings_are_h264_and_aac_with_defaults() {
    for absent in [json!(null), json!({})] {
        let request = channel_with(&[
            (VIDEO_CODEC, absent.clone()),
            (AUDIO_CODEC, absent),
            ("encoderSettings.audioDescriptions.0.audioSelectorName", json!(null)),
        ]);

        let job = derived(&request, &[SOURCE], 0).unwrap();

        let audio = job.audio.unwrap();
        assert_eq!(job.video.rate_control, RateControl::Qvbr { quality: 8 });
        assert_eq!((job.video.bitrate, job.video.frame_rate), (4_000_000, None));
        assert_eq!((audio.bitrate, audio.sample_rate), (96_000, 48_000));
        assert_eq!(audio.track, Track::First);
    }
}

#[test]
fn unplayable_destination_is_reported_without_credentials() {
    let mut request = channel("1");
    let settings = json!([{ "url": "rtmp://user:word@media.example.com/live?key=secret" }]);
    request["destinations"][0]["settings"] = settings;

    let unplayable = derived(&request, &[SOURCE], 0).unwrap_err();

    let url = "rtmp://media.example.com/live".to_owned();
    assert_eq!(unplayable, Unplayable::Destination { url });
}

#[test]
fn an_object_in_a_bucket_is_read_from_where_buckets_are_served() {
    let read = |source: &str, s3| served(source.to_owned(), s3);

    let base = Some("http://127.0.0.1:9/");
    assert_eq!(read("s3ssl://bucket/a/b.mp4", base), "http://127.0.0.1:9/bucket/a/b.mp4");
    assert_eq!(read("s3ssl://bucket/b.mp4", None), "s3ssl://bucket/b.mp4");
    assert_eq!(read("https://host/b.mp4", base), "https://host/b.mp4");
}

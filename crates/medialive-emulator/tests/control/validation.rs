//! What is wrong with a channel's settings, one by one.

use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::client::{Client, channel};

const ENCODER: &str = "/encoderSettings";
const H264: &str = "/encoderSettings/videoDescriptions/0/codecSettings/h264Settings";
const AAC: &str = "/encoderSettings/audioDescriptions/0/codecSettings/aacSettings";
const OUTPUT: &str = "/encoderSettings/outputGroups/0/outputs/0";
const UDP: &str = "/encoderSettings/outputGroups/0/outputs/0/outputSettings/udpOutputSettings";
const UDP_PATH: &str = "outputGroups[0].outputs[0].outputSettings";

/// What MediaLive finds wrong when this member is that: paths and texts.
async fn violations(parent: &str, member: &str, value: Value) -> Vec<(String, String)> {
    let client = Client::new();
    let mut request = channel(&client.input().await);
    let object = request.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => object.remove(member),
        value => object.insert(member.to_owned(), value),
    };
    let answer = client.call("POST", "/prod/channels", request).await;
    if answer.status == 201 {
        return Vec::new();
    }
    assert_eq!(answer.status, 422, "{}", answer.body);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = answer.body["validationErrors"].as_array().unwrap().iter();
    errors.map(|it| (text(&it["elementPath"]), text(&it["errorMessage"]))).collect()
}

#[tokio::test(start_paused = true)]
async fn numbers_and_texts_keep_within_the_models_bounds() {
    let h264 = "videoDescriptions[0].codecSettings";
    for (parent, member, value, path, message) in [
        (H264, "bitrate", json!(999), h264, "999 is not at least 1000"),
        (H264, "gopNumBFrames", json!(8), h264, "8 is not from 0 to 7"),
        (H264, "numRefFrames", json!(0), h264, "0 is not from 1 to 6"),
        (H264, "framerateNumerator", json!("25"), h264, "\"25\" is not at least 1"),
        (UDP, "bufferMsec", json!(10_001), UDP_PATH, "10001 is not from 0 to 10000"),
        (
            OUTPUT,
            "outputName",
            json!(""),
            "outputGroups[0].outputs[0]",
            "\"\" is not a text of 1 to 255 characters",
        ),
    ] {
        let found = violations(parent, member, value).await;
        assert_eq!(found, [(format!("{path}.{member}"), message.to_owned())]);
    }
    for (parent, member, value) in [
        (H264, "bitrate", json!(1000)),
        (H264, "gopNumBFrames", json!(0)),
        (UDP, "bufferMsec", json!(10_000)),
    ] {
        assert_eq!(violations(parent, member, value).await, []);
    }
}

#[tokio::test(start_paused = true)]
async fn a_text_of_a_kind_is_one_of_the_models() {
    let (attachment, m2ts) =
        ("/inputAttachments/0/inputSettings", &format!("{UDP}/containerSettings/m2tsSettings"));
    for (parent, member, value, path) in [
        (H264, "rateControlMode", "cbr", "videoDescriptions[0].codecSettings"),
        (H264, "spatialAq", "ON", "videoDescriptions[0].codecSettings"),
        (AAC, "codingMode", "STEREO", "audioDescriptions[0].codecSettings"),
        (m2ts, "rateMode", "QVBR", &format!("{UDP_PATH}.containerSettings")),
        ("/encoderSettings/timecodeConfig", "source", "NTP", "timecodeConfig"),
        (attachment, "sourceEndBehavior", "REPEAT", "inputAttachments[0].inputSettings"),
        ("/inputSpecification", "codec", "AV1", "inputSpecification"),
        ("", "logLevel", "LOUD", ""),
    ] {
        let found = violations(parent, member, json!(value)).await;

        let path = format!("{path}.{member}");
        let [(found_path, text)] = found.as_slice() else { panic!("{path}: {found:?}") };
        assert_eq!(found_path, path.trim_start_matches('.'));
        assert!(text.starts_with(&format!("\"{value}\" is not one of ")), "{text}");
    }
    assert_eq!(violations(H264, "rateControlMode", json!("QVBR")).await, []);
    assert_eq!(violations("", "logLevel", json!("DISABLED")).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_channel_without_encoder_settings_is_refused() {
    let found = violations("", "encoderSettings", Value::Null).await;

    assert_eq!(found, [("encoderSettings".to_owned(), "is required".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn bounds_hold_outside_the_encoder_settings_too() {
    let found = violations("/inputAttachments/0/inputSettings", "filterStrength", json!(6)).await;

    let path = "inputAttachments[0].inputSettings.filterStrength".to_owned();
    assert_eq!(found, [(path, "6 is not from 1 to 5".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn what_the_model_requires_has_to_be_there() {
    for (parent, member, path) in [
        (ENCODER, "timecodeConfig", "timecodeConfig".to_owned()),
        ("/encoderSettings/timecodeConfig", "source", "timecodeConfig.source".to_owned()),
        (UDP, "containerSettings", format!("{UDP_PATH}.containerSettings")),
    ] {
        let found = violations(parent, member, Value::Null).await;
        assert_eq!(found, [(path, "is required".to_owned())]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_output_names_exists_and_no_audio_is_left_over() {
    let video = violations(OUTPUT, "videoDescriptionName", json!("other")).await;
    let audio = violations(OUTPUT, "audioDescriptionNames", json!(["other"])).await;

    let output = "outputGroups[0].outputs[0]";
    let undefined = |kind| format!("Object references undefined {kind} description \"other\"");
    assert_eq!(video, [(format!("{output}.videoDescriptionName"), undefined("video"))]);
    let unused = "Audio description \"audio\" is not referenced by any output".to_owned();
    let expected = [
        (format!("{output}.audioDescriptionNames[0]"), undefined("audio")),
        ("audioDescriptions[0]".to_owned(), unused),
    ];
    assert_eq!(audio, expected);
}

#[tokio::test(start_paused = true)]
async fn a_udp_group_has_one_output_of_one_kind() {
    let output = channel("1").pointer(OUTPUT).unwrap().clone();

    let two =
        violations("/encoderSettings/outputGroups/0", "outputs", json!([output, output])).await;
    let kinds =
        violations(&format!("{OUTPUT}/outputSettings"), "hlsOutputSettings", json!({})).await;

    let one = "A UDP output group has exactly one output".to_owned();
    assert_eq!(two, [("outputGroups[0].outputs".to_owned(), one)]);
    let [(path, text)] = kinds.as_slice() else { panic!("{kinds:?}") };
    assert_eq!(path, "");
    assert!(text.starts_with("OutputSettings must contain exactly one property: "), "{text}");
}

#[tokio::test(start_paused = true)]
async fn udp_output_needs_a_port_and_rtp_if_fec_is_enabled() {
    for (url, corrected, accepted) in [
        ("rtp://127.0.0.1:5000", true, true),
        ("udp://127.0.0.1:5000", false, true),
        ("rtp://localhost:8000", false, true),
        ("udp://127.0.0.1:5000", true, false),
        ("rtmp://127.0.0.1:5000", false, false),
        ("rtp://127.0.0.1", false, false),
    ] {
        let client = Client::new();
        let mut request = channel(&client.input().await);
        request["destinations"][0]["settings"][0]["url"] = json!(url);
        if corrected {
            let fec = json!({ "columnDepth": 4, "includeFec": "COLUMN", "rowLength": 20 });
            request.pointer_mut(UDP).unwrap()["fecOutputSettings"] = fec;
        }

        let answer = client.call("POST", "/prod/channels", request).await;

        assert_eq!(answer.status == 201, accepted, "{url}");
        if !accepted {
            let path = &answer.body["validationErrors"][0]["elementPath"];
            assert_eq!(path, &format!("{UDP_PATH}.destination.uri"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_destination_is_of_one_kind_and_plainly_named() {
    let client = Client::new();
    let mut request = channel(&client.input().await);
    request["destinations"] = json!([{ "id": "out" }]);

    let none = client.call("POST", "/prod/channels", request).await;
    let found = violations("/destinations/0", "id", json!("o_ut")).await;

    let text = "Exactly one of settings, MediaPackage settings, or Multiplex settings is required for destination out.";
    assert_eq!((none.status.as_u16(), &none.body["message"]), (400, &json!(text)));
    assert_eq!(found[0].0, "destinations[0].id");
}

#[tokio::test(start_paused = true)]
async fn a_media_package_destination_has_a_channel_id_or_none() {
    let group =
        json!({ "mediaPackageGroupSettings": { "destination": { "destinationRefId": "out" } } });
    for (id, accepted) in [(json!("a_b-1"), true), (json!(null), true), (json!("a:b"), false)] {
        let client = Client::new();
        let mut request = channel(&client.input().await);
        request["destinations"] =
            json!([{ "id": "out", "settings": [], "mediaPackageSettings": [{ "channelId": id }] }]);
        let groups = request.pointer_mut("/encoderSettings/outputGroups/0").unwrap();
        groups["outputGroupSettings"] = group.clone();
        groups["outputs"][0]["outputSettings"] = json!({ "mediaPackageOutputSettings": {} });

        let answer = client.call("POST", "/prod/channels", request).await;

        assert_eq!(answer.status == 201, accepted, "{id}: {}", answer.body);
        if !accepted {
            let path = &answer.body["validationErrors"][0]["elementPath"];
            assert_eq!(path, "outputGroups[0].outputGroupSettings.destination.channelId");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_and_an_input_need_a_name() {
    let client = Client::new();
    let id = client.idle().await;
    let (channels, inputs) = (format!("/prod/channels/{id}"), "/prod/inputs/1000001");

    for name in [json!(null), json!("")] {
        let unnamed = |mut request: Value| {
            request["name"] = name.clone();
            request
        };
        let channel = client.call("POST", "/prod/channels", unnamed(channel("1000001"))).await;
        let input = client.call("POST", "/prod/inputs", unnamed(crate::client::input())).await;

        for (answer, resource) in [(channel, "channel"), (input, "input")] {
            assert_eq!(
                (answer.status, &answer.headers["x-amzn-errortype"]),
                (StatusCode::BAD_REQUEST, &HeaderValue::from_static("BadRequestException"))
            );
            assert_eq!(answer.body["message"], format!("Non-empty {resource} name required"));
        }
    }
    let renamed = json!({ "name": "" });
    assert_eq!(client.call("PUT", &channels, renamed.clone()).await.status, 400);
    assert_eq!(client.call("PUT", inputs, renamed).await.status, 400);
    assert_eq!(client.call("PUT", inputs, json!({})).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_channel_has_twenty_inputs_at_most() {
    let client = Client::new();
    let mut request = channel(&client.input().await);
    let attachment = request["inputAttachments"][0].clone();
    request["inputAttachments"] = json!(vec![attachment; 21]);

    let answer = client.call("POST", "/prod/channels", request).await;

    assert_eq!(answer.body["message"], "inputAttachments A channel has at most 20 inputs");
}

//! Which settings are named, and that each is in the documents.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::super::tests::{channel, channel_with, stored};
use super::super::unfollowed;
use super::*;

fn file(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap()
}

/// CloudFormation's properties as members of the API: their names begin with a small letter.
fn members(properties: Value) -> Value {
    match properties {
        Value::Object(properties) => {
            let member = |(name, value): (String, Value)| {
                let (first, rest) = name.split_at(1);
                (first.to_lowercase() + rest, members(value))
            };
            properties.into_iter().map(member).collect()
        }
        Value::Array(items) => items.into_iter().map(members).collect(),
        scalar => scalar,
    }
}

#[test]
fn lilos_own_channels_have_no_setting_that_is_not_followed() {
    let golden: Value = serde_json::from_str(&file("tests/golden/lilo-reference.json")).unwrap();
    let constant = members(golden["channel"].clone());
    let mut capped = constant.clone();
    let h264 =
        &mut capped["encoderSettings"]["videoDescriptions"][0]["codecSettings"]["h264Settings"];
    h264.as_object_mut().unwrap().remove("bitrate");
    h264["rateControlMode"] = json!("QVBR");
    h264["maxBitrate"] = json!(10_000_000);
    h264["qvbrQualityLevel"] = json!(8);

    for request in [constant, capped, channel("1")] {
        assert_eq!(unfollowed(&stored(&request)), [""; 0]);
    }
}

#[test]
fn a_setting_that_is_not_followed_is_named_with_its_value() {
    let (video, group) = ("encoderSettings.videoDescriptions.0", "encoderSettings.outputGroups.0");
    let udp = format!("{group}.outputs.0.outputSettings.udpOutputSettings");
    let m2ts = format!("{udp}.containerSettings.m2tsSettings");
    let h264 = format!("{video}.codecSettings.h264Settings");
    let aac = "encoderSettings.audioDescriptions.0.codecSettings.aacSettings";
    let loss = "encoderSettings.globalConfiguration.inputLossBehavior";
    for (path, value) in [
        (format!("{h264}.scanType"), json!("INTERLACED")),
        (format!("{h264}.rateControlMode"), json!("VBR")),
        (format!("{h264}.gopClosedCadence"), json!(2)),
        (format!("{h264}.parControl"), json!("INITIALIZE_FROM_SOURCE")),
        (format!("{h264}.bufSize"), json!(1_000_000)),
        (format!("{h264}.profile"), json!("HIGH_422")),
        (format!("{video}.scalingBehavior"), json!("STRETCH_TO_OUTPUT")),
        (format!("{video}.sharpness"), json!(80)),
        (format!("{aac}.codingMode"), json!("CODING_MODE_5_1")),
        (format!("{udp}.bufferMsec"), json!(2000)),
        (format!("{m2ts}.rateMode"), json!("VBR")),
        (format!("{m2ts}.videoPid"), json!("0x10")),
        (format!("{m2ts}.programNum"), json!(0)),
        (format!("{m2ts}.pcrPid"), json!("500")),
        (format!("{loss}.inputLossImageType"), json!("SLATE")),
        (format!("{loss}.inputLossImageColor"), json!("red")),
        (format!("{group}.outputGroupSettings.udpGroupSettings.inputLossAction"), json!("DROP_TS")),
        ("inputAttachments.0.inputSettings.inputFilter".to_owned(), json!("FORCED")),
    ] {
        let request = channel_with(&[(path.as_str(), value.clone())]);

        let named = unfollowed(&stored(&request));

        let shown = path.replace(".0", "[0]");
        assert_eq!(named, [format!("{shown}: {value}")]);
    }
}

#[test]
fn objects_and_lists_that_are_not_followed_are_named() {
    let selector = json!([{
        "name": "fr",
        "selectorSettings": { "audioPidSelection": { "pid": 257 } },
    }]);
    let tracks = json!([{
        "name": "fr",
        "selectorSettings": { "audioTrackSelection": { "tracks": [{ "track": 1 }, { "track": 2 }] } },
    }]);
    let color = "encoderSettings.videoDescriptions.0.codecSettings.h264Settings.colorSpaceSettings";
    for (path, value, expected) in [
        (color, json!({ "rec601Settings": {} }), "colorSpaceSettings"),
        ("encoderSettings.nielsenConfiguration", json!({ "distributorId": "1" }), "nielsen"),
        ("encoderSettings.captionDescriptions", json!([{ "name": "c" }]), "captionDescriptions"),
        (
            "inputAttachments.0.inputSettings.captionSelectors",
            json!([{ "name": "c" }]),
            "captionSelectors",
        ),
        ("inputAttachments.0.inputSettings.audioSelectors", selector, "audioPidSelection"),
        ("inputAttachments.0.inputSettings.audioSelectors", tracks, "tracks[1]"),
        (
            "inputAttachments.0.automaticInputFailoverSettings",
            json!({ "secondaryInputId": "3" }),
            "automaticInputFailoverSettings",
        ),
    ] {
        let named = unfollowed(&stored(&channel_with(&[(path, value)])));

        assert_eq!(named.len(), 1, "{named:?}");
        assert!(named[0].contains(expected) && !named[0].contains(": "), "{named:?}");
    }
}

#[test]
fn all_but_the_played_output_and_input_are_named() {
    let mut request = channel("1");
    for list in ["outputGroups", "videoDescriptions", "audioDescriptions"] {
        let list = request["encoderSettings"][list].as_array_mut().unwrap();
        let mut second = list[0].clone();
        if second["outputs"].is_null() {
            second["name"] = json!("second");
        }
        list.push(second);
    }
    let output = &mut request["encoderSettings"]["outputGroups"][0]["outputs"][0];
    output["audioDescriptionNames"] = json!(["audio_hh29n", "second"]);
    request["inputAttachments"].as_array_mut().unwrap().push(json!({ "inputId": "3" }));

    let named = unfollowed(&stored(&request)).into_iter().collect::<BTreeSet<_>>();

    let expected = [
        "encoderSettings.audioDescriptions[1]",
        "encoderSettings.outputGroups[0].outputs[0].audioDescriptionNames[1]",
        "encoderSettings.outputGroups[1]",
        "encoderSettings.videoDescriptions[1]",
        "inputAttachments[1]",
    ];
    assert_eq!(named, expected.map(str::to_owned).into());
}

#[test]
fn values_of_a_destination_are_not_shown() {
    let request = channel_with(&[("destinations.0.settings.0.streamName", json!("secret"))]);

    assert_eq!(unfollowed(&stored(&request)), ["destinations[0].settings[0].streamName"]);
}

#[test]
fn nothing_set_and_nothing_referred_to_is_not_named() {
    let unused =
        json!([{ "name": "c", "selectorSettings": { "audioPidSelection": { "pid": 1 } } }]);
    for (path, value) in [
        ("encoderSettings.captionDescriptions", json!([])),
        ("encoderSettings.availConfiguration", json!({})),
        ("encoderSettings.videoDescriptions.0.border", json!(0)),
        ("inputAttachments.0.inputSettings.audioSelectors", unused),
    ] {
        assert_eq!(unfollowed(&stored(&channel_with(&[(path, value)]))), [""; 0], "{path}");
    }
}

#[test]
fn a_setting_is_in_one_table_once() {
    let settings =
        tables().flat_map(|(parent, members)| members.iter().map(move |it| (parent, it.0)));
    let settings = settings.collect::<Vec<_>>();

    let different = settings.iter().collect::<BTreeSet<_>>();

    assert_eq!(different.len(), settings.len());
}

#[test]
fn every_setting_in_the_tables_is_in_fidelity() {
    let page = file("docs/fidelity.md");
    let (_, section) = page.split_once("\n## Settings\n").unwrap();
    let section = section.split("\n## ").next().unwrap();

    for (parent, members) in tables() {
        for (name, _) in members {
            let name = name.trim_end_matches("[]");
            assert!(section.contains(&format!("`{name}`")), "{parent}.{name} is not listed");
        }
    }
}

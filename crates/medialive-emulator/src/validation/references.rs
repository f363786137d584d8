//! Checks references between the parts of the encoder settings, and to destinations.
//!
//! Texts with a source are MediaLive's; the others are unpublished and so the emulator's own.

use serde_json::Value;
use url::Url;

use super::paths::{Element, joined, select};
use crate::error::Violation;
use crate::model::channel::{Destination, Settings};

const MEDIA_PACKAGE_ID: &str = "MediaPackage channel ID is invalid. The ID can have numbers, \
     letters, underscores, and dashes. The ID is case sensitive.";

/// All broken references, and all definitions that nothing refers to.
pub(super) fn check(encoder: &Value, settings: &Settings, violations: &mut Vec<Violation>) {
    destinations("", encoder, settings, violations);
    descriptions(encoder, violations);
    groups(encoder, violations);
    udp(encoder, settings, violations);
    media_package(encoder, settings, violations);
}

/// Referenced destinations must exist, wherever the reference is (aws/aws-sdk-java#1525).
fn destinations(path: &str, value: &Value, settings: &Settings, violations: &mut Vec<Violation>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = joined(path, name);
                if name == "destinationRefId" {
                    let id = value.as_str().unwrap_or_default();
                    let defined = settings.destinations.iter().any(|it| it.id == id);
                    refuse(violations, path, !defined, || {
                        format!("Object references undefined destination \"{id}\"")
                    });
                } else {
                    destinations(&path, value, settings, violations);
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                destinations(&format!("{path}[{index}]"), value, settings, violations);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The audio and video of outputs must exist, and every audio must be used
/// (aws-solutions/live-streaming-on-aws PR#6).
fn descriptions(encoder: &Value, violations: &mut Vec<Violation>) {
    let video = names(encoder, "videoDescriptions[].name");
    let audio = names(encoder, "audioDescriptions[].name");
    for Element { path, value } in select(encoder, "outputGroups[].outputs[].videoDescriptionName")
    {
        let unknown = !video.contains(&value);
        refuse(violations, path, unknown, || {
            format!("Object references undefined video description {value}")
        });
    }
    let used = select(encoder, "outputGroups[].outputs[].audioDescriptionNames[]");
    for Element { path, value } in &used {
        let unknown = !audio.contains(value);
        refuse(violations, path.clone(), unknown, || {
            format!("Object references undefined audio description {value}")
        });
    }
    for Element { path, value } in select(encoder, "audioDescriptions[]") {
        let Some(name) = value.get("name") else { continue };
        let unused = used.iter().all(|it| it.value != name);
        refuse(violations, path, unused, || {
            format!("Audio description {name} is not referenced by any output")
        });
    }
}

/// MediaLive's text, which names no path (hashicorp/terraform-provider-aws#39516).
const OUTPUT_KINDS: &str = "OutputSettings must contain exactly one property: \
     cmafIngestOutputSettings, hlsOutputSettings, rtmpOutputSettings, udpOutputSettings, \
     msSmoothOutputSettings, archiveOutputSettings, frameCaptureOutputSettings, \
     mediaPackageOutputSettings, multiplexOutputSettings, srtOutputSettings";

/// An output has exactly one kind, and a UDP group exactly one output (user guide).
fn groups(encoder: &Value, violations: &mut Vec<Violation>) {
    for Element { value, .. } in select(encoder, "outputGroups[].outputs[].outputSettings") {
        let kinds =
            value.as_object().map_or(0, |it| it.values().filter(|it| !it.is_null()).count());
        refuse(violations, String::new(), kinds != 1, || OUTPUT_KINDS.to_owned());
    }
    for Element { path, value } in select(encoder, "outputGroups[]") {
        let udp = value.pointer("/outputGroupSettings/udpGroupSettings").is_some();
        let outputs = value["outputs"].as_array().map_or(0, Vec::len);
        let path = format!("{path}.outputs");
        refuse(violations, path, udp && outputs != 1, || {
            "A UDP output group has exactly one output".to_owned()
        });
    }
}

/// UDP outputs need `udp://` or `rtp://` with a port; error correction needs RTP (user guide, "UDP
/// destinations").
fn udp(encoder: &Value, settings: &Settings, violations: &mut Vec<Violation>) {
    for element in select(encoder, "outputGroups[].outputs[].outputSettings.udpOutputSettings") {
        let corrected = element.value.get("fecOutputSettings").is_some_and(|it| !it.is_null());
        for destination in referenced(&element, settings) {
            for it in &destination.settings {
                let path = format!("{}.destination.uri", element.path);
                let url = Url::parse(&it.url).ok().filter(|url| url.port().is_some());
                let scheme = url.as_ref().map(Url::scheme);
                let allowed: &[_] = if corrected { &["rtp"] } else { &["udp", "rtp"] };
                let wrong = !scheme.is_some_and(|scheme| allowed.contains(&scheme));
                let text = || {
                    format!(
                        "A UDP output with these settings needs {} with a port",
                        allowed.join(" or ")
                    )
                };
                refuse(violations, path, wrong, text);
            }
        }
    }
}

/// The id of a MediaPackage channel has certain characters (aws/aws-sdk-java-v2#5716).
fn media_package(encoder: &Value, settings: &Settings, violations: &mut Vec<Violation>) {
    let allowed = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    let groups = select(encoder, "outputGroups[].outputGroupSettings.mediaPackageGroupSettings");
    for element in groups {
        for destination in referenced(&element, settings) {
            let ids = destination.media_package.iter().filter_map(|it| it.channel_id.as_deref());
            for id in ids {
                let path = format!("{}.destination.channelId", element.path);
                let wrong = id.is_empty() || !id.chars().all(allowed);
                refuse(violations, path, wrong, || MEDIA_PACKAGE_ID.to_owned());
            }
        }
    }
}

/// The destinations to which an output or an output group refers.
fn referenced<'a>(
    element: &Element<'_>,
    settings: &'a Settings,
) -> impl Iterator<Item = &'a Destination> {
    let id = element.value.pointer("/destination/destinationRefId").and_then(Value::as_str);
    let id = id.map(str::to_owned);
    settings.destinations.iter().filter(move |it| id.as_deref() == Some(&it.id))
}

fn names<'a>(encoder: &'a Value, pattern: &str) -> Vec<&'a Value> {
    select(encoder, pattern).into_iter().map(|it| it.value).collect()
}

fn refuse(
    violations: &mut Vec<Violation>,
    element_path: String,
    wrong: bool,
    text: impl FnOnce() -> String,
) {
    if wrong {
        violations.push(Violation { element_path, error_message: text() });
    }
}

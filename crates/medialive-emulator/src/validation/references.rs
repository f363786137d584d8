//! Checks references between the parts of the encoder settings, and to destinations.
//!
//! Texts with a source are MediaLive's; the others are unpublished and so the emulator's own.

use serde_json::Value;
use url::Url;

use super::paths::{Element, select};
use crate::error::Violation;
use crate::model::channel::Settings;

/// All broken references, and all definitions that nothing refers to.
pub(super) fn check(encoder: &Value, settings: &Settings, violations: &mut Vec<Violation>) {
    destinations("", encoder, settings, violations);
    descriptions(encoder, violations);
    groups(encoder, violations);
    udp(encoder, settings, violations);
}

/// Referenced destinations must exist, wherever the reference is (aws/aws-sdk-java#1525).
fn destinations(path: &str, value: &Value, settings: &Settings, violations: &mut Vec<Violation>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
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

/// An output has exactly one kind (hashicorp/terraform-provider-aws#39516), and a UDP group exactly
/// one output (user guide).
fn groups(encoder: &Value, violations: &mut Vec<Violation>) {
    for Element { path, value } in select(encoder, "outputGroups[].outputs[].outputSettings") {
        let kinds =
            value.as_object().map_or(0, |it| it.values().filter(|it| !it.is_null()).count());
        let text = || "OutputSettings must contain exactly one property".to_owned();
        refuse(violations, path, kinds != 1, text);
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
    for Element { value, .. } in
        select(encoder, "outputGroups[].outputs[].outputSettings.udpOutputSettings")
    {
        let id = value.pointer("/destination/destinationRefId").and_then(Value::as_str);
        let corrected = value.get("fecOutputSettings").is_some_and(|it| !it.is_null());
        let destinations = settings.destinations.iter().enumerate();
        for (index, destination) in destinations.filter(|(_, it)| Some(it.id.as_str()) == id) {
            for (pipeline, it) in destination.settings.iter().flatten().enumerate() {
                let path = format!("destinations[{index}].settings[{pipeline}].url");
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

//! The defaults that Describe shows for settings missing in the request.
//!
//! MediaLive shows every setting, so a comparison with the request always differs
//! (alchemy-run/alchemy, `MediaLive/Channel.ts`). Few defaults are published: the API's model has
//! the two of a video description. The empty lists are the emulator's choice. All others stay
//! absent.

use serde_json::{Map, Value, json};

/// Per parent path: a member and its default.
fn table() -> [(&'static str, &'static str, Value); 5] {
    [
        ("encoderSettings", "captionDescriptions", json!([])),
        ("encoderSettings.videoDescriptions[]", "border", json!(0)),
        ("encoderSettings.videoDescriptions[]", "scalingBehavior", json!("DEFAULT")),
        ("inputAttachments[].inputSettings", "audioSelectors", json!([])),
        ("inputAttachments[].inputSettings", "captionSelectors", json!([])),
    ]
}

/// Adds the defaults to a channel's document.
pub(crate) fn expand(mut document: Map<String, Value>) -> Map<String, Value> {
    for (path, name, value) in table() {
        fill(&mut document, path, name, &value);
    }
    document
}

fn fill(object: &mut Map<String, Value>, path: &str, name: &str, value: &Value) {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    if step.is_empty() {
        object.entry(name).or_insert_with(|| value.clone());
        return;
    }
    match object.get_mut(step.trim_end_matches("[]")) {
        Some(Value::Object(member)) => fill(member, rest, name, value),
        Some(Value::Array(items)) => {
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                fill(item, rest, name, value);
            }
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
    }
}

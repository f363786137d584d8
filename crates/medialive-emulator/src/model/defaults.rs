//! What Describe shows of settings that a request left out.
//!
//! MediaLive shows every setting, so that a comparison with what was sent always differs
//! (alchemy-run/alchemy, `MediaLive/Channel.ts`). Its values are published for few of them: the two
//! of a video description are in the API's model; that lists are shown empty is the emulator's
//! choice. The others stay out.

use serde_json::{Map, Value, json};

/// By the path of what they are members of: a member that is shown, and as what.
fn table() -> [(&'static str, &'static str, Value); 5] {
    [
        ("encoderSettings", "captionDescriptions", json!([])),
        ("encoderSettings.videoDescriptions[]", "border", json!(0)),
        ("encoderSettings.videoDescriptions[]", "scalingBehavior", json!("DEFAULT")),
        ("inputAttachments[].inputSettings", "audioSelectors", json!([])),
        ("inputAttachments[].inputSettings", "captionSelectors", json!([])),
    ]
}

/// Fills in what a channel's document leaves out.
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

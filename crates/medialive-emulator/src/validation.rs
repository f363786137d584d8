//! Whether MediaLive would accept a channel. Pure: sees the document and the inputs, changes nothing.
//!
//! The texts on destinations are MediaLive's own; those on inputs are not published, and are the emulator's.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::channel::{ChannelClass, Settings};
use crate::error::{Error, Violation};
use crate::input::Input;
use crate::states::InputState;

/// Everything that is wrong with a channel, at once.
pub(crate) fn check(
    settings: &Settings,
    document: &Map<String, Value>,
    inputs: &BTreeMap<String, Input>,
) -> Result<(), Error> {
    let mut violations = Vec::new();
    destinations(settings, &mut violations);
    attachments(settings, inputs, &mut violations);
    if let Some(encoder) = document.get("encoderSettings") {
        references("", encoder, settings, &mut violations);
    }
    if violations.is_empty() { Ok(()) } else { Err(Error::Invalid { violations }) }
}

fn destinations(settings: &Settings, violations: &mut Vec<Violation>) {
    let pipelines = settings.class.pipelines();
    for (index, destination) in settings.destinations.iter().enumerate() {
        if destination.settings.as_ref().is_some_and(|it| it.len() != pipelines) {
            violations.push(Violation {
                element_path: format!("destinations[{index}].settings"),
                error_message: format!("Exactly {pipelines} destinations settings required"),
            });
        }
    }
}

/// Inputs exist, and have two sources where there are two pipelines (user guide, "Channel class and input class").
fn attachments(
    settings: &Settings,
    inputs: &BTreeMap<String, Input>,
    violations: &mut Vec<Violation>,
) {
    for (index, attachment) in settings.attachments.iter().enumerate() {
        let id = &attachment.input_id;
        let input = inputs.get(id).filter(|input| input.state != InputState::Deleted);
        let error_message = match (input.map(Input::class), settings.class) {
            (None, _) => format!("Input \"{id}\" does not exist"),
            (Some(ChannelClass::SinglePipeline), ChannelClass::Standard) => {
                format!(
                    "A channel of class STANDARD needs an input of class STANDARD: \"{id}\" has one source"
                )
            }
            (Some(_), _) => continue,
        };
        let element_path = format!("inputAttachments[{index}].inputId");
        violations.push(Violation { element_path, error_message });
    }
}

/// Destinations that are referred to exist, wherever the reference stands (aws/aws-sdk-java#1525).
fn references(path: &str, value: &Value, settings: &Settings, violations: &mut Vec<Violation>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if name == "destinationRefId" {
                    violations.extend(reference(path, value, settings));
                } else {
                    references(&path, value, settings, violations);
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                references(&format!("{path}[{index}]"), value, settings, violations);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn reference(element_path: String, value: &Value, settings: &Settings) -> Option<Violation> {
    let id = value.as_str().unwrap_or_default();
    let defined = settings.destinations.iter().any(|it| it.id == id);
    let error_message = format!("Object references undefined destination \"{id}\"");
    (!defined).then_some(Violation { element_path, error_message })
}

/// Why an input cannot be attached.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unfree {
    /// Another channel holds it.
    Attached { id: String },
    /// It is in the making, or about to go.
    Unsettled,
}

impl Unfree {
    /// The answer; `unable` is an operation's own to what is not settled.
    pub(crate) fn refusal(self, unable: Error) -> Error {
        match self {
            Self::Attached { id } => Error::InputAttached { id },
            Self::Unsettled => unable,
        }
    }
}

/// Whether the inputs can be attached to a channel that is new or this one.
pub(crate) fn check_free(
    settings: &Settings,
    inputs: &BTreeMap<String, Input>,
    channel: Option<&str>,
) -> Result<(), Unfree> {
    let wanted = settings.attachments.iter().filter_map(|it| inputs.get(&it.input_id));
    for input in wanted.filter(|it| channel.is_none() || it.attached_to.as_deref() != channel) {
        match input.state {
            InputState::Detached => {}
            InputState::Attached => return Err(Unfree::Attached { id: input.id.clone() }),
            InputState::Creating | InputState::Deleting | InputState::Deleted => {
                return Err(Unfree::Unsettled);
            }
        }
    }
    Ok(())
}

//! Checks whether MediaLive would accept a channel. Pure: reads the document and the inputs.
//!
//! The texts about the number of settings and a destination's kind are MediaLive's; the others are
//! unpublished and so the emulator's own. Inputs and destinations may be absent, as in the API's
//! model. Encoder settings must be present, by the emulator's choice: the channel could do nothing
//! else.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::{Error, Violation};
use crate::model::channel::{ChannelClass, Settings};
use crate::model::input::Input;
use crate::model::states::InputState;

mod enums;
mod paths;
mod references;
mod rules;

/// User guide, "Limits".
const MOST_INPUTS: usize = 20;

/// All problems of a channel at once.
pub(crate) fn check(
    settings: &Settings,
    document: &Map<String, Value>,
    inputs: &BTreeMap<String, Input>,
) -> Result<(), Error> {
    name(document, "channel")?;
    kinds(document)?;
    let mut violations = Vec::new();
    destinations(settings, &mut violations);
    attachments(settings, inputs, &mut violations);
    rules::check(document, &mut violations);
    if let Some(encoder) = document.get("encoderSettings") {
        references::check(encoder, settings, &mut violations);
    }
    for violation in &mut violations {
        violation.element_path = paths::without_alternatives(&violation.element_path);
    }
    if violations.is_empty() { Ok(()) } else { Err(Error::Invalid { violations }) }
}

/// A channel and an input have a name.
pub(crate) fn name(document: &Map<String, Value>, resource: &'static str) -> Result<(), Error> {
    let name = document.get("name").and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() { Err(Error::NameRequired { resource }) } else { Ok(()) }
}

/// A destination has exactly one kind (hashicorp/terraform-provider-aws#30659).
fn kinds(document: &Map<String, Value>) -> Result<(), Error> {
    const KINDS: [&str; 5] = [
        "mediaConnectRouterSettings",
        "mediaPackageSettings",
        "multiplexSettings",
        "settings",
        "srtSettings",
    ];
    // SDKs may send the unused lists as empty ones.
    let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    for destination in document.get("destinations").and_then(Value::as_array).into_iter().flatten()
    {
        let given = KINDS.iter().filter(|kind| destination.get(*kind).is_some_and(|it| !empty(it)));
        if given.count() != 1 {
            let id = destination["id"].as_str().unwrap_or_default().to_owned();
            return Err(Error::DestinationKind { id });
        }
    }
    Ok(())
}

fn destinations(settings: &Settings, violations: &mut Vec<Violation>) {
    let pipelines = settings.class.pipelines();
    for (index, destination) in settings.destinations.iter().enumerate() {
        let plain = |it: char| it.is_ascii_alphanumeric() || it == '-';
        if destination.id.is_empty() || !destination.id.chars().all(plain) {
            violations.push(Violation {
                element_path: format!("destinations[{index}].id"),
                error_message: "A destination id has only numbers, letters and hyphens".to_owned(),
            });
        }
        if ![0, pipelines].contains(&destination.settings.len()) {
            violations.push(Violation {
                element_path: format!("destinations[{index}].settings"),
                error_message: format!("Exactly {pipelines} destinations settings required"),
            });
        }
    }
}

/// Inputs must exist, and need two sources for two pipelines (user guide, "Channel class and input
/// class").
fn attachments(
    settings: &Settings,
    inputs: &BTreeMap<String, Input>,
    violations: &mut Vec<Violation>,
) {
    if settings.attachments.len() > MOST_INPUTS {
        violations.push(Violation {
            element_path: "inputAttachments".to_owned(),
            error_message: format!("A channel has at most {MOST_INPUTS} inputs"),
        });
    }
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

/// Why an input cannot be attached.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum InputUnavailable {
    /// Another channel holds it.
    Attached { id: String },
    /// It is being deleted, or is gone.
    GoneOrGoing,
}

impl InputUnavailable {
    /// The API error; `unable` is the operation's own for an input that is gone or going.
    pub(crate) fn refusal(self, unable: Error) -> Error {
        match self {
            Self::Attached { id } => Error::InputAttached { id },
            Self::GoneOrGoing => unable,
        }
    }
}

/// Whether the inputs can be attached to this channel; `None` is a new one.
pub(crate) fn check_available(
    settings: &Settings,
    inputs: &BTreeMap<String, Input>,
    channel: Option<&str>,
) -> Result<(), InputUnavailable> {
    let wanted = settings.attachments.iter().filter_map(|it| inputs.get(&it.input_id));
    for input in wanted.filter(|it| channel.is_none() || it.attached_to.as_deref() != channel) {
        match (input.state, &input.attached_to) {
            (InputState::Creating | InputState::Detached, None) => {}
            (InputState::Creating | InputState::Detached | InputState::Attached, _) => {
                return Err(InputUnavailable::Attached { id: input.id.clone() });
            }
            (InputState::Deleting | InputState::Deleted, _) => {
                return Err(InputUnavailable::GoneOrGoing);
            }
        }
    }
    Ok(())
}

//! `UpdateInput`: changes the name and the sources. An attached channel must be IDLE (user guide,
//! "Editing an input"). The type cannot change, and tags have their own operations.

use std::sync::Arc;

use serde_json::json;

use super::create_input;
use crate::error::Error;
use crate::model::channel::Channel;
use crate::model::input::{Input, Source};
use crate::model::states::{ChannelState, InputState};
use crate::request::{Reply, Request};
use crate::service::Service;
use crate::service::store::Store;
use crate::validation;

const MEMBERS: [&str; 10] = [
    "destinations",
    "inputDevices",
    "inputSecurityGroups",
    "mediaConnectFlows",
    "multicastSettings",
    "name",
    "roleArn",
    "sdiSources",
    "smpte2110ReceiverGroupSettings",
    "srtSettings",
];

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    create_input::check_security_groups(request, &store)?;
    let Store { channels, inputs, .. } = &mut *store;
    let input = inputs.get_mut(&request.target).ok_or(Error::UpdatedInputNotFound)?;
    let channel = input.attached_to.as_ref().and_then(|id| channels.get(id));
    let editable = match input.state {
        InputState::Detached => true,
        InputState::Attached => channel.is_some_and(|it| it.state == ChannelState::Idle),
        InputState::Creating | InputState::Deleting | InputState::Deleted => false,
    };
    if !editable {
        return Err(Error::InputUnable);
    }
    if request.body.contains_key("name") {
        validation::name(&request.body, "input")?;
    }
    let sources = create_input::sources(request)?;
    if let Some(sources) = &sources {
        // One URL means class SINGLE_PIPELINE, two STANDARD, and the class cannot change (user
        // guide, "Class for channels and inputs"). MediaLive's status and text are not published.
        if sources.len() != input.sources.len() {
            return Err(class_would_change("sources", input));
        }
        if let Some(channel) = channel {
            check_sources(sources, input, channel)?;
        }
    }
    let class = input.class();
    let before = input.document.clone();
    input.document.extend(request.members(&MEMBERS));
    if input.class() != class {
        input.document = before;
        let flows = request.body.contains_key("mediaConnectFlows");
        let list = if flows { "mediaConnectFlows" } else { "destinations" };
        return Err(class_would_change(list, input));
    }
    if let Some(sources) = sources {
        input.sources = sources;
    }
    Ok(Reply::ok(json!({ "input": input.describe() })))
}

fn class_would_change(list: &str, input: &Input) -> Error {
    let id = &input.id;
    let reason = format!(
        "{list}: their number must stay the same, because the class of input {id} cannot change"
    );
    Error::Malformed { reason }
}

/// Whether the attached channel accepts these sources.
fn check_sources(sources: &[Source], input: &Input, channel: &Channel) -> Result<(), Error> {
    let first = channel.settings.attachments.first().is_some_and(|it| it.input_id == input.id);
    if first && sources.iter().any(Source::is_dynamic) {
        return Err(Error::DynamicFirst);
    }
    Ok(())
}

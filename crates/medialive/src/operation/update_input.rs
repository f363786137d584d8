use aws_sdk_medialive::types::InputSourceRequest;
use lilo_lifecycle::input::{self, Input};

use super::describe_input::Seen;
use crate::{Error, InputSpec, MediaLive};

const OPERATION: &str = "UpdateInput";

impl MediaLive {
    /// Gives input `id` the spec's name, sources and role; tags are not part of it. Returns the input as MediaLive shows it then.
    /// The role is sent always: left out, it might be removed, as UpdateChannel does.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` while the channel that it is attached to is not idle.
    pub async fn update_input(&self, id: &str, spec: &InputSpec) -> Result<Input, Error> {
        let call = self.writing.update_input().input_id(id).name(&spec.name);
        let call = call.role_arn(&spec.role_arn).set_sources(Some(sources(spec)));
        let label = || input::label(id);
        let output = call.send().await.map_err(|error| Error::sort(OPERATION, label(), error))?;
        let input = output.input.ok_or_else(|| Error::incomplete(OPERATION, label(), "input"))?;
        Seen::from(input).into_domain(OPERATION, &label())
    }
}

pub(super) fn sources(spec: &InputSpec) -> Vec<InputSourceRequest> {
    spec.sources.iter().map(|url| InputSourceRequest::builder().url(url).build()).collect()
}

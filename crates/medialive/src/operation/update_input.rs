use aws_sdk_medialive::types::InputSourceRequest;
use lilo_lifecycle::input;

use crate::{Error, InputSpec, MediaLive};

impl MediaLive {
    /// Gives input `id` the spec's name, sources and role; tags are not part of it. The role is
    /// sent always: left out, it might be removed, as UpdateChannel does.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` while the channel that it is attached to is not idle.
    pub async fn update_input(&self, id: &str, spec: &InputSpec) -> Result<(), Error> {
        let call = self.sdk.update_input().input_id(id).name(&spec.name);
        let call = call.role_arn(&spec.role_arn).set_sources(Some(sources(spec)));
        let result = call.send().await;
        result.map(drop).map_err(|error| Error::sort("UpdateInput", input::label(id), error))
    }
}

pub(super) fn sources(spec: &InputSpec) -> Vec<InputSourceRequest> {
    spec.sources.iter().map(|url| InputSourceRequest::builder().url(url).build()).collect()
}

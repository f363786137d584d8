use aws_sdk_medialive::types::InputType;
use lilo_lifecycle::input::Input;

use super::describe_input::Seen;
use super::update_input::sources;
use crate::client::creation;
use crate::{Error, InputSpec, MediaLive};

const OPERATION: &str = "CreateInput";

impl MediaLive {
    /// Creates an MP4_FILE input. The same `token` returns the input that it made before. MediaLive
    /// does not look at the sources yet.
    ///
    /// # Errors
    /// [`Error`]; `Refused` when a source's URL cannot be parsed.
    pub async fn create_input(&self, spec: &InputSpec, token: &str) -> Result<Input, Error> {
        let label = || format!("input {}", spec.name);
        let output = self
            .sdk
            .create_input()
            .request_id(token)
            .name(&spec.name)
            .r#type(InputType::Mp4File)
            .role_arn(&spec.role_arn)
            .set_sources(Some(sources(spec)))
            .set_tags(Some(spec.tags.clone().into_iter().collect()))
            .customize()
            .config_override(creation())
            .send()
            .await
            .map_err(|error| Error::sort(OPERATION, label(), error))?;
        let input = output.input.ok_or_else(|| Error::incomplete(OPERATION, label(), "input"))?;
        Seen::from(input).into_domain(OPERATION, &label())
    }
}

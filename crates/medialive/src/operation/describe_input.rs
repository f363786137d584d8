use std::collections::HashMap;

use aws_sdk_medialive::types;
use lilo_lifecycle::input::{self, Input, Settings};

use crate::{Error, MediaLive};

const OPERATION: &str = "DescribeInput";

impl MediaLive {
    /// What MediaLive shows of input `id`, also for a while after it is DELETED.
    ///
    /// # Errors
    /// [`Error`]; `NotFound` for an input that never was or is forgotten.
    pub async fn describe_input(&self, id: &str) -> Result<Input, Error> {
        let output = self
            .sdk
            .describe_input()
            .input_id(id)
            .send()
            .await
            .map_err(|error| Error::sort(OPERATION, input::label(id), error))?;
        let seen = Seen {
            id: output.id,
            arn: output.arn,
            state: output.state,
            name: output.name,
            sources: output.sources,
            role_arn: output.role_arn,
            attached_channels: output.attached_channels,
            tags: output.tags,
        };
        seen.into_domain(OPERATION, &input::label(id))
    }
}

/// The members of an input that decisions need, as every operation that returns one names them.
pub(super) struct Seen {
    pub(super) id: Option<String>,
    pub(super) arn: Option<String>,
    pub(super) state: Option<types::InputState>,
    pub(super) name: Option<String>,
    pub(super) sources: Option<Vec<types::InputSource>>,
    pub(super) role_arn: Option<String>,
    pub(super) attached_channels: Option<Vec<String>>,
    pub(super) tags: Option<HashMap<String, String>>,
}

impl From<types::Input> for Seen {
    fn from(input: types::Input) -> Self {
        Self {
            id: input.id,
            arn: input.arn,
            state: input.state,
            name: input.name,
            sources: input.sources,
            role_arn: input.role_arn,
            attached_channels: input.attached_channels,
            tags: input.tags,
        }
    }
}

impl Seen {
    /// The input that `operation` of `resource` returned.
    pub(super) fn into_domain(
        self,
        operation: &'static str,
        resource: &str,
    ) -> Result<Input, Error> {
        let incomplete = |what| Error::incomplete(operation, resource, what);
        let state = self.state.and_then(|state| state.as_str().parse().ok());
        let sources = self.sources.unwrap_or_default().into_iter();
        let settings = Settings {
            name: self.name.unwrap_or_default(),
            sources: sources.filter_map(|source| source.url).collect(),
            role_arn: self.role_arn.unwrap_or_default(),
        };
        Ok(Input {
            settings,
            id: self.id.ok_or_else(|| incomplete("id"))?,
            arn: self.arn.ok_or_else(|| incomplete("arn"))?,
            state: state.ok_or_else(|| incomplete("state"))?,
            attached_channels: self.attached_channels.unwrap_or_default(),
            tags: self.tags.unwrap_or_default().into_iter().collect(),
        })
    }
}

use std::collections::HashMap;

use aws_sdk_medialive::types;
use lilo_lifecycle::input::{self, Input};

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
        domain(OPERATION, &input::label(id), output.id, output.arn, output.state, output.tags)
    }
}

/// An input as operation `operation` of `resource` returned it.
pub(super) fn domain(
    operation: &'static str,
    resource: &str,
    id: Option<String>,
    arn: Option<String>,
    state: Option<types::InputState>,
    tags: Option<HashMap<String, String>>,
) -> Result<Input, Error> {
    let incomplete = |what| Error::incomplete(operation, resource, what);
    let state = state.and_then(|state| state.as_str().parse().ok());
    Ok(Input {
        id: id.ok_or_else(|| incomplete("id"))?,
        arn: arn.ok_or_else(|| incomplete("arn"))?,
        state: state.ok_or_else(|| incomplete("state"))?,
        tags: tags.unwrap_or_default().into_iter().collect(),
    })
}

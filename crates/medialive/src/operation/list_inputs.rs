use lilo_lifecycle::input::{Input, InputState};
use lilo_lifecycle::{Identity, tags};

use super::describe_input::Seen;
use crate::{Error, MediaLive};

const OPERATION: &str = "ListInputs";

impl MediaLive {
    /// The inputs that carry the tags of this resource of this stack, without those that are DELETED.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn inputs_of(&self, identity: &Identity) -> Result<Vec<Input>, Error> {
        let mut pages = self.sdk.list_inputs().into_paginator().items().send();
        let mut inputs = Vec::new();
        while let Some(input) = pages.next().await {
            let input = input.map_err(|error| Error::sort(OPERATION, "inputs", error))?;
            let tags = input.tags.clone().unwrap_or_default().into_iter().collect();
            if tags::are_of(&tags, identity) {
                inputs.push(Seen::from(input).into_domain(OPERATION, "inputs")?);
            }
        }
        inputs.retain(|input: &Input| input.state != InputState::Deleted);
        Ok(inputs)
    }
}

//! The inputs of a run.

use aws_sdk_medialive::operation::create_input::builders::CreateInputFluentBuilder;
use aws_sdk_medialive::operation::describe_input::DescribeInputError;
use aws_sdk_medialive::types::{InputSourceRequest, InputState, InputType};
use tokio::time::Instant;

use super::{FIRST_GAP, Lab, STATE_LIMIT};
use crate::answer::{Unanswered, unanswered};
use crate::gaps::Gaps;

/// What an input is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Use {
    /// The channel plays it.
    Played,
    /// It is attached to nothing.
    Spare,
    /// A channel is made before it exists.
    New,
    /// It is deleted.
    Deleted,
}

impl Use {
    fn name(self) -> &'static str {
        match self {
            Self::Played => "played",
            Self::Spare => "spare",
            Self::New => "new",
            Self::Deleted => "deleted",
        }
    }
}

impl Lab<'_> {
    /// A CreateInput as this run makes it: tagged, with one source.
    pub(crate) fn input_request(&self, it: Use) -> CreateInputFluentBuilder {
        self.client
            .create_input()
            .request_id(self.name(it.name()))
            .name(self.name(it.name()))
            .r#type(InputType::Mp4File)
            .sources(source(&self.place.source))
            .set_tags(Some(self.tags()))
    }

    /// The id of the input for this use.
    pub(crate) async fn input(&mut self, it: Use) -> Result<String, Unanswered> {
        if let Some(id) = self.inputs.get(&it) {
            return Ok(id.clone());
        }
        let since = Instant::now();
        let id = self.create_input(it).await?;
        self.inputs.insert(it, id.clone());
        self.wait_for_input(&id, &InputState::Detached).await?;
        self.measure("CreateInput to DETACHED", since);
        if it == Use::Deleted {
            let since = Instant::now();
            let deleted = self.client.delete_input().input_id(&id).send().await;
            deleted.map_err(|error| unanswered("delete an input", &error))?;
            self.wait_for_input(&id, &InputState::Deleted).await?;
            self.measure("DeleteInput to DELETED", since);
        }
        Ok(id)
    }

    /// The next check of this use gets a new input: a request that was expected to be refused has
    /// changed this one.
    pub(crate) fn forget_input(&mut self, it: Use) {
        self.inputs.remove(&it);
    }

    /// The id of a new input, which may still be CREATING.
    pub(crate) async fn create_input(&mut self, it: Use) -> Result<String, Unanswered> {
        self.step("creating an input");
        let created = self.input_request(it).send().await;
        let created = created.map_err(|error| unanswered("create an input", &error))?;
        let id = created.input.and_then(|input| input.id).unwrap_or_default();
        self.words.learn(&id, "INPUT");
        Ok(id)
    }

    async fn wait_for_input(&self, id: &str, wanted: &InputState) -> Result<(), Unanswered> {
        let (since, mut gaps) = (Instant::now(), Gaps::new(FIRST_GAP));
        loop {
            let state = match self.client.describe_input().input_id(id).send().await {
                Ok(input) => input.state.unwrap_or(InputState::from("")),
                Err(error)
                    if error
                        .as_service_error()
                        .is_some_and(DescribeInputError::is_not_found_exception) =>
                {
                    InputState::Deleted
                }
                Err(error) => return Err(unanswered("look at an input", &error)),
            };
            if state == *wanted {
                return Ok(());
            }
            if since.elapsed() > STATE_LIMIT {
                return Err(Unanswered(format!("an input is still {state}")));
            }
            gaps.wait().await;
        }
    }
}

pub(crate) fn source(url: &str) -> InputSourceRequest {
    InputSourceRequest::builder().url(url).build()
}

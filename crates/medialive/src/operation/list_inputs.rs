use lilo_lifecycle::input::Input;
use lilo_lifecycle::{LiloTags, Tags};

use super::describe_input::Seen;
use crate::client::PAGE_SIZE;
use crate::{Error, MediaLive, Page};

const OPERATION: &str = "ListInputs";

impl MediaLive {
    /// Of a page of the account's inputs, DELETED ones included, those with `wanted` tags. An entry
    /// that cannot be read is an error by itself.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn list_inputs(
        &self,
        token: Option<String>,
        wanted: impl Fn(LiloTags<'_>) -> bool,
    ) -> Result<Page<Result<Input, Error>>, Error> {
        let call = self.sdk.list_inputs().max_results(PAGE_SIZE).set_next_token(token.clone());
        let page = call.send().await.map_err(|error| Error::sort(OPERATION, "inputs", error))?;
        let inputs = page.inputs.unwrap_or_default().into_iter();
        let inputs = inputs.filter(|input| {
            let tags: Tags = input.tags.clone().unwrap_or_default().into_iter().collect();
            wanted((&tags).into())
        });
        let items = inputs.map(|input| Seen::from(input).into_domain(OPERATION, "inputs"));
        Ok(Page::of(items.collect(), token.as_deref(), page.next_token))
    }
}

//! Create: CreateInput, until a channel can be attached.

use std::time::Duration;

use lilo_custom_resource::{Data, Done, Made, Request, property};
use lilo_function::{Budget, CREATE_WITHIN, create, drive};
use lilo_lifecycle::input::{self, Input};
use lilo_lifecycle::tags::ASKED;
use lilo_medialive::{Error as MediaLiveError, InputSpec, MediaLive};

use crate::error::Error;
use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    made: &Made,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Done, Error> {
    let properties: Properties = property::read(&request.properties)?;
    let spec = properties.spec(&request.identity)?;
    made.trying();
    let created = make(request, spec, CREATE_WITHIN, async || Ok(()), budget, medialive)
        .await
        .inspect_err(|error| {
            if error.is_refusal() {
                made.refused();
            }
        })?;
    made.note(&created.id);
    settle(&created.id, budget, medialive).await?;
    Ok(Data::from([("Arn", created.arn)]).into())
}

/// What CreateInput makes for this request, however often it is delivered, while it is no older than `within` and, asked before
/// each call, `still` has no objection.
pub(crate) async fn make(
    request: &Request,
    mut spec: InputSpec,
    within: Duration,
    still: impl AsyncFn() -> Result<(), MediaLiveError>,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Input, lilo_function::Error> {
    spec.tags.insert(ASKED.to_owned(), request.asked.to_string());
    create(
        budget,
        request.asked,
        within,
        async || medialive.inputs_of(&request.identity).await,
        async || {
            still().await?;
            medialive.create_input(&spec, &request.create_token).await
        },
        |returned| {
            let other_class = input::replace::is_needed(returned, spec.sources.len());
            other_class || input::create::is_stale(returned, &request.identity)
        },
    )
    .await
}

/// Waits until a channel can be attached to input `id`.
pub(crate) async fn settle(
    id: &str,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<(), lilo_function::Error> {
    drive(
        budget,
        async || medialive.describe_input(id).await,
        |seen, patience| input::create::next(id, seen, patience),
        async |action, _| match action {},
    )
    .await?;
    Ok(())
}

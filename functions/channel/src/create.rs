//! Create: CreateChannel, until it can be started. The starter starts it, not this function.

use std::time::Duration;

use lilo_custom_resource::{Data, Made, Request, property};
use lilo_function::{create, drive};
use lilo_lifecycle::channel;
use lilo_medialive::MediaLive;

use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    made: &Made,
    budget: Duration,
    medialive: &MediaLive,
) -> Result<Data, String> {
    let properties: Properties =
        property::read(&request.properties).map_err(|error| error.to_string())?;
    let spec = properties.spec(&request.identity).map_err(|error| error.to_string())?;
    let token = |attempt| request.identity.create_token(&request.request_id, attempt);
    let created = create(
        async |attempt| medialive.create_channel(&spec, &token(attempt)).await,
        |returned| channel::create::is_stale(returned, &request.identity),
    )
    .await
    .map_err(|error| error.to_string())?;
    made.note(&created.id);
    let id = &created.id;
    drive(
        budget,
        async || medialive.describe_channel(id).await,
        |seen, patience| channel::create::next(id, seen, patience),
        async |action, _| match action {},
    )
    .await
    .map_err(|error| error.to_string())?;
    Ok(Data::from([("Arn", created.arn)]))
}

//! Create: CreateInput, until a channel can be attached.

use std::time::Duration;

use lilo_custom_resource::{Data, Made, Request, property};
use lilo_function::{create, drive};
use lilo_lifecycle::{input, tags};
use lilo_medialive::{InputSpec, MediaLive};

use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    made: &Made,
    budget: Duration,
    medialive: &MediaLive,
) -> Result<Data, String> {
    let properties: Properties =
        property::read(&request.properties).map_err(|error| error.to_string())?;
    let sources = properties.sources().map_err(|error| error.to_string())?;
    let spec = InputSpec {
        name: properties.name,
        sources,
        role_arn: properties.role_arn,
        tags: tags::of_resource(&request.identity, &properties.tags),
    };
    let token = |attempt| request.identity.create_token(&request.request_id, attempt);
    let created = create(
        async |attempt| medialive.create_input(&spec, &token(attempt)).await,
        |returned| input::create::is_stale(returned, &request.identity),
    )
    .await
    .map_err(|error| error.to_string())?;
    made.note(&created.id);
    let id = &created.id;
    drive(
        budget,
        async || medialive.describe_input(id).await,
        |seen, patience| input::create::next(id, seen, patience),
        async |action, _| match action {},
    )
    .await
    .map_err(|error| error.to_string())?;
    Ok(Data::from([("Arn", created.arn)]))
}

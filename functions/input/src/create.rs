//! Create: CreateInput, until a channel can be attached.

use lilo_custom_resource::{Data, Made, Request, property};
use lilo_function::{Budget, create, drive};
use lilo_lifecycle::input;
use lilo_medialive::MediaLive;

use crate::error::Error;
use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    made: &Made,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let properties: Properties = property::read(&request.properties)?;
    let spec = properties.spec(&request.identity)?;
    let created = create(
        budget,
        async || medialive.create_input(&spec, &request.create_token).await,
        |returned| input::create::is_stale(returned, &request.identity),
    )
    .await?;
    made.note(&created.id);
    let id = &created.id;
    drive(
        budget,
        async || medialive.describe_input(id).await,
        |seen, patience| input::create::next(id, seen, patience),
        async |action, _| match action {},
    )
    .await?;
    Ok(Data::from([("Arn", created.arn)]))
}

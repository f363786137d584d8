//! Create: CreateChannel, until it can be started. The starter starts it, not this function.

use lilo_custom_resource::{Data, Done, Made, Request, property};
use lilo_function::{Budget, CREATE_WITHIN, create, drive};
use lilo_lifecycle::channel;
use lilo_lifecycle::tags::{ASKED, AUTO_START, AutoStart, SETTINGS};
use lilo_medialive::MediaLive;

use crate::error::Error;
use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    made: &Made,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Done, Error> {
    let properties: Properties = property::read(&request.properties)?;
    let mut spec = properties.spec(&request.identity)?;
    let start = if properties.auto_start { AutoStart::True } else { AutoStart::False };
    spec.tags.insert(AUTO_START.to_owned(), start.as_str().to_owned());
    spec.tags.insert(SETTINGS.to_owned(), spec.fingerprint());
    spec.tags.insert(ASKED.to_owned(), request.asked.to_string());
    made.trying();
    let created = create(
        budget,
        request.asked,
        CREATE_WITHIN,
        async || medialive.channels_of(&request.identity).await,
        async || medialive.create_channel(&spec, &request.create_token).await,
        |returned| channel::create::is_stale(returned, &request.identity),
    )
    .await
    .inspect_err(|error| {
        if error.is_refusal() {
            made.refused();
        }
    })?;
    made.note(&created.id);
    let id = &created.id;
    drive(
        budget,
        async || medialive.describe_channel(id).await,
        |seen, patience| channel::create::next(id, seen, patience),
        async |action, _| match action {},
    )
    .await?;
    Ok(Data::from([("Arn", created.arn)]).into())
}

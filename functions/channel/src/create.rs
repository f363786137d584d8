//! Create: CreateChannel, until the channel can be started. The starter starts it, not this
//! function.

use lilo_custom_resource::{Data, Request, property};
use lilo_lifecycle::channel;
use lilo_lifecycle::tags::{self, AUTO_START, AutoStart, SETTINGS};
use lilo_medialive::MediaLive;
use lilo_runtime::{Creation, Deadline, create};

use crate::error::Error;
use crate::find::find;
use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    creation: &Creation,
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let properties: Properties = property::read(&request.properties)?;
    let mut spec = properties.spec(&request.identity)?;
    let start = if properties.auto_start { AutoStart::True } else { AutoStart::False };
    spec.tags.insert(AUTO_START.to_owned(), start.to_string());
    spec.tags.insert(SETTINGS.to_owned(), spec.fingerprint());
    spec.tags.extend(tags::of_creation(&request.identity, request.requested_at));
    let identity = &request.identity;
    let ready = create(
        deadline,
        request,
        creation,
        async || find(identity, deadline, medialive).await,
        async || medialive.create_channel(&spec, &request.idempotency_token).await,
        async |id| medialive.describe_channel(id).await,
        |id, seen, age| channel::create::next(identity, id, seen, age),
    )
    .await?;
    Ok(ready.map(|channel| Data::from([("Arn", channel.arn)])).unwrap_or_default())
}

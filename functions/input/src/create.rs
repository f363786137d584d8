//! Create: CreateInput, until a channel can be attached.

use lilo_custom_resource::{Data, Request, property};
use lilo_lifecycle::{input, tags};
use lilo_medialive::MediaLive;
use lilo_runtime::{Creation, Deadline, create};

use crate::error::Error;
use crate::observe::find;
use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    creation: &Creation,
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let properties: Properties = property::read(&request.properties)?;
    let mut spec = properties.spec(&request.identity)?;
    spec.tags.extend(tags::of_creation(&request.identity, request.requested_at));
    let identity = &request.identity;
    let ready = create(
        deadline,
        request,
        creation,
        async || find(identity, deadline, medialive).await,
        async || medialive.create_input(&spec, &request.idempotency_token).await,
        async |id| medialive.describe_input(id).await,
        |id, seen, age| input::create::next(identity, id, seen, age),
    )
    .await?;
    Ok(ready.map(|input| Data::from([("Arn", input.arn)])).unwrap_or_default())
}

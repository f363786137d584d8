//! Create: CreateInput, until a channel can be attached.

use lilo_custom_resource::{Data, Request, property};
use lilo_lifecycle::{input, tags};
use lilo_medialive::MediaLive;
use lilo_runtime::{Creation, Deadline, create, reconcile};

use crate::error::Error;
use crate::observe::find;
use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    creation: &Creation,
    deadline: Deadline,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let properties: Properties = property::read(&request.properties)?;
    let mut spec = properties.spec(&request.identity)?;
    spec.tags.extend(tags::of_creation(&request.identity, request.requested_at));
    creation.begins();
    let created = create(
        deadline,
        request,
        async || find(&request.identity, deadline, medialive).await,
        async || medialive.create_input(&spec, &request.idempotency_token).await,
    )
    .await
    .inspect_err(|error| creation.failed(error))?;
    creation.made(&created.id);
    let (id, arn) = (&created.id.clone(), created.arn.clone());
    reconcile(
        deadline,
        Some(created),
        async || medialive.describe_input(id).await,
        |seen, age| input::create::next(id, seen, age),
        async |action, _| match action {},
    )
    .await?;
    Ok(Data::from([("Arn", arn)]))
}

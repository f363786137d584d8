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
    let created = match &request.made {
        Some(_) => None,
        None => {
            creation.begins();
            let find = async || find(&request.identity, deadline, medialive).await;
            let make = async || medialive.create_input(&spec, &request.idempotency_token).await;
            let created = create(deadline, request, find, make).await;
            Some(created.inspect_err(|error| creation.failed(error))?)
        }
    };
    let id = created.as_ref().map(|it| it.id.clone()).or(request.made.clone()).expect("either");
    creation.made(&id);
    let ready = reconcile(
        deadline,
        created,
        async || medialive.describe_input(&id).await,
        |seen, age| input::create::next(&request.identity, &id, seen, age),
        async |action, _| match action {},
    )
    .await?;
    Ok(ready.map(|it| Data::from([("Arn", it.arn)])).unwrap_or_default())
}

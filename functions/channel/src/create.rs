//! Create: CreateChannel, until the channel can be started. The starter starts it, not this function.

use lilo_custom_resource::{Data, Request, property};
use lilo_lifecycle::channel;
use lilo_lifecycle::tags::{self, AUTO_START, AutoStart, SETTINGS};
use lilo_medialive::MediaLive;
use lilo_runtime::{Creation, Deadline, create, reconcile};

use crate::error::Error;
use crate::find::find;
use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    creation: &Creation,
    deadline: Deadline,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let properties: Properties = property::read(&request.properties)?;
    let mut spec = properties.spec(&request.identity)?;
    let start = if properties.auto_start { AutoStart::True } else { AutoStart::False };
    spec.tags.insert(AUTO_START.to_owned(), start.to_string());
    spec.tags.insert(SETTINGS.to_owned(), spec.fingerprint());
    spec.tags.extend(tags::of_creation(&request.identity, request.requested_at));
    let created = match &request.made {
        Some(_) => None,
        None => {
            creation.begins();
            let find = async || find(&request.identity, deadline, medialive).await;
            let make = async || medialive.create_channel(&spec, &request.idempotency_token).await;
            let created = create(deadline, request, find, make).await;
            Some(created.inspect_err(|error| creation.failed(error))?)
        }
    };
    let id = created.as_ref().map(|it| it.id.clone()).or(request.made.clone()).expect("either");
    creation.made(&id);
    let ready = reconcile(
        deadline,
        created,
        async || medialive.describe_channel(&id).await,
        |seen, age| channel::create::next(&request.identity, &id, seen, age),
        async |action, _| match action {},
    )
    .await?;
    Ok(ready.map(|it| Data::from([("Arn", it.arn)])).unwrap_or_default())
}

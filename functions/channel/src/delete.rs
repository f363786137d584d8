//! Delete: no start any more, StopChannel, DeleteChannel, until it is gone.

use lilo_custom_resource::{Done, Request};
use lilo_function::{Budget, remove, search};
use lilo_lifecycle::Identity;
use lilo_lifecycle::channel::delete::{Action, next};
use lilo_lifecycle::tags::{AUTO_START, AutoStart};
use lilo_medialive::MediaLive;

use crate::error::Error;

pub(crate) async fn run(
    request: &Request,
    physical_id: &str,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Done, Error> {
    let list = async || medialive.channels_of(&request.identity).await;
    let ids = search(physical_id, request.asked, budget, list).await;
    for id in &ids.map_err(lilo_function::Error::from)? {
        delete(id, &request.identity, budget, medialive).await?;
    }
    Ok(Done::default())
}

async fn delete(
    id: &str,
    identity: &Identity,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<(), Error> {
    remove(
        budget,
        async || {
            let listed = medialive.channels_of(identity).await?;
            Ok(listed.into_iter().find(|channel| channel.id == id))
        },
        async || medialive.describe_channel(id).await,
        next,
        async |action, channel| match action {
            Action::ForbidStart => {
                medialive.set_tag(&channel.arn, AUTO_START, AutoStart::Off.as_str()).await
            }
            Action::Stop => medialive.stop_channel(id).await,
            Action::Delete => medialive.delete_channel(id).await,
        },
    )
    .await?;
    Ok(())
}

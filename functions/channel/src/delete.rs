//! Delete: no start any more, StopChannel, DeleteChannel, until it is gone.

use lilo_custom_resource::{Data, Request};
use lilo_function::{Budget, ask, drive};
use lilo_lifecycle::channel::delete::{Action, next};
use lilo_lifecycle::medialive_id;
use lilo_lifecycle::tags::{AUTO_START, AutoStart};
use lilo_medialive::MediaLive;

use crate::error::Error;

pub(crate) async fn run(
    request: &Request,
    physical_id: &str,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let ids = match medialive_id(physical_id) {
        Some(id) => vec![id.to_owned()],
        // CloudFormation makes an id up when Create gave no answer; what it made carries the stack's tags all the same.
        None => ask(budget, async || medialive.channels_of(&request.identity).await)
            .await
            .map_err(lilo_function::Error::from)?,
    };
    for id in &ids {
        delete(id, budget, medialive).await?;
    }
    Ok(Data::new())
}

async fn delete(id: &str, budget: Budget, medialive: &MediaLive) -> Result<(), Error> {
    drive(
        budget,
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

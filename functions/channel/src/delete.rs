//! Delete: no start any more, StopChannel, DeleteChannel, until it is gone.

use lilo_custom_resource::Data;
use lilo_function::{Budget, drive};
use lilo_lifecycle::channel::delete::{Action, next};
use lilo_lifecycle::medialive_id;
use lilo_lifecycle::tags::{AUTO_START, AutoStart};
use lilo_medialive::MediaLive;

use crate::error::Error;

pub(crate) async fn run(
    physical_id: &str,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let Some(id) = medialive_id(physical_id) else { return Ok(Data::new()) };
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
    Ok(Data::new())
}

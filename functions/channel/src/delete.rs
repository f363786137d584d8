//! Delete: no start any more, StopChannel, DeleteChannel, until it is gone.

use std::time::Duration;

use lilo_custom_resource::Data;
use lilo_function::drive;
use lilo_lifecycle::channel::delete::{Action, next};
use lilo_lifecycle::medialive_id;
use lilo_lifecycle::tags::{AUTO_START, AutoStart};
use lilo_medialive::MediaLive;

pub(crate) async fn run(
    physical_id: &str,
    budget: Duration,
    medialive: &MediaLive,
) -> Result<Data, String> {
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
    .await
    .map_err(|error| error.to_string())?;
    Ok(Data::new())
}

//! Delete: DeleteInput once no channel holds it, until it is gone.

use std::time::Duration;

use lilo_custom_resource::Data;
use lilo_function::drive;
use lilo_lifecycle::input::delete::{Action, next};
use lilo_lifecycle::medialive_id;
use lilo_medialive::MediaLive;

pub(crate) async fn run(
    physical_id: &str,
    budget: Duration,
    medialive: &MediaLive,
) -> Result<Data, String> {
    let Some(id) = medialive_id(physical_id) else { return Ok(Data::new()) };
    drive(
        budget,
        async || medialive.describe_input(id).await,
        next,
        async |Action::Delete, _| medialive.delete_input(id).await,
    )
    .await
    .map_err(|error| error.to_string())?;
    Ok(Data::new())
}

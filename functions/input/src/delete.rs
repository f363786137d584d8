//! Delete: DeleteInput once no channel holds it, until it is gone.

use lilo_custom_resource::Data;
use lilo_function::{Budget, drive};
use lilo_lifecycle::input::delete::{Action, next};
use lilo_lifecycle::medialive_id;
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
        async || medialive.describe_input(id).await,
        next,
        async |Action::Delete, _| medialive.delete_input(id).await,
    )
    .await?;
    Ok(Data::new())
}

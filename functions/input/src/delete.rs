//! Delete: DeleteInput once no channel holds it, until it is gone.

use lilo_custom_resource::{Data, Request};
use lilo_function::{Budget, ask, drive};
use lilo_lifecycle::input::delete::{Action, next};
use lilo_lifecycle::medialive_id;
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
        None => ask(budget, async || medialive.inputs_of(&request.identity).await)
            .await
            .map_err(lilo_function::Error::from)?,
    };
    for id in &ids {
        drive(
            budget,
            async || medialive.describe_input(id).await,
            next,
            async |Action::Delete, _| medialive.delete_input(id).await,
        )
        .await?;
    }
    Ok(Data::new())
}

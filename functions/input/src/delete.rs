//! Delete: DeleteInput once no channel holds it, until it is gone.

use lilo_custom_resource::{Done, Request};
use lilo_function::{Budget, ask, remove, search};
use lilo_lifecycle::input::delete::{Action, next};
use lilo_lifecycle::input::replace::leftovers;
use lilo_lifecycle::medialive_id;
use lilo_medialive::MediaLive;

use crate::error::Error;

pub(crate) async fn run(
    request: &Request,
    physical_id: &str,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Done, Error> {
    let list = async || medialive.inputs_of(&request.identity).await;
    if let Some(id) = medialive_id(physical_id) {
        delete(id, budget, medialive).await?;
        let of_resource = ask(budget, list).await.map_err(lilo_function::Error::from)?;
        for leftover in leftovers(&of_resource, id) {
            delete(&leftover.id, budget, medialive).await?;
        }
    } else {
        // What Create made without an answer carries the stack's tags all the same.
        let found = search(physical_id, budget, list).await.map_err(lilo_function::Error::from)?;
        for input in &found {
            delete(&input.id, budget, medialive).await?;
        }
    }
    Ok(Done::default())
}

/// Takes input `id` away.
pub(crate) async fn delete(
    id: &str,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<(), lilo_function::Error> {
    remove(
        budget,
        async || medialive.describe_input(id).await,
        next,
        async |Action::Delete, _| medialive.delete_input(id).await,
    )
    .await
}

//! Delete: DeleteInput once no channel holds it, until it is gone.

use lilo_custom_resource::{Done, Request};
use lilo_function::{Budget, ask, remove, search};
use lilo_lifecycle::Identity;
use lilo_lifecycle::input::delete::{Action, next};
use lilo_lifecycle::input::replace::leftovers;
use lilo_medialive::MediaLive;

use crate::error::Error;

pub(crate) async fn run(
    request: &Request,
    physical_id: &str,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Done, Error> {
    let list = async || medialive.inputs_of(&request.identity).await;
    let ids = search(physical_id, request.asked, budget, list).await;
    let ids = ids.map_err(lilo_function::Error::from)?;
    let of_resource = ask(budget, list).await.map_err(lilo_function::Error::from)?;
    // Those that CloudFormation does not know come first: if that fails, it asks again, and it is the known one that names them.
    let leftovers = ids.iter().flat_map(|id| leftovers(&of_resource, id)).map(|input| &input.id);
    for id in leftovers.chain(&ids) {
        delete(id, &request.identity, budget, medialive).await?;
    }
    Ok(Done::default())
}

/// Takes input `id` away.
pub(crate) async fn delete(
    id: &str,
    identity: &Identity,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<(), lilo_function::Error> {
    remove(
        budget,
        async || {
            let listed = medialive.inputs_of(identity).await?;
            Ok(listed.into_iter().find(|input| input.id == id))
        },
        async || medialive.describe_input(id).await,
        next,
        async |Action::Delete, _| medialive.delete_input(id).await,
    )
    .await
}

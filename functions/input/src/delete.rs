//! Delete: DeleteInput once no channel holds the input, until it is gone.

use lilo_custom_resource::{Data, Request};
use lilo_lifecycle::input::delete::{Action, next};
use lilo_lifecycle::input::{Attachment, Input, InputState};
use lilo_medialive::MediaLive;
use lilo_runtime::{Deadline, delete, search};

use crate::error::Error;
use crate::observe::{find, observe};

pub(crate) async fn run(
    request: &Request,
    physical_id: &str,
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let identity = &request.identity;
    let list = async || find(identity, deadline, medialive).await;
    let ids = search(physical_id, request, deadline, list).await;
    for id in &ids.map_err(lilo_runtime::Error::from)? {
        delete(
            deadline,
            async || Ok(list().await?.into_iter().find(|input| input.id == *id)),
            async || observe(id, medialive).await,
            |seen: Option<&Attachment>| next(identity, seen),
            async |Action::Delete, seen: &Attachment| {
                medialive.delete_input(id).await?;
                // The answer is empty.
                let input = Input { state: InputState::Deleting, ..seen.input.clone() };
                Ok(Some(Attachment { input, ..seen.clone() }))
            },
        )
        .await?;
    }
    Ok(Data::new())
}

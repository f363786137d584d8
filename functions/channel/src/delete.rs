//! Delete: forbid the start, StopChannel, DeleteChannel, until the channel is gone.

use lilo_custom_resource::{Data, Request};
use lilo_lifecycle::channel::delete::{Action, next};
use lilo_lifecycle::tags::{AUTO_START, AutoStart, Tags};
use lilo_medialive::MediaLive;
use lilo_runtime::{Deadline, delete, search};

use crate::error::Error;
use crate::find::find;

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
            async || Ok(list().await?.into_iter().find(|channel| channel.id == *id)),
            async || medialive.describe_channel(id).await,
            |seen| next(identity, seen),
            async |action, channel| match action {
                Action::ForbidStart => {
                    let off = Tags::from([(AUTO_START.into(), AutoStart::Off.to_string())]);
                    medialive.tag_channel(channel, &(off, Vec::new())).await.map(Some)
                }
                Action::Stop => medialive.stop_channel(id).await.map(Some),
                Action::Delete => medialive.delete_channel(id).await.map(Some),
            },
        )
        .await?;
    }
    Ok(Data::new())
}

//! The channels that carry the tags of a resource.

use lilo_lifecycle::channel::{Channel, ChannelState};
use lilo_lifecycle::{Identity, LiloTags};
use lilo_medialive::{Error, MediaLive};
use lilo_runtime::{Deadline, list};

/// The channels of this resource of this stack that are not DELETED.
pub(crate) async fn find(
    identity: &Identity,
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<Vec<Channel>, Error> {
    let belongs = |tags: LiloTags<'_>| tags.belong_to(identity);
    let listed =
        list(deadline, async |token| medialive.list_channels(token, belongs).await).await?;
    let mut channels = listed.into_iter().collect::<Result<Vec<_>, _>>()?;
    channels.retain(|channel| channel.state != ChannelState::Deleted);
    Ok(channels)
}

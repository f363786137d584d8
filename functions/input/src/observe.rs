//! What MediaLive shows of an input.

use lilo_lifecycle::input::{Attachment, Input, InputState};
use lilo_lifecycle::{Identity, LiloTags, Resource};
use lilo_medialive::{Error, MediaLive, found};
use lilo_runtime::{Deadline, list};

/// The inputs of this resource of this stack that are not DELETED.
pub(crate) async fn find(
    identity: &Identity,
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<Vec<Input>, Error> {
    let belongs = |tags: LiloTags<'_>| tags.belong_to(identity);
    let listed = list(deadline, async |token| medialive.list_inputs(token, belongs).await).await?;
    let mut inputs = listed.into_iter().collect::<Result<Vec<_>, _>>()?;
    inputs.retain(|input| input.state != InputState::Deleted);
    Ok(inputs)
}

/// The input, and the one channel that it can be attached to, if MediaLive finds that.
pub(crate) async fn observe(id: &str, medialive: &MediaLive) -> Result<Attachment, Error> {
    let input = medialive.describe_input(id).await?;
    let channel = match input.attached_channels.first() {
        Some(channel) if !input.is_gone() => found(medialive.describe_channel(channel).await)?,
        Some(_) | None => None,
    };
    Ok(Attachment { input, channel })
}

//! What MediaLive shows of an input.

use lilo_lifecycle::input::{Attachment, Input, InputState};
use lilo_lifecycle::{Identity, LiloTags};
use lilo_medialive::{Error, MediaLive};
use lilo_runtime::{Deadline, list};

/// The inputs of this resource of this stack that are not DELETED.
pub(crate) async fn find(
    identity: &Identity,
    deadline: Deadline,
    medialive: &MediaLive,
) -> Result<Vec<Input>, Error> {
    let belongs = |tags: LiloTags<'_>| tags.belong_to(identity);
    let listed = list(deadline, async |token| medialive.list_inputs(token, belongs).await).await?;
    let mut inputs = listed.into_iter().collect::<Result<Vec<_>, _>>()?;
    inputs.retain(|input| input.state != InputState::Deleted);
    Ok(inputs)
}

/// The input, and the one channel that it can be attached to.
pub(crate) async fn observe(id: &str, medialive: &MediaLive) -> Result<Attachment, Error> {
    let input = medialive.describe_input(id).await?;
    let channel = match input.attached_channels.first() {
        Some(channel) => Some(medialive.describe_channel(channel).await.map_err(contradicted)?),
        None => None,
    };
    Ok(Attachment { input, channel })
}

/// A channel that is not there plays no input. The next look shows which of the two is true: taken for no channel, one that was
/// stopped for the update would never be started again.
fn contradicted(error: Error) -> Error {
    match error {
        Error::NotFound { operation, resource } => {
            let message = "it is not found, although it plays the input".to_owned();
            Error::Conflict { operation, resource, message }
        }
        error @ (Error::Conflict { .. }
        | Error::Throttled { .. }
        | Error::Refused { .. }
        | Error::Unknown { .. }) => error,
    }
}

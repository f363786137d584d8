//! Whether MediaLive would accept a channel. Pure: sees the request and the inputs, changes nothing.

use std::collections::BTreeMap;

use crate::channel::{Attachment, ChannelClass, Destination};
use crate::error::{Error, Violation};
use crate::input::Input;
use crate::states::InputState;

/// Everything that is wrong with a channel, at once.
pub(crate) fn check(
    class: ChannelClass,
    destinations: &[Destination],
    attachments: &[Attachment],
    inputs: &BTreeMap<String, Input>,
) -> Result<(), Error> {
    let settings = destinations.iter().enumerate().filter_map(|(index, it)| {
        let found = it.settings.as_ref()?.len();
        (found != class.pipelines()).then(|| Violation {
            element_path: format!("destinations[{index}].settings"),
            error_message: format!("Exactly {} destinations settings required", class.pipelines()),
        })
    });
    // MediaLive's own text for an input that does not exist is not published.
    let missing = attachments.iter().enumerate().filter_map(|(index, it)| {
        let input = inputs.get(&it.input_id).filter(|input| input.state != InputState::Deleted);
        input.is_none().then(|| Violation {
            element_path: format!("inputAttachments[{index}].inputId"),
            error_message: format!("Input \"{}\" does not exist", it.input_id),
        })
    });
    let violations = settings.chain(missing).collect::<Vec<_>>();
    if violations.is_empty() { Ok(()) } else { Err(Error::Invalid { violations }) }
}

/// The first input that another channel holds, or that cannot be attached for another reason.
pub(crate) fn check_free(
    attachments: &[Attachment],
    inputs: &BTreeMap<String, Input>,
) -> Result<(), Error> {
    let taken = attachments.iter().filter_map(|it| inputs.get(&it.input_id));
    for input in taken {
        match input.state {
            InputState::Detached => {}
            InputState::Attached => return Err(Error::InputAttached { id: input.id.clone() }),
            InputState::Creating | InputState::Deleting | InputState::Deleted => {
                return Err(Error::ChannelUnable { verb: "create" });
            }
        }
    }
    Ok(())
}

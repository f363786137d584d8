//! Replacement: an input of the other class takes the place of one that cannot change its own.
//!
//! CloudFormation learns of it by the new physical id, has the channel play it, and then deletes the old input. The new one
//! says whose place it takes ([`tags::REPLACES`]), so that whichever of the two CloudFormation has forgotten goes with the
//! other: the new one if no channel has come to play it, as its Update was never answered for or was taken back, and the old one
//! if all the tries to delete it have failed.

use super::{Input, InputState};
use crate::tags;

/// Whether the input has to be replaced by one with this many sources: one makes the single class, two the standard one, and
/// a class cannot change (MediaLive user guide, "Class for channels and inputs").
#[must_use]
pub fn is_needed(seen: &Input, sources: usize) -> bool {
    seen.settings.sources.len() != sources
}

/// Whether nothing is to take the place of the input any more for a request of this time: a later one changes it, as the rollback
/// does, or it is gone.
#[must_use]
pub fn is_over(seen: Option<&Input>, asked: u64) -> bool {
    seen.is_none_or(|input| !lives(input) || tags::are_newer(&input.tags, asked))
}

/// Of all inputs of the resource, one that can take the place of input `id`: what an earlier delivery of this Update made,
/// or, in a rollback, the one from before.
#[must_use]
pub fn candidate<'a>(of_resource: &'a [Input], id: &str, sources: usize) -> Option<&'a Input> {
    of_resource.iter().find(|input| input.id != id && !is_needed(input, sources) && lives(input))
}

fn lives(input: &Input) -> bool {
    match input.state {
        InputState::Creating | InputState::Detached | InputState::Attached => true,
        InputState::Deleting | InputState::Deleted => false,
    }
}

/// Of all inputs of the resource, those that were to take the place of input `id` or whose place it has taken, and that no
/// channel plays.
pub fn leftovers<'a>(of_resource: &'a [Input], id: &str) -> impl Iterator<Item = &'a Input> {
    let place_of = |input: &'a Input| input.tags.get(tags::REPLACES);
    let replaced = of_resource.iter().find(|input| input.id == id).and_then(place_of);
    of_resource.iter().filter(move |input| {
        let idle = match input.state {
            InputState::Creating | InputState::Detached => true,
            InputState::Attached | InputState::Deleting | InputState::Deleted => false,
        };
        let related = place_of(input).is_some_and(|old| old == id) || replaced == Some(&input.id);
        idle && related
    })
}

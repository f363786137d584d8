//! HTML. Everything that is not ours is escaped by the macro.

pub(crate) mod channel;
mod facts;
mod history;
pub(crate) mod lists;
pub(crate) mod page;

#[cfg(test)]
mod tests;

use crate::fragments::Fragment;
use crate::view::View;

/// All pieces, each before those inside it.
pub(crate) fn all(view: &View) -> Vec<Fragment> {
    let channels = view.channels.iter().flat_map(channel::fragments);
    let mut all = vec![lists::summary(view)];
    all.extend(channels);
    all.extend(view.events.iter().flat_map(lists::event));
    all.extend(view.stack_events.iter().map(lists::stack_event));
    all.extend(view.calls.iter().map(lists::call));
    all
}

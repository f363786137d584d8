//! The states of a channel so far.

use jiff::Timestamp;
use maud::{Markup, html};

use super::facts::counted_since;
use crate::view::Channel;
use crate::words::{duration, time_of_day};

/// A bar whose parts are as long as the states, and the same in words. The last state lasts until
/// now: the script counts its seconds, so the piece changes with the state alone.
pub(crate) fn history(channel: &Channel) -> Markup {
    let ends = channel.history.iter().skip(1).map(|(at, _)| Some(*at)).chain([None]);
    let states: Vec<_> = channel.history.iter().zip(ends).collect();
    let milliseconds = |end: &Option<Timestamp>| end.map(Timestamp::as_millisecond);
    html! {
        div.history id={ "channel-" (channel.id) "-history" } {
            div.bar aria-hidden="true" {
                @for ((at, name), end) in &states {
                    span data-from=(at.as_millisecond()) data-to=[milliseconds(end)]
                        data-state=(name) {}
                }
            }
            ol aria-label="States so far" {
                @for ((at, name), end) in &states {
                    li {
                        (time_of_day(*at)) " " strong data-state=(name) { (name) } " "
                        @match end {
                            Some(end) => { (duration(end.duration_since(*at))) }
                            None => { (counted_since(*at)) }
                        }
                    }
                }
            }
        }
    }
}

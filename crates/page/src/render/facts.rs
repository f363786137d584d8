//! The facts about a channel. Each value is a piece of its own: a person can select the others
//! while one changes.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::fragments::Fragment;
use crate::view::Channel;
use crate::words::{megabits, time_of_day};

/// The end of its id, its name, its value.
type Fact = (&'static str, &'static str, Markup);

/// The list with its names, then the values.
pub(crate) fn fragments(channel: &Channel) -> Vec<Fragment> {
    let facts = facts(channel);
    let id = |part: &str| format!("channel-{}-{part}", channel.id);
    let list = html! {
        dl.facts id=(id("facts")) {
            @for (part, name, _) in &facts { div { dt { (name) } dd id=(id(part)) {} } }
        }
    };
    let values = facts.iter().map(|(part, _, value)| {
        let value = html! { dd id=(id(part)) { (value) } };
        Fragment::new(id(part), None, value)
    });
    [Fragment::new(id("facts"), None, list)].into_iter().chain(values).collect()
}

fn facts(channel: &Channel) -> Vec<Fact> {
    let joined = |numbers: Vec<String>| numbers.join(" and ");
    let rates: Vec<_> = channel.pipelines.iter().filter_map(|it| it.bitrate).collect();
    let passes: Vec<_> = channel.pipelines.iter().filter_map(|it| it.passes).collect();
    let mut facts: Vec<Fact> = vec![("id", "Channel", html! { (channel.id) })];
    if let Some(since) = channel.running_since {
        let value = html! { (counted_since(since)) ", since " (time_of_day(since)) };
        facts.push(("running", "Running", value));
    }
    if let Some(stops) = channel.stops_at {
        let left = html! { span data-until=(stops.as_millisecond()) {} };
        facts.push(("stops", "Stops", html! { "at " (time_of_day(stops)) ", in " (left) }));
    }
    if !rates.is_empty() {
        let rates = joined(rates.into_iter().map(megabits).collect());
        facts.push(("rates", "Sends", html! { (rates) }));
    }
    if !passes.is_empty() {
        let passes = joined(passes.iter().map(ToString::to_string).collect());
        facts.push(("passes", "Passes played", html! { (passes) }));
    }
    facts.push(("cost", "Cost", html! { (channel.cost) }));
    facts
}

/// The time since then, which the script counts.
pub(crate) fn counted_since(since: Timestamp) -> Markup {
    html! { span data-since=(since.as_millisecond()) {} }
}

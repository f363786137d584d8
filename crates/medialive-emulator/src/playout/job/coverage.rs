//! Finds the settings of a channel that its stream does not follow.
//!
//! Pure. The tables say which settings the encoder follows and which have no effect; any other is
//! named, with its path and its value. Looks at inputs, encoder settings and the destination alone:
//! the rest of a channel does not describe a stream.

use serde_json::{Map, Value};

use super::settings::{Route, color, pid};

mod followed;
mod without_effect;

const ROOTS: [&str; 3] = ["destinations", "encoderSettings", "inputAttachments"];

/// Per parent path: members with the values that the table is about.
type Table<const N: usize> = [(&'static str, &'static [(&'static str, Values)]); N];

/// Values of a setting.
#[derive(Clone, Copy, Debug)]
enum Values {
    /// Every value, with all that is in it.
    Any,
    /// An object without members.
    Empty,
    /// One of these texts.
    Texts(&'static [&'static str]),
    /// A number between these two.
    Between(i32, i32),
    /// A PID, or a list or range of PIDs.
    Pid,
    /// Six hexadecimal digits.
    Color,
}

impl Values {
    fn include(self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Empty => value.as_object().is_some_and(Map::is_empty),
            Self::Texts(texts) => value.as_str().is_some_and(|it| texts.contains(&it)),
            Self::Between(least, most) => {
                let range = f64::from(least)..=f64::from(most);
                value.as_f64().is_some_and(|it| range.contains(&it))
            }
            Self::Pid => value.as_str().and_then(pid).is_some(),
            Self::Color => value.as_str().and_then(color).is_some(),
        }
    }
}

/// What becomes of an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Played,
    /// It is not played, though MediaLive would.
    LeftOut,
    /// Nothing refers to it.
    Unused,
}

/// The settings that the stream does not follow, as `path: value`, or `path` for an object or a
/// list. `destination` is the played one's place.
pub(super) fn unfollowed(
    document: &Map<String, Value>,
    route: Route,
    destination: Option<usize>,
) -> Vec<String> {
    let mut search = Search { lists: lists(route, destination), found: Vec::new() };
    for root in ROOTS {
        if let Some(value) = document.get(root) {
            search.visit(root, root, value);
        }
    }
    search.found
}

/// Per list: the place of its played item, and what becomes of the others. All items of any other
/// list are played.
type Lists = [(&'static str, Option<usize>, Item); 9];

fn lists(route: Route, destination: Option<usize>) -> Lists {
    let Route { group, output, video, audio, selector } = route;
    [
        ("destinations", destination, Item::Unused),
        ("encoderSettings.audioDescriptions", audio, Item::LeftOut),
        ("encoderSettings.outputGroups", Some(group), Item::LeftOut),
        ("encoderSettings.outputGroups[].outputs", Some(output), Item::LeftOut),
        ("encoderSettings.outputGroups[].outputs[].audioDescriptionNames", Some(0), Item::LeftOut),
        ("encoderSettings.videoDescriptions", Some(video), Item::LeftOut),
        ("inputAttachments", Some(0), Item::LeftOut),
        ("inputAttachments[].inputSettings.audioSelectors", selector, Item::Unused),
        (
            "inputAttachments[].inputSettings.audioSelectors[].selectorSettings\
             .audioTrackSelection.tracks",
            Some(0),
            Item::LeftOut,
        ),
    ]
}

struct Search {
    lists: Lists,
    found: Vec<String>,
}

impl Search {
    /// `pattern` is the path without the places in lists.
    fn visit(&mut self, pattern: &str, path: &str, value: &Value) {
        // Nothing is set.
        if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
            return;
        }
        if let Some(values) = listed(pattern) {
            if !values.include(value) {
                self.found.push(shown(path, value));
            }
            return;
        }
        match value {
            Value::Object(members) if leads_on(pattern) => {
                for (name, member) in members {
                    self.visit(&format!("{pattern}.{name}"), &format!("{path}.{name}"), member);
                }
            }
            Value::Array(items) if leads_on(pattern) => {
                for (place, item) in items.iter().enumerate() {
                    let path = format!("{path}[{place}]");
                    match self.item(pattern, place) {
                        Item::Played => self.visit(&format!("{pattern}[]"), &path, item),
                        Item::LeftOut => self.found.push(path),
                        Item::Unused => {}
                    }
                }
            }
            Value::Object(_)
            | Value::Array(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_) => self.found.push(shown(path, value)),
        }
    }

    fn item(&self, list: &str, place: usize) -> Item {
        let known = self.lists.iter().find(|(it, _, _)| *it == list);
        known.map_or(
            Item::Played,
            |(_, played, others)| {
                if *played == Some(place) { Item::Played } else { *others }
            },
        )
    }
}

/// Both tables: parent paths and their members.
fn tables() -> impl Iterator<Item = (&'static str, &'static [(&'static str, Values)])> {
    followed::FOLLOWED.into_iter().chain(without_effect::WITHOUT_EFFECT)
}

/// The values in the tables, if the setting is in one.
fn listed(pattern: &str) -> Option<Values> {
    let (parent, name) = pattern.rsplit_once('.')?;
    let mut members = tables().filter(|(it, _)| *it == parent).flat_map(|(_, members)| members);
    members.find(|(it, _)| *it == name).map(|(_, values)| *values)
}

/// Whether a table has a setting below this path.
fn leads_on(pattern: &str) -> bool {
    tables().flat_map(|(parent, members)| members.iter().map(move |it| (parent, it.0))).any(
        |(parent, name)| {
            let setting = format!("{parent}.{name}");
            setting.strip_prefix(pattern).is_some_and(|rest| rest.starts_with(['.', '[']))
        },
    )
}

/// A destination's values are not shown: a stream key may be among them.
fn shown(path: &str, value: &Value) -> String {
    match value {
        _ if path.starts_with("destinations") => path.to_owned(),
        Value::Object(_) | Value::Array(_) => path.to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            format!("{path}: {value}")
        }
    }
}

#[cfg(test)]
mod tests;

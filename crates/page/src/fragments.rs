//! The page in pieces: each piece of HTML has an id, and is sent when it has changed.

use std::collections::BTreeMap;

use maud::Markup;
use serde_json::{Value, json};

/// A piece of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    /// The element's id.
    pub(crate) id: String,
    /// The list where it goes when it is new; `None` inside another fragment.
    pub(crate) list: Option<&'static str>,
    /// The element.
    pub(crate) html: String,
}

impl Fragment {
    pub(crate) fn new(id: String, list: Option<&'static str>, html: Markup) -> Self {
        Self { id, list, html: html.into_string() }
    }
}

/// What a page already has.
#[derive(Debug, Default)]
pub(crate) struct Known(BTreeMap<String, String>);

impl Known {
    /// What the page has to change, in order, as JSON: `{id, list, html}`, or `{id}` for a piece
    /// that is gone.
    pub(crate) fn changes(&mut self, now: Vec<Fragment>) -> Vec<Value> {
        let mut before = std::mem::take(&mut self.0);
        let mut changes = Vec::new();
        for Fragment { id, list, html } in now {
            if before.remove(&id).as_ref() != Some(&html) {
                changes.push(json!({ "id": id, "list": list, "html": html }));
            }
            self.0.insert(id, html);
        }
        changes.extend(before.into_keys().map(|id| json!({ "id": id })));
        changes
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::render::all;
    use crate::view::{Channel, Picture, Pipeline, View};

    fn piece(id: &str, html: &str) -> Fragment {
        Fragment { id: id.to_owned(), list: Some("events"), html: html.to_owned() }
    }

    #[test]
    fn only_what_has_changed_is_sent() {
        let mut known = Known::default();
        let sent = |changes: Vec<Value>| -> Vec<String> {
            changes.iter().map(|it| format!("{} {}", it["id"], it["html"])).collect()
        };
        let first = known.changes(vec![piece("a", "1"), piece("b", "1")]);
        assert_eq!(sent(first), ["\"a\" \"1\"", "\"b\" \"1\""]);
        assert_eq!(known.changes(vec![piece("a", "1"), piece("b", "1")]), Vec::<Value>::new());
        let second = known.changes(vec![piece("b", "2"), piece("c", "1")]);
        assert_eq!(sent(second), ["\"b\" \"2\"", "\"c\" \"1\"", "\"a\" null"]);
    }

    #[test]
    fn a_new_rate_changes_its_own_piece_alone() {
        let view = |rate| {
            let pipeline = Pipeline {
                source: String::new(),
                destination: String::new(),
                picture: Picture::Stream,
                bitrate: Some(rate),
                passes: Some(1),
            };
            let history = vec![(Timestamp::UNIX_EPOCH, "RUNNING".to_owned())];
            let running_since = Some(Timestamp::UNIX_EPOCH);
            let id = "1".to_owned();
            let pipelines = vec![pipeline];
            let channel = Channel { id, history, pipelines, running_since, ..Channel::default() };
            View { channels: vec![channel], ..View::default() }
        };
        let mut known = Known::default();
        known.changes(all(&view(9_000_000)));
        let changes = known.changes(all(&view(10_000_000)));
        let html = "<dd id=\"channel-1-rates\">10.0 Mb/s</dd>";
        assert_eq!(changes, [json!({ "id": "channel-1-rates", "list": null, "html": html })]);
    }
}

//! Where something stands in a document, in MediaLive's notation: `outputGroups[0].outputs[1]`.

use serde_json::Value;

/// Something in a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found<'a> {
    /// Empty for the document itself.
    pub(super) path: String,
    pub(super) value: &'a Value,
}

/// Everything that a pattern names: `a[].b` is member `b` of every item of list `a`.
pub(super) fn select<'a>(document: &'a Value, pattern: &str) -> Vec<Found<'a>> {
    let mut found = vec![Found { path: String::new(), value: document }];
    for step in pattern.split('.').filter(|step| !step.is_empty()) {
        let name = step.trim_end_matches("[]");
        let members = found.into_iter().filter_map(|it| it.member(name));
        found = if step.ends_with("[]") {
            members.flat_map(Found::items).collect()
        } else {
            members.collect()
        };
    }
    found
}

impl<'a> Found<'a> {
    fn member(self, name: &str) -> Option<Self> {
        let value = self.value.get(name)?;
        let dot = if self.path.is_empty() { "" } else { "." };
        Some(Self { path: format!("{}{dot}{name}", self.path), value })
    }

    fn items(self) -> Vec<Self> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        let item = |(index, value): (usize, &'a Value)| Found {
            path: format!("{}[{index}]", self.path),
            value,
        };
        items.map(item).collect()
    }
}

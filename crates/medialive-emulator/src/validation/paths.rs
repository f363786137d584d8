//! Paths into a document, in MediaLive's notation: `outputGroups[0].outputs[1]`.

use serde_json::Value;

/// A value with its path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Element<'a> {
    /// Empty for the document itself.
    pub(super) path: String,
    pub(super) value: &'a Value,
}

/// All values that match a pattern: `a[].b` is member `b` of every item of list `a`.
pub(super) fn select<'a>(document: &'a Value, pattern: &str) -> Vec<Element<'a>> {
    let mut found = vec![Element { path: String::new(), value: document }];
    for step in pattern.split('.').filter(|step| !step.is_empty()) {
        let name = step.trim_end_matches("[]");
        let members = found.into_iter().filter_map(|it| it.member(name));
        found = if step.ends_with("[]") {
            members.flat_map(Element::items).collect()
        } else {
            members.collect()
        };
    }
    found
}

impl<'a> Element<'a> {
    fn member(self, name: &str) -> Option<Self> {
        let value = self.value.get(name)?;
        let dot = if self.path.is_empty() { "" } else { "." };
        Some(Self { path: format!("{}{dot}{name}", self.path), value })
    }

    fn items(self) -> Vec<Self> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        let item = |(index, value): (usize, &'a Value)| Element {
            path: format!("{}[{index}]", self.path),
            value,
        };
        items.map(item).collect()
    }
}

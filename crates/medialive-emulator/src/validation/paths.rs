//! Paths into a document, in MediaLive's notation: `outputGroups[0].outputs[1]`.

use serde_json::Value;

/// Members with one of several alternatives in them.
const UNIONS: [&str; 4] =
    ["codecSettings", "containerSettings", "outputGroupSettings", "outputSettings"];

/// The path of a member of the value at `path`.
pub(super) fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The path as MediaLive shows it: it leaves out which alternative of a union is given, as in
/// `outputGroups[0].outputGroupSettings.destination` (observed: aws/aws-sdk-java-v2#5716 and
/// awsdocs/aws-elemental-medialive-user-guide#4, for output groups; inferred for the others).
pub(super) fn without_alternatives(path: &str) -> String {
    let mut before = "";
    let steps = path.split('.').filter(|step| {
        let is_alternative = UNIONS.contains(&before);
        before = step;
        !is_alternative
    });
    steps.collect::<Vec<_>>().join(".")
}

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
        Some(Self { path: joined(&self.path, name), value })
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

//! Finds the names that a value refers to, without evaluating it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::substitution::{self, Part};

/// The parameters and resources that `Ref`, `Fn::GetAtt` and `Fn::Sub` name in `value`.
pub(super) fn names(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(value, &mut |name, argument| match (name, argument) {
        ("Ref", Value::String(target)) => {
            found.insert(target.clone());
        }
        ("Fn::GetAtt", Value::Array(path)) => {
            found.extend(path.first().and_then(Value::as_str).map(str::to_owned));
        }
        ("Fn::Sub", argument) => found.extend(substituted(argument)),
        _ => {}
    });
    found
}

/// The conditions that `Condition` names in a condition.
pub(super) fn conditions(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(value, &mut |name, argument| {
        if let ("Condition", Value::String(target)) = (name, argument) {
            found.insert(target.clone());
        }
    });
    found
}

/// The names in the text of a `Fn::Sub`, except its own variables.
fn substituted(argument: &Value) -> Vec<String> {
    let (text, variables) = match argument {
        Value::String(text) => (Some(text.as_str()), None),
        Value::Array(parts) => {
            (parts.first().and_then(Value::as_str), parts.get(1).and_then(Value::as_object))
        }
        _ => (None, None),
    };
    let is_variable = |name: &str| variables.is_some_and(|variables| variables.contains_key(name));
    substitution::parts(text.unwrap_or_default())
        .into_iter()
        .filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Reference(name) | Part::Attribute(name, _) => Some(name),
        })
        .filter(|name| !is_variable(name))
        .map(str::to_owned)
        .collect()
}

/// Calls `visit` with every key and value of every object.
fn walk(value: &Value, visit: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                visit(name, value);
                walk(value, visit);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

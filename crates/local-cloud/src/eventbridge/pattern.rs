//! Event patterns: nested objects whose leaves are lists of exact values.
//!
//! Loading a rule refuses content filters (`prefix`, `anything-but`, `exists`, `$or` and the rest):
//! an unsupported filter must not look like one that never matches.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A supported pattern.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Every named field must match.
    Fields(BTreeMap<String, Pattern>),
    /// The value, or one item of a list, must be one of these.
    AnyOf(Vec<Value>),
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// What is not supported, with its path.
    pub(super) fn parse(fields: &Map<String, Value>) -> Result<Self, String> {
        Self::fields(fields, "EventPattern")
    }

    fn fields(fields: &Map<String, Value>, path: &str) -> Result<Self, String> {
        let field = |(name, value): (&String, &Value)| {
            let path = format!("{path}.{name}");
            if name.starts_with('$') {
                return Err(format!("{path} is a filter, which the local bus does not support"));
            }
            Ok((name.clone(), Self::value(value, &path)?))
        };
        Ok(Self::Fields(fields.iter().map(field).collect::<Result<_, _>>()?))
    }

    fn value(value: &Value, path: &str) -> Result<Self, String> {
        match value {
            Value::Object(fields) => Self::fields(fields, path),
            Value::Array(values) if values.is_empty() => Err(format!("{path} matches nothing")),
            Value::Array(values) if values.iter().any(|v| v.is_object() || v.is_array()) => {
                Err(format!("{path} holds a filter; the local bus supports exact values only"))
            }
            Value::Array(values) => Ok(Self::AnyOf(values.clone())),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Err(format!("{path} must be a list of values or an object"))
            }
        }
    }

    /// Whether every field of the pattern matches `event`.
    pub(super) fn matches(&self, event: &Value) -> bool {
        match (self, event) {
            (Self::Fields(fields), Value::Object(event)) => fields
                .iter()
                .all(|(name, pattern)| event.get(name).is_some_and(|value| pattern.matches(value))),
            (Self::Fields(_), _) => false,
            (Self::AnyOf(values), Value::Array(items)) => {
                items.iter().any(|item| values.contains(item))
            }
            (Self::AnyOf(values), value) => values.contains(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(pattern: &Value) -> Result<Pattern, String> {
        Pattern::parse(pattern.as_object().expect("patterns are objects"))
    }

    #[test]
    fn a_pattern_matches_exact_values_at_any_depth() {
        let event = json!({
            "source": "aws.medialive", "resources": ["a", "b"], "n": 1,
            "detail": { "state": "CREATED", "pipeline": null }
        });
        let cases = [
            (json!({ "source": ["aws.medialive"] }), true),
            (json!({ "source": ["aws.s3", "aws.medialive"] }), true),
            (json!({ "source": ["aws.medialive"], "detail": { "state": ["CREATED"] } }), true),
            (json!({ "source": ["aws.medialive"], "detail": { "state": ["RUNNING"] } }), false),
            (json!({ "resources": ["b"] }), true),
            (json!({ "resources": ["c"] }), false),
            (json!({ "n": [1] }), true),
            (json!({ "n": ["1"] }), false),
            (json!({ "detail": { "pipeline": [null] } }), true),
            (json!({ "detail": { "message": [null] } }), false),
            (json!({ "source": { "deeper": ["x"] } }), false),
            (json!({}), true),
        ];
        for (pattern, expected) in cases {
            assert_eq!(parse(&pattern).unwrap().matches(&event), expected, "{pattern}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_path() {
        let cases = [
            (json!({ "detail": { "state": [{ "prefix": "C" }] } }), "EventPattern.detail.state"),
            (json!({ "detail": { "state": [{ "anything-but": ["A"] }] } }), "detail.state"),
            (json!({ "$or": [{ "source": ["a"] }] }), "EventPattern.$or"),
            (json!({ "source": "aws.medialive" }), "EventPattern.source must be a list"),
            (json!({ "source": [] }), "EventPattern.source matches nothing"),
        ];
        for (pattern, expected) in cases {
            let refused = parse(&pattern).unwrap_err();
            assert!(refused.contains(expected), "{refused}");
        }
    }
}

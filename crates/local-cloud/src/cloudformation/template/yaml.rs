//! YAML with CloudFormation's short tags, as JSON in the long form.
//!
//! `!Sub x` becomes `{"Fn::Sub": "x"}`, `!GetAtt A.B` becomes `{"Fn::GetAtt": ["A", "B"]}`. The
//! evaluation decides whether such a function exists.

use saphyr::{LoadableYamlNode, Scalar, Tag, Yaml};
use serde_json::{Map, Value, json};

use super::refused;
use crate::Error;

/// Parses one document.
pub(super) fn read(text: &str) -> Result<Value, Error> {
    let not_yaml = |reason: String| refused("its text", reason);
    let mut documents = Yaml::load_from_str(text).map_err(|error| not_yaml(error.to_string()))?;
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => json(document).map_err(not_yaml),
        (None, _) | (_, false) => Err(not_yaml("it must hold exactly one document".to_owned())),
    }
}

fn json(node: Yaml<'_>) -> Result<Value, String> {
    match node {
        Yaml::Value(scalar) => scalar_value(scalar),
        Yaml::Sequence(items) => {
            items.into_iter().map(json).collect::<Result<_, _>>().map(Value::Array)
        }
        Yaml::Mapping(entries) => entries
            .into_iter()
            .map(|(key, value)| Ok((key_text(key)?, json(value)?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        Yaml::Tagged(tag, node) => long_form(&tag, json(*node)?),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            Err("a node is not understood".to_owned())
        }
    }
}

fn key_text(key: Yaml<'_>) -> Result<String, String> {
    match json(key)? {
        Value::String(key) => Ok(key),
        key => Err(format!("the key {key} is not text; quote it")),
    }
}

fn scalar_value(scalar: Scalar<'_>) -> Result<Value, String> {
    match scalar {
        Scalar::Null => Err("null values are not allowed in templates".to_owned()),
        Scalar::Boolean(value) => Ok(json!(value)),
        Scalar::Integer(value) => Ok(json!(value)),
        Scalar::FloatingPoint(value) => Ok(json!(value.into_inner())),
        Scalar::String(value) => Ok(json!(value)),
    }
}

fn long_form(tag: &Tag, value: Value) -> Result<Value, String> {
    if tag.handle != "!" {
        return Err(format!("the tag {}{} is not CloudFormation's", tag.handle, tag.suffix));
    }
    let name = match tag.suffix.as_str() {
        name @ ("Ref" | "Condition") => name.to_owned(),
        name => format!("Fn::{name}"),
    };
    let value = match (name.as_str(), value) {
        ("Fn::GetAtt", Value::String(path)) => {
            let (resource, attribute) = path
                .split_once('.')
                .ok_or_else(|| format!("!GetAtt {path} names no attribute; write Resource.Name"))?;
            json!([resource, attribute])
        }
        (_, value) => value,
    };
    Ok(Value::Object(Map::from_iter([(name, value)])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tags_become_long_forms() {
        let cases = [
            ("!Ref A", json!({ "Ref": "A" })),
            ("!GetAtt A.B.C", json!({ "Fn::GetAtt": ["A", "B.C"] })),
            ("!GetAtt [A, B]", json!({ "Fn::GetAtt": ["A", "B"] })),
            ("!Sub '${A}'", json!({ "Fn::Sub": "${A}" })),
            ("!Condition A", json!({ "Condition": "A" })),
            (
                "!If [A, !Ref B, !Ref AWS::NoValue]",
                json!({ "Fn::If": ["A", { "Ref": "B" }, { "Ref": "AWS::NoValue" }] }),
            ),
            ("!Not\n- !Equals [a, '']", json!({ "Fn::Not": [{ "Fn::Equals": ["a", ""] }] })),
            ("Ref: A", json!({ "Ref": "A" })),
            ("2010-09-09", json!("2010-09-09")),
            ("'5000'", json!("5000")),
            ("5000", json!(5000)),
            ("{ a: true, b: 1.5 }", json!({ "a": true, "b": 1.5 })),
        ];
        for (yaml, expected) in cases {
            assert_eq!(read(yaml).unwrap(), expected, "{yaml}");
        }
    }

    #[test]
    fn what_is_not_a_template_is_refused() {
        let cases = [
            ("a: 1\na: 2", "duplicated key"),
            ("a: [", "its text"),
            ("--- 1\n--- 2", "exactly one document"),
            ("", "exactly one document"),
            ("!GetAtt A", "names no attribute"),
            ("a:", "null"),
            ("1: a", "quote it"),
        ];
        for (yaml, expected) in cases {
            let refused = read(yaml).unwrap_err().to_string();
            assert!(refused.contains(expected), "{yaml}: {refused}");
        }
    }
}

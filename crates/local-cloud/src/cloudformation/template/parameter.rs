//! Parameters, and CloudFormation's checks before it creates anything.

use std::collections::BTreeMap;

use regex::Regex;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::Error;

/// A declared parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Parameter {
    #[serde(rename = "Type")]
    kind: Kind,
    #[serde(default, deserialize_with = "optional_text")]
    default: Option<String>,
    #[serde(default, deserialize_with = "texts")]
    allowed_values: Vec<String>,
    #[serde(default, deserialize_with = "whole_text_pattern")]
    allowed_pattern: Option<Regex>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    min_value: Option<f64>,
    max_value: Option<f64>,
    constraint_description: Option<String>,
    #[serde(default)]
    no_echo: bool,
    #[serde(rename = "Description")]
    _description: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
enum Kind {
    String,
    Number,
}

/// The value of every declared parameter, as text.
///
/// # Errors
/// The first parameter that is unknown, missing or breaks a constraint.
pub(super) fn resolve(
    declared: &BTreeMap<String, Parameter>,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, Error> {
    let refused = |name: &str, reason| Error::Parameter { name: name.to_owned(), reason };
    if let Some(name) = given.keys().find(|name| !declared.contains_key(*name)) {
        let known = declared.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        return Err(refused(name, format!("it is not declared; the template declares {known}")));
    }
    let value = |(name, parameter): (&String, &Parameter)| {
        let missing = || refused(name, "it has no default and needs a value".to_owned());
        let text = given.get(name).or(parameter.default.as_ref()).ok_or_else(missing)?;
        let value = parameter.check(text).map_err(|reason| refused(name, reason))?;
        Ok((name.clone(), value))
    };
    declared.iter().map(value).collect()
}

impl Parameter {
    pub(super) fn default(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// Whether CloudFormation shows its value to nobody.
    pub(super) fn is_hidden(&self) -> bool {
        self.no_echo
    }

    /// The parameter's value, or why `text` is refused: the ConstraintDescription if there is one.
    fn check(&self, text: &str) -> Result<Value, String> {
        match self.broken_constraint(text) {
            Some(broken) => {
                let words = self.constraint_description.as_deref();
                let words = words.map(|words| words.trim().trim_end_matches('.').to_owned());
                Err(format!("{text:?} {}", words.unwrap_or(broken)))
            }
            None => Ok(json!(text)),
        }
    }

    /// The first constraint that `item` breaks, as a phrase that follows the value.
    fn broken_constraint(&self, item: &str) -> Option<String> {
        let number = item.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let length = item.chars().count();
        let below = |bound: Option<f64>| bound.filter(|bound| number.is_some_and(|n| n < *bound));
        let above = |bound: Option<f64>| bound.filter(|bound| number.is_some_and(|n| n > *bound));
        if self.kind == Kind::Number && number.is_none() {
            return Some("must be a number".to_owned());
        }
        if !self.allowed_values.is_empty() && !self.allowed_values.iter().any(|value| value == item)
        {
            return Some(format!("must be one of {}", self.allowed_values.join(", ")));
        }
        if let Some(pattern) = self.allowed_pattern.as_ref().filter(|p| !p.is_match(item)) {
            return Some(format!("must match {pattern}"));
        }
        if let Some(least) = self.min_length.filter(|least| length < *least) {
            return Some(format!("must have at least {least} characters"));
        }
        if let Some(most) = self.max_length.filter(|most| length > *most) {
            return Some(format!("must have at most {most} characters"));
        }
        if let Some(least) = below(self.min_value) {
            return Some(format!("must be at least {least}"));
        }
        above(self.max_value).map(|most| format!("must be at most {most}"))
    }
}

/// A scalar as text; a template may leave numbers and booleans unquoted.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn text<'de, D: Deserializer<'de>>(value: &Value) -> Result<String, D::Error> {
    scalar_text(value).ok_or_else(|| serde::de::Error::custom(format!("{value} is not a scalar")))
}

fn optional_text<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    text::<D>(&Value::deserialize(value)?).map(Some)
}

fn texts<'de, D: Deserializer<'de>>(values: D) -> Result<Vec<String>, D::Error> {
    Vec::<Value>::deserialize(values)?.iter().map(text::<D>).collect()
}

/// CloudFormation matches the pattern against the whole value.
fn whole_text_pattern<'de, D: Deserializer<'de>>(pattern: D) -> Result<Option<Regex>, D::Error> {
    let pattern = String::deserialize(pattern)?;
    Regex::new(&format!(r"\A(?:{pattern})\z")).map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve_one(declared: &str, given: Option<&str>) -> Result<Value, String> {
        let declared = serde_json::from_value(super::super::yaml::read(declared).unwrap()).unwrap();
        let declared = BTreeMap::from([("P".to_owned(), declared)]);
        let given = given.map(|value| ("P".to_owned(), value.to_owned())).into_iter().collect();
        resolve(&declared, &given).map(|values| values["P"].clone()).map_err(|e| e.to_string())
    }

    #[test]
    fn values_that_keep_every_constraint_are_accepted() {
        let cases = [
            ("{ Type: String }", Some(""), json!("")),
            ("{ Type: String, Default: true }", None, json!("true")),
            ("{ Type: Number, Default: 5000, MinValue: 1, MaxValue: 65535 }", None, json!("5000")),
            ("{ Type: Number, MinValue: 1, MaxValue: 2 }", Some("1.5"), json!("1.5")),
            ("{ Type: Number, AllowedValues: [1, 2] }", Some("2"), json!("2")),
            ("{ Type: String, AllowedValues: [a, b] }", Some("b"), json!("b")),
            ("{ Type: String, AllowedPattern: 'a|ab' }", Some("ab"), json!("ab")),
            ("{ Type: String, MinLength: 1, MaxLength: 1 }", Some("é"), json!("é")),
        ];
        for (declared, given, expected) in cases {
            assert_eq!(resolve_one(declared, given), Ok(expected), "{declared} {given:?}");
        }
    }

    #[test]
    fn values_that_break_a_constraint_are_refused_with_the_reason() {
        let cases = [
            ("{ Type: String }", None, "needs a value"),
            ("{ Type: Number }", Some("many"), r#""many" must be a number"#),
            ("{ Type: Number }", Some("NaN"), "must be a number"),
            ("{ Type: Number, MinValue: 1 }", Some("0"), "at least 1"),
            ("{ Type: Number, MaxValue: 2 }", Some("3"), "at most 2"),
            ("{ Type: String, AllowedValues: [a, b] }", Some("c"), "must be one of a, b"),
            ("{ Type: String, AllowedPattern: 'a|b' }", Some("ab"), "must match"),
            ("{ Type: String, AllowedPattern: 'a' }", Some("a\n"), "must match"),
            ("{ Type: String, MinLength: 1 }", Some(""), "at least 1 characters"),
            ("{ Type: String, MaxLength: 1 }", Some("ab"), "at most 1 characters"),
            (
                "{ Type: Number, MaxValue: 9, ConstraintDescription: must be a digit. }",
                Some("10"),
                "\"10\" must be a digit",
            ),
            ("{ Type: Number, Default: 0, MinValue: 1 }", None, "at least 1"),
        ];
        for (declared, given, expected) in cases {
            let refused = resolve_one(declared, given).unwrap_err();
            assert!(refused.contains('P') && refused.contains(expected), "{refused}");
        }
    }

    #[test]
    fn an_unknown_parameter_is_refused() {
        let given = BTreeMap::from([("Typo".to_owned(), String::new())]);
        let refused = resolve(&BTreeMap::new(), &given).unwrap_err().to_string();
        assert!(refused.contains("Typo") && refused.contains("not declared"), "{refused}");
    }

    #[test]
    fn a_type_or_pattern_that_is_not_understood_is_refused() {
        for declared in ["{ Type: 'List<Number>' }", "{ Type: String, AllowedPattern: '(?=a)' }"] {
            let declared = super::super::yaml::read(declared).unwrap();
            assert!(serde_json::from_value::<Parameter>(declared).is_err());
        }
    }
}

//! Resource properties, strict and typed.
//!
//! CloudFormation sends every scalar as a string (`"5000"`, `"true"`), whatever its type in the
//! template.

use std::fmt::Display;
use std::str::FromStr;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use strum::VariantNames;

/// What is wrong with a property: its name, its value and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PropertyError(String);

impl PropertyError {
    /// `property NAME: problem`
    #[must_use]
    pub fn new(name: &str, problem: impl Display) -> Self {
        Self(format!("property {name}: {problem}"))
    }
}

/// The properties as `T`, which should refuse unknown names; what belongs to CloudFormation itself
/// is left out.
///
/// # Errors
/// [`PropertyError`] for the first property that is wrong, missing or unknown.
pub fn read<T: DeserializeOwned>(properties: &Map<String, Value>) -> Result<T, PropertyError> {
    let mut own = properties.clone();
    own.remove("ServiceToken");
    own.remove("ServiceTimeout");
    serde_path_to_error::deserialize(Value::Object(own)).map_err(|error| {
        let problem = without_value(error.inner().to_string());
        let missing = problem.strip_prefix("missing field `").and_then(|it| it.strip_suffix('`'));
        match (error.path().to_string().as_str(), missing) {
            (".", Some(name)) => PropertyError::new(name, "is missing; the template has to set it"),
            (".", None) => PropertyError(problem),
            (path, _) => PropertyError::new(path, problem),
        }
    })
}

/// The same without the text that serde quotes where it expects something else than text: a URL may
/// hold a secret.
fn without_value(problem: String) -> String {
    let kind = problem.split_once(": string \"").filter(|(kind, _)| kind.starts_with("invalid "));
    match (kind, problem.rsplit_once("\", expected ")) {
        (Some((kind, _)), Some((_, expected))) => format!("{kind}: a text, expected {expected}"),
        _ => problem,
    }
}

/// A whole number from `LEAST` to `MOST`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const LEAST: i32, const MOST: i32>(i32);

impl<const LEAST: i32, const MOST: i32> Whole<LEAST, MOST> {
    /// The number.
    #[must_use]
    pub fn get(self) -> i32 {
        self.0
    }
}

impl<'de, const LEAST: i32, const MOST: i32> Deserialize<'de> for Whole<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        let number = text.parse().ok().filter(|number| (LEAST..=MOST).contains(number));
        number.map(Self).ok_or_else(|| {
            let problem = format!("\"{text}\" is not a whole number from {LEAST} to {MOST}");
            D::Error::custom(problem)
        })
    }
}

/// The ARN of a role (IAM user guide, "IAM identifiers").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleArn(String);

impl RoleArn {
    /// The ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for RoleArn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let arn = text(deserializer)?;
        let parts: Vec<_> = arn.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", _, "iam", "", _, role] if role.starts_with("role/") => Ok(Self(arn)),
            _ => Err(D::Error::custom(format!(
                "\"{arn}\" is not the ARN of a role, as arn:aws:iam::111122223333:role/NAME"
            ))),
        }
    }
}

/// For `#[serde(deserialize_with)]`: `true` or `false`.
///
/// # Errors
/// The value and what is allowed.
pub fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let text = text(deserializer)?;
    text.parse().map_err(|_| D::Error::custom(format!("\"{text}\" is not true or false")))
}

/// For `#[serde(deserialize_with)]`: one of a fixed set of words.
///
/// # Errors
/// The value and the words that are allowed.
pub fn one_of<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr + VariantNames,
{
    let text = text(deserializer)?;
    text.parse().map_err(|_| {
        let allowed = T::VARIANTS.join(", ");
        D::Error::custom(format!("\"{text}\" is not one of {allowed}"))
    })
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text),
        scalar @ (Value::Bool(_) | Value::Number(_)) => Ok(scalar.to_string()),
        other => Err(D::Error::custom(format!("{other} is not a single value"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, Eq, strum::EnumString, VariantNames)]
    #[strum(serialize_all = "UPPERCASE")]
    enum Colour {
        Red,
        Blue,
    }

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Paint {
        #[serde(deserialize_with = "one_of")]
        colour: Colour,
        layers: Whole<1, 9>,
        #[serde(default)]
        shops: Vec<String>,
    }

    fn paint(value: &Value) -> Result<Paint, String> {
        read(value.as_object().expect("an object"))
            .map_err(|error: PropertyError| error.to_string())
    }

    #[test]
    fn scalars_parse_from_text_and_service_properties_are_ignored() {
        let properties =
            json!({"Colour": "RED", "Layers": "3", "ServiceToken": "arn", "ServiceTimeout": "900"});

        assert_eq!(
            paint(&properties),
            Ok(Paint { colour: Colour::Red, layers: Whole(3), shops: Vec::new() })
        );
        let typed = json!({"Colour": "BLUE", "Layers": 3});
        assert_eq!(
            paint(&typed),
            Ok(Paint { colour: Colour::Blue, layers: Whole(3), shops: Vec::new() })
        );
    }

    #[test]
    fn a_wrong_property_is_named_with_its_value_and_what_is_allowed() {
        for (properties, message) in [
            (
                json!({"Colour": "GREEN", "Layers": "3"}),
                "property Colour: \"GREEN\" is not one of RED, BLUE",
            ),
            (
                json!({"Colour": "RED", "Layers": "three"}),
                "property Layers: \"three\" is not a whole number from 1 to 9",
            ),
            (
                json!({"Colour": "RED", "Layers": 300}),
                "property Layers: \"300\" is not a whole number from 1 to 9",
            ),
            (json!({"Colour": "RED", "Layers": []}), "property Layers: [] is not a single value"),
            (
                json!({"Colour": "RED", "Layers": "3", "Shops": "https://me:a\", expected b@x"}),
                "property Shops: invalid type: a text, expected a sequence",
            ),
            (json!({"Colour": "RED"}), "property Layers: is missing; the template has to set it"),
            (
                json!({"Colour": "RED", "Layers": "3", "Gloss": "1"}),
                "property Gloss: unknown field `Gloss`, expected one of `Colour`, `Layers`, `Shops`",
            ),
        ] {
            assert_eq!(paint(&properties), Err(message.to_owned()));
        }
    }

    #[test]
    fn a_role_is_named_by_its_arn() {
        for good in ["arn:aws:iam::111122223333:role/x", "arn:aws-cn:iam::111122223333:role/a/b"] {
            assert_eq!(serde_json::from_value(json!(good)).ok(), Some(RoleArn(good.to_owned())));
        }
        for bad in ["", "x", "arn:aws:iam::111122223333:user/x", "arn:aws:s3:::role/x"] {
            assert!(serde_json::from_value::<RoleArn>(json!(bad)).is_err(), "{bad}");
        }
    }
}

//! The values of names while a stack is created, and the intrinsic functions.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    parameter::scalar_text,
    refused,
    substitution::{self, Part},
};
use crate::Error;

/// The pseudo parameters. Empty by default: for checks that use none.
#[derive(Clone, Debug, Default)]
pub struct PseudoParameters {
    /// `AWS::StackName`.
    pub stack_name: String,
    /// `AWS::StackId`.
    pub stack_id: String,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::AccountId`.
    pub account: String,
}

/// The values known so far: parameters, conditions, exports and created resources.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    references: BTreeMap<String, Value>,
    attributes: BTreeMap<String, Map<String, Value>>,
    conditions: BTreeMap<String, bool>,
    exports: BTreeMap<String, String>,
}

impl Scope {
    pub(super) fn new(
        parameters: BTreeMap<String, Value>,
        pseudo: &PseudoParameters,
        exports: BTreeMap<String, String>,
    ) -> Self {
        let mut references = parameters;
        let known = [
            ("AWS::StackName", pseudo.stack_name.as_str()),
            ("AWS::StackId", &pseudo.stack_id),
            ("AWS::Region", &pseudo.region),
            ("AWS::AccountId", &pseudo.account),
            ("AWS::Partition", "aws"),
            ("AWS::URLSuffix", "amazonaws.com"),
        ];
        references.extend(known.map(|(name, value)| (name.to_owned(), json!(value))));
        Self { references, attributes: BTreeMap::new(), conditions: BTreeMap::new(), exports }
    }

    pub(super) fn add_condition(&mut self, name: String, holds: bool) {
        self.conditions.insert(name, holds);
    }

    /// Adds a created resource, for `Ref` and `Fn::GetAtt`.
    pub(crate) fn add_resource(
        &mut self,
        name: &str,
        physical_id: &str,
        attributes: Map<String, Value>,
    ) {
        self.references.insert(name.to_owned(), json!(physical_id));
        self.attributes.insert(name.to_owned(), attributes);
    }

    /// Whether an item with this optional condition is included.
    pub(super) fn includes(&self, condition: Option<&str>, at: &str) -> Result<bool, Error> {
        condition.map_or(Ok(true), |name| self.named_condition(name, at))
    }

    pub(super) fn named_condition(&self, name: &str, at: &str) -> Result<bool, Error> {
        let unknown = || refused(at, format!("the condition {name} is not declared"));
        self.conditions.get(name).copied().ok_or_else(unknown)
    }

    /// Evaluates every function in the properties; drops those that are `AWS::NoValue`.
    pub(crate) fn properties(
        &self,
        properties: &Map<String, Value>,
        at: &str,
    ) -> Result<Map<String, Value>, Error> {
        let mut evaluated = Map::new();
        for (name, value) in properties {
            if let Some(value) = self.evaluate(value, &format!("{at}.{name}"))? {
                evaluated.insert(name.clone(), value);
            }
        }
        Ok(evaluated)
    }

    /// Evaluates a value that must be a scalar; returns it as text.
    pub(super) fn text(&self, value: &Value, at: &str) -> Result<String, Error> {
        let value = self.required(value, at)?;
        scalar_text(&value).ok_or_else(|| refused(at, format!("{value} is not a scalar")))
    }

    /// Evaluates a value that must be a list.
    pub(super) fn list(&self, value: &Value, at: &str) -> Result<Vec<Value>, Error> {
        match self.required(value, at)? {
            Value::Array(items) => Ok(items),
            value => Err(refused(at, format!("{value} is not a list"))),
        }
    }

    pub(super) fn required(&self, value: &Value, at: &str) -> Result<Value, Error> {
        self.evaluate(value, at)?.ok_or_else(|| refused(at, "AWS::NoValue is not allowed here"))
    }

    /// Evaluates every function in `value`; `None` means `AWS::NoValue`.
    pub(super) fn evaluate(&self, value: &Value, at: &str) -> Result<Option<Value>, Error> {
        match value {
            Value::Object(entries) => match function(entries) {
                Some((name, argument)) => self.call(name, argument, &format!("{at}.{name}")),
                None => self.properties(entries, at).map(|entries| Some(Value::Object(entries))),
            },
            Value::Array(items) => {
                let places = items.iter().enumerate();
                let items = places.map(|(n, item)| self.evaluate(item, &format!("{at}[{n}]")));
                let items = items.collect::<Result<Vec<_>, _>>()?;
                Ok(Some(items.into_iter().flatten().collect()))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Ok(Some(value.clone()))
            }
        }
    }

    fn call(&self, name: &str, argument: &Value, at: &str) -> Result<Option<Value>, Error> {
        match name {
            "Ref" => self.reference(argument, at),
            "Fn::If" => self.choose(argument, at),
            "Fn::GetAtt" => self.attribute_of(argument, at).map(Some),
            "Fn::Sub" => self.substitute(argument, at).map(Some),
            "Fn::Join" => self.join(argument, at).map(Some),
            "Fn::Split" => self.split(argument, at).map(Some),
            "Fn::ImportValue" => self.import(argument, at).map(Some),
            _ => Err(refused(at, format!("{name} is not supported here"))),
        }
    }

    fn reference(&self, argument: &Value, at: &str) -> Result<Option<Value>, Error> {
        let name = self.text(argument, at)?;
        if name == "AWS::NoValue" { Ok(None) } else { self.named(&name, at).map(Some) }
    }

    fn named(&self, name: &str, at: &str) -> Result<Value, Error> {
        let unknown = || refused(at, format!("{name} has no value here"));
        self.references.get(name).cloned().ok_or_else(unknown)
    }

    fn attribute(&self, resource: &str, name: &str, at: &str) -> Result<Value, Error> {
        let unknown = || refused(at, format!("{resource} has no attribute {name}"));
        self.attributes.get(resource).and_then(|all| all.get(name)).cloned().ok_or_else(unknown)
    }

    fn attribute_of(&self, argument: &Value, at: &str) -> Result<Value, Error> {
        let [resource, name] = arguments(argument, at)?;
        self.attribute(&self.text(resource, at)?, &self.text(name, at)?, at)
    }

    fn choose(&self, argument: &Value, at: &str) -> Result<Option<Value>, Error> {
        let [condition, yes, no] = arguments(argument, at)?;
        let condition =
            condition.as_str().ok_or_else(|| refused(at, "it must name a condition"))?;
        self.evaluate(if self.named_condition(condition, at)? { yes } else { no }, at)
    }

    fn substitute(&self, argument: &Value, at: &str) -> Result<Value, Error> {
        let (text, variables) = match argument {
            Value::String(text) => (text.as_str(), Map::new()),
            argument => {
                let [text, variables] = arguments(argument, at)?;
                let wrong = || refused(at, "it needs a string and an object");
                let (text, variables) =
                    text.as_str().zip(variables.as_object()).ok_or_else(wrong)?;
                (text, self.properties(variables, at)?)
            }
        };
        let mut whole = String::new();
        for part in substitution::parts(text) {
            whole += &match part {
                Part::Text(text) => text.to_owned(),
                Part::Reference(name) => match variables.get(name) {
                    Some(value) => self.text(value, at)?,
                    None => self.text(&self.named(name, at)?, at)?,
                },
                Part::Attribute(resource, name) => {
                    self.text(&self.attribute(resource, name, at)?, at)?
                }
            };
        }
        Ok(json!(whole))
    }

    fn join(&self, argument: &Value, at: &str) -> Result<Value, Error> {
        let [delimiter, items] = arguments(argument, at)?;
        let items = self.list(items, at)?;
        let items = items.iter().map(|item| self.text(item, at)).collect::<Result<Vec<_>, _>>()?;
        Ok(json!(items.join(&self.text(delimiter, at)?)))
    }

    fn split(&self, argument: &Value, at: &str) -> Result<Value, Error> {
        let [delimiter, text] = arguments(argument, at)?;
        Ok(json!(self.text(text, at)?.split(&self.text(delimiter, at)?).collect::<Vec<_>>()))
    }

    fn import(&self, argument: &Value, at: &str) -> Result<Value, Error> {
        let name = self.text(argument, at)?;
        let unknown = || {
            refused(at, format!("no export named {name}; create the stack that exports it first"))
        };
        self.exports.get(&name).map(|value| json!(value)).ok_or_else(unknown)
    }
}

/// The intrinsic function that an object stands for, if any.
pub(super) fn function(entries: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = entries.iter();
    let (name, argument) = entries.next().filter(|_| entries.len() == 0)?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name, argument))
}

/// The arguments of a function with exactly `N`.
pub(super) fn arguments<'a, const N: usize>(
    argument: &'a Value,
    at: &str,
) -> Result<&'a [Value; N], Error> {
    let items = argument.as_array().and_then(|items| items.as_slice().try_into().ok());
    items.ok_or_else(|| refused(at, format!("it needs a list of {N}")))
}

//! The condition functions, in conditions and rules.

use serde_json::{Map, Value};

use super::{
    parameter::scalar_text,
    refused,
    scope::{Scope, arguments},
};
use crate::Error;

impl Scope {
    /// Whether a condition holds.
    pub(super) fn condition(&self, value: &Value, at: &str) -> Result<bool, Error> {
        let wrong = || refused(at, format!("{value} is not a condition"));
        let (name, argument) = value.as_object().and_then(single).ok_or_else(wrong)?;
        let at = format!("{at}.{name}");
        match name {
            "Condition" => self.named_condition(&self.text(argument, &at)?, &at),
            "Fn::Equals" => {
                let [one, other] = arguments(argument, &at)?;
                Ok(equal(&self.required(one, &at)?, &self.required(other, &at)?))
            }
            "Fn::Not" => {
                let [of] = arguments(argument, &at)?;
                self.condition(of, &at).map(|holds| !holds)
            }
            "Fn::And" => Ok(self.each(argument, &at)?.into_iter().all(|holds| holds)),
            _ => Err(refused(&at, format!("{name} is not supported in a condition"))),
        }
    }

    /// Evaluates a list of two to ten conditions, CloudFormation's limits.
    fn each(&self, argument: &Value, at: &str) -> Result<Vec<bool>, Error> {
        let of = argument.as_array().filter(|of| (2..=10).contains(&of.len()));
        let of = of.ok_or_else(|| refused(at, "it needs a list of two to ten conditions"))?;
        of.iter().map(|condition| self.condition(condition, at)).collect()
    }
}

fn single(entries: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = entries.iter();
    let (name, argument) = entries.next().filter(|_| entries.len() == 0)?;
    Some((name, argument))
}

/// Compares scalars as text: a parameter of type Number is text too.
fn equal(one: &Value, other: &Value) -> bool {
    match (scalar_text(one), scalar_text(other)) {
        (Some(one), Some(other)) => one == other,
        (None, _) | (_, None) => one == other,
    }
}

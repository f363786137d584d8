//! A rule as its template declares it.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Pattern;
use crate::Error;

/// A rule of the default bus: a pattern, and the functions that get the events it matches.
#[derive(Clone, Debug)]
pub struct Rule {
    name: String,
    pattern: Pattern,
    targets: Vec<Target>,
}

/// The properties of `AWS::Events::Rule` that have a meaning here; any other is refused.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    #[serde(rename = "Name")]
    _name: Option<String>,
    #[serde(rename = "Description")]
    _description: Option<String>,
    event_pattern: Map<String, Value>,
    targets: Vec<Target>,
    #[serde(default)]
    state: State,
}

#[derive(Default, Deserialize, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum State {
    #[default]
    Enabled,
    Disabled,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Target {
    #[serde(rename = "Id")]
    _id: String,
    /// The function's ARN.
    arn: String,
    // Delivery inside one process neither fails nor needs a second try.
    #[serde(rename = "RetryPolicy")]
    _retry_policy: Option<Value>,
    #[serde(rename = "DeadLetterConfig")]
    _dead_letter_config: Option<Value>,
}

impl Rule {
    /// Reads the evaluated properties of an `AWS::Events::Rule`; `name` is for messages.
    ///
    /// # Errors
    /// When the rule uses what the local bus does not understand: content filters, schedules, another
    /// bus, a target's `Input`, `InputPath` or `InputTransformer`.
    pub fn from_properties(name: &str, properties: &Value) -> Result<Self, Error> {
        let refused = |reason| Error::Rule { rule: name.to_owned(), reason };
        let properties: Properties = serde_path_to_error::deserialize(properties)
            .map_err(|error| refused(format!("{}: {}", error.path(), error.inner())))?;
        let pattern = Pattern::parse(&properties.event_pattern).map_err(refused)?;
        let enabled = properties.state == State::Enabled;
        let targets = if enabled { properties.targets } else { Vec::new() };
        Ok(Self { name: name.to_owned(), pattern, targets })
    }

    /// The rule's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn matches(&self, event: &Value) -> bool {
        self.pattern.matches(event)
    }

    /// The rule's name and each function's ARN.
    pub(super) fn targets(&self) -> impl Iterator<Item = (&str, &str)> {
        self.targets.iter().map(|target| (self.name.as_str(), target.arn.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(change: impl FnOnce(&mut Value)) -> Result<Rule, Error> {
        let arn = "arn:aws:lambda:eu-west-1:111122223333:function:starter";
        let mut properties = json!({
            "EventPattern": { "source": ["aws.medialive"] },
            "Targets": [{ "Id": "starter", "Arn": arn, "RetryPolicy": { "MaximumRetryAttempts": 1 } }]
        });
        change(&mut properties);
        Rule::from_properties("Start", &properties)
    }

    #[test]
    fn a_disabled_rule_has_no_targets() {
        assert_eq!(rule(|_| {}).unwrap().targets().count(), 1);
        let disabled = rule(|rule| rule["State"] = json!("DISABLED")).unwrap();
        assert_eq!(disabled.targets().count(), 0);
    }

    #[test]
    fn what_is_not_understood_is_refused_by_name() {
        type Change = fn(&mut Value);
        let cases: [(Change, &str); 6] = [
            (|rule| rule["ScheduleExpression"] = json!("rate(1 minute)"), "ScheduleExpression"),
            (|rule| rule["EventBusName"] = json!("mine"), "EventBusName"),
            (|rule| rule["Targets"][0]["Input"] = json!("{}"), "Input"),
            (|rule| rule["Targets"][0]["InputPath"] = json!("$.detail"), "InputPath"),
            (|rule| rule["Targets"][0]["InputTransformer"] = json!({}), "InputTransformer"),
            (|rule| rule["EventPattern"]["source"] = json!([{ "prefix": "a" }]), "holds a filter"),
        ];
        for (change, expected) in cases {
            let refused = rule(change).unwrap_err().to_string();
            assert!(refused.contains("Start") && refused.contains(expected), "{refused}");
        }
    }
}

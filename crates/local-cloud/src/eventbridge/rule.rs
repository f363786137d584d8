//! Event rules.

use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{DEFAULT_BUS, name_of, pattern::Pattern, schedule::Rate};
use crate::Error;

/// A rule of an event bus: its trigger and its target functions.
#[derive(Clone, Debug)]
pub struct Rule {
    name: String,
    arn: String,
    bus: String,
    trigger: Trigger,
    targets: Vec<Target>,
}

#[derive(Clone, Debug)]
enum Trigger {
    Event(Pattern),
    Schedule(Rate),
}

/// The supported properties of `AWS::Events::Rule`; any other is refused.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    #[serde(rename = "Name")]
    _name: Option<String>,
    #[serde(rename = "Description")]
    _description: Option<String>,
    #[serde(rename = "Tags")]
    _tags: Option<Value>,
    event_bus_name: Option<String>,
    event_pattern: Option<Map<String, Value>>,
    schedule_expression: Option<String>,
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
    /// The part of the event that the function gets; all of it if there is none.
    input_path: Option<Path>,
    // Delivery inside one process cannot fail.
    #[serde(rename = "RetryPolicy")]
    _retry_policy: Option<Value>,
    #[serde(rename = "DeadLetterConfig")]
    _dead_letter_config: Option<Value>,
}

/// A path into an event, as a JSON pointer.
#[derive(Clone, Debug)]
struct Path(String);

/// Parses `$.a.b`: only names, no brackets or wildcards.
impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        let text = String::deserialize(text)?;
        let is_name = |name: &str| {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            !name.is_empty() && name.chars().all(is_part)
        };
        let names = text.strip_prefix("$.").filter(|names| names.split('.').all(is_name));
        let pointer = names.map(|names| Self(format!("/{}", names.replace('.', "/"))));
        let wrong = || format!("{text:?} is not supported; write only names, as in $.detail.state");
        pointer.ok_or_else(|| serde::de::Error::custom(wrong()))
    }
}

impl Rule {
    /// Parses the evaluated properties of an `AWS::Events::Rule`; `name` is for messages.
    ///
    /// # Errors
    /// - For an unsupported feature: content filters, cron expressions, a target's `Input`,
    ///   `InputTransformer` or an `InputPath` with more than names.
    /// - Unless there is exactly one of a pattern and a schedule.
    /// - For a schedule on a bus other than the default one, which EventBridge refuses too.
    pub fn from_properties(name: &str, arn: &str, properties: &Value) -> Result<Self, Error> {
        let refused = |reason| Error::Rule { rule: name.to_owned(), reason };
        let properties: Properties = serde_path_to_error::deserialize(properties)
            .map_err(|error| refused(format!("{}: {}", error.path(), error.inner())))?;
        let bus = properties.event_bus_name.as_deref().map_or(DEFAULT_BUS, name_of).to_owned();
        let trigger = match (properties.event_pattern, properties.schedule_expression) {
            (Some(pattern), None) => Pattern::parse(&pattern).map(Trigger::Event),
            (None, Some(_)) if bus != DEFAULT_BUS => {
                Err("ScheduleExpression is supported on the default event bus only".to_owned())
            }
            (None, Some(schedule)) => Rate::parse(&schedule).map(Trigger::Schedule),
            (None, None) | (Some(_), Some(_)) => {
                Err("it must have either an EventPattern or a ScheduleExpression".to_owned())
            }
        };
        let trigger = trigger.map_err(refused)?;
        let enabled = properties.state == State::Enabled;
        let targets = if enabled { properties.targets } else { Vec::new() };
        Ok(Self { name: name.to_owned(), arn: arn.to_owned(), bus, trigger, targets })
    }

    /// The rule's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn arn(&self) -> &str {
        &self.arn
    }

    pub(super) fn bus(&self) -> &str {
        &self.bus
    }

    /// The time between two invocations of a scheduled rule.
    #[must_use]
    pub fn period(&self) -> Option<Duration> {
        self.rate().map(Rate::period)
    }

    /// The rate of a scheduled rule.
    pub(super) fn rate(&self) -> Option<Rate> {
        match self.trigger {
            Trigger::Schedule(rate) => Some(rate),
            Trigger::Event(_) => None,
        }
    }

    pub(super) fn matches(&self, event: &Value) -> bool {
        match &self.trigger {
            Trigger::Event(pattern) => pattern.matches(event),
            Trigger::Schedule(_) => false,
        }
    }

    /// Each target's function ARN and its input: null if the path leads nowhere.
    pub fn inputs(&self, event: &Value) -> impl Iterator<Item = (&str, Value)> {
        self.targets.iter().map(|target| {
            let input = match &target.input_path {
                Some(Path(pointer)) => event.pointer(pointer).cloned().unwrap_or_default(),
                None => event.clone(),
            };
            (target.arn.as_str(), input)
        })
    }

    /// The error for a rule whose bus does not exist.
    pub(super) fn unknown_bus(&self) -> Error {
        let reason = format!("there is no event bus named {}", self.bus);
        Error::Rule { rule: self.name.clone(), reason }
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
        Rule::from_properties("Start", "arn:rule", &properties)
    }

    fn scheduled(rule: &mut Value) {
        rule["EventPattern"].take();
        rule["ScheduleExpression"] = json!("rate(1 minute)");
    }

    #[test]
    fn a_disabled_rule_has_no_targets() {
        let event = json!({});
        assert_eq!(rule(|_| {}).unwrap().inputs(&event).count(), 1);
        let disabled = rule(|rule| rule["State"] = json!("DISABLED")).unwrap();
        assert_eq!(disabled.inputs(&event).count(), 0);
    }

    #[test]
    fn a_rule_is_on_the_default_bus_or_on_the_one_it_names() {
        let on = |bus: &str| rule(|rule| rule["EventBusName"] = json!(bus)).unwrap().bus;
        assert_eq!(rule(|_| {}).unwrap().bus, "default");
        assert_eq!(on("mine"), "mine");
        assert_eq!(on("arn:aws:events:eu-west-1:111122223333:event-bus/mine"), "mine");
    }

    #[test]
    fn a_target_gets_the_event_or_what_its_path_leads_to() {
        let event = json!({ "detail": { "state": "CREATED" } });
        let input = |path: Option<&str>| {
            let rule = rule(|rule| rule["Targets"][0]["InputPath"] = json!(path)).unwrap();
            rule.inputs(&event).next().unwrap().1
        };
        assert_eq!(input(None), event);
        assert_eq!(input(Some("$.detail")), event["detail"]);
        assert_eq!(input(Some("$.detail.state")), "CREATED");
        assert_eq!(input(Some("$.detail-type")), Value::Null);
    }

    #[test]
    fn a_scheduled_rule_comes_due_and_matches_no_event() {
        let scheduled = rule(scheduled).unwrap();
        assert!(scheduled.rate().is_some());
        assert!(!scheduled.matches(&json!({ "source": "aws.medialive" })));
        assert!(rule(|_| {}).unwrap().rate().is_none());
    }

    #[test]
    fn what_is_not_understood_is_refused_by_name() {
        type Change = fn(&mut Value);
        let cases: [(Change, &str); 9] = [
            (|rule| rule["RoleArn"] = json!("arn:role"), "RoleArn"),
            (|rule| rule["Targets"][0]["Input"] = json!("{}"), "Input"),
            (|rule| rule["Targets"][0]["InputPath"] = json!("$.resources[0]"), "$.resources[0]"),
            (|rule| rule["Targets"][0]["InputPath"] = json!("$"), "InputPath"),
            (|rule| rule["Targets"][0]["InputTransformer"] = json!({}), "InputTransformer"),
            (|rule| rule["EventPattern"]["source"] = json!([{ "prefix": "a" }]), "holds a filter"),
            (|rule| rule["ScheduleExpression"] = json!("rate(1 minute)"), "either an EventPattern"),
            (|rule| drop(rule["EventPattern"].take()), "either an EventPattern"),
            (
                |rule| {
                    scheduled(rule);
                    rule["EventBusName"] = json!("mine");
                },
                "default event bus only",
            ),
        ];
        for (change, expected) in cases {
            let refused = rule(change).unwrap_err().to_string();
            assert!(refused.contains("Start") && refused.contains(expected), "{refused}");
        }
    }
}

//! Every bus with its rules.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{DEFAULT_BUS, Rule, name_of};
use crate::Error;

/// Event buses and their rules, a fixed set.
#[derive(Clone, Debug)]
pub struct Rules(BTreeMap<String, Vec<Rule>>);

impl Rules {
    /// The default bus and those called `names`, with these rules.
    ///
    /// # Errors
    /// When a rule is on a bus that there is not.
    pub fn new(names: Vec<String>, rules: Vec<Rule>) -> Result<Self, Error> {
        let names = names.into_iter().chain([DEFAULT_BUS.to_owned()]);
        let mut buses: BTreeMap<_, _> = names.map(|name| (name, Vec::new())).collect();
        for rule in rules {
            let Some(bus) = buses.get_mut(rule.bus()) else { return Err(rule.unknown_bus()) };
            bus.push(rule);
        }
        Ok(Self(buses))
    }

    /// The rules of a bus, by its name or ARN, that the event matches; `None` if there is no such
    /// bus.
    #[must_use]
    pub fn matching(&self, bus: &str, event: &Value) -> Option<Vec<&Rule>> {
        let rules = self.0.get(name_of(bus))?.iter();
        Some(rules.filter(|rule| rule.matches(event)).collect())
    }

    /// The rules of all buses.
    pub fn all(&self) -> impl Iterator<Item = &Rule> {
        self.0.values().flatten()
    }
}

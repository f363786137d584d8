//! EventBridge's default event bus: rules that hand events to functions.
//!
//! Decides which rules match an event and what their targets get. It must not know what an event means
//! or whether a function did its work: delivery is an Event invocation, with Lambda's retries.
//!
//! Source: EventBridge user guide, "Event patterns" and "Event bus targets".

use serde_json::Value;

use crate::{Error, lambda::Lambda};

mod pattern;
mod rule;

use pattern::Pattern;
pub use rule::Rule;

/// The default event bus with a fixed set of rules.
#[derive(Clone, Debug)]
pub struct Bus {
    rules: Vec<Rule>,
    lambda: Lambda,
}

impl Bus {
    /// A bus whose rules' targets are functions of `lambda`.
    #[must_use]
    pub fn new(rules: Vec<Rule>, lambda: Lambda) -> Self {
        Self { rules, lambda }
    }

    /// Delivers an event, in EventBridge's envelope (`source`, `detail-type`, `detail` and so on), to
    /// every target of every rule it matches, and returns how many deliveries were begun.
    ///
    /// # Errors
    /// When a target is not a registered function; later targets are not tried then.
    pub fn put(&self, event: &Value) -> Result<usize, Error> {
        let targets = self.rules.iter().filter(|rule| rule.matches(event)).flat_map(Rule::targets);
        let mut deliveries = 0;
        for (rule, function) in targets {
            let request_id = self.lambda.invoke_async(function, event)?;
            tracing::debug!(rule, function, request_id, "event delivered");
            deliveries += 1;
        }
        Ok(deliveries)
    }
}

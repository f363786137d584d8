//! A template's rules: assertions about its parameters.

use serde::Deserialize;
use serde_json::Value;

use super::Scope;
use crate::Error;

/// A rule as its template declares it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Rule {
    rule_condition: Option<Value>,
    assertions: Vec<Assertion>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Assertion {
    assert: Value,
    assert_description: Option<String>,
}

impl Rule {
    /// Checks every assertion, if the rule's condition holds.
    ///
    /// # Errors
    /// The first assertion that fails, in the template's words.
    pub(super) fn assert(&self, name: &str, scope: &Scope) -> Result<(), Error> {
        let at = format!("Rules.{name}");
        let applies = self.rule_condition.as_ref().map(|value| scope.condition(value, &at));
        if !applies.transpose()?.unwrap_or(true) {
            return Ok(());
        }
        for assertion in &self.assertions {
            if !scope.condition(&assertion.assert, &at)? {
                let words = assertion.assert_description.as_deref().map(str::trim);
                let words = words.map(|words| words.trim_end_matches('.'));
                let description = words.unwrap_or("one of its assertions is false").to_owned();
                return Err(Error::Assertion { rule: name.to_owned(), description });
            }
        }
        Ok(())
    }
}

//! Templates: parses, checks and evaluates `infra/*.yaml`.
//!
//! Decides on parameters, conditions, rules, intrinsic functions and the order of resources. It
//! must not know how a resource is created. It supports what LILO's own two templates use and
//! refuses the rest by name: it is not a CloudFormation engine.
//!
//! Source of the rules: CloudFormation user guide, "Template reference".

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::Error;

mod condition;
mod order;
mod parameter;
mod references;
mod rule;
mod scope;
mod substitution;
mod yaml;

use parameter::Parameter;
use rule::Rule;
pub use scope::PseudoParameters;
pub(crate) use scope::Scope;

/// A parsed template; nothing is evaluated yet.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Template {
    #[serde(rename = "AWSTemplateFormatVersion")]
    _format_version: Option<String>,
    #[serde(rename = "Description")]
    _description: Option<String>,
    #[serde(rename = "Metadata")]
    _metadata: Option<Value>,
    #[serde(default)]
    parameters: BTreeMap<String, Parameter>,
    #[serde(default)]
    rules: BTreeMap<String, Rule>,
    #[serde(default)]
    conditions: BTreeMap<String, Value>,
    resources: BTreeMap<String, Resource>,
    #[serde(default)]
    outputs: BTreeMap<String, Output>,
}

/// A resource as its template declares it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Resource {
    #[serde(rename = "Type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) properties: Map<String, Value>,
    condition: Option<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    depends_on: Vec<String>,
    #[serde(rename = "DeletionPolicy")]
    _deletion_policy: Option<Policy>,
    #[serde(rename = "UpdateReplacePolicy")]
    _update_replace_policy: Option<Policy>,
    #[serde(rename = "Metadata")]
    _metadata: Option<Value>,
}

/// What happens to a resource with its stack; `Retain` is refused.
#[derive(Clone, Copy, Debug, Deserialize)]
enum Policy {
    Delete,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Output {
    value: Value,
    condition: Option<String>,
    export: Option<Export>,
    #[serde(rename = "Description")]
    _description: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Export {
    name: Value,
}

/// An evaluated output.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OutputValue {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) export: Option<String>,
}

impl Template {
    /// Parses a template from YAML (or JSON, which is YAML too).
    ///
    /// # Errors
    /// When it is not YAML, has an unsupported section or attribute, refers to an undeclared name,
    /// or its resources have a circular dependency.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let template: Self = serde_path_to_error::deserialize(&yaml::read(text)?)
            .map_err(|error| refused(error.path().to_string(), error.inner().to_string()))?;
        template.check_references()?;
        template.order()?;
        Ok(template)
    }

    /// The names of its parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parameters.keys().map(String::as_str)
    }

    /// The default value of a parameter.
    #[must_use]
    pub fn default(&self, parameter: &str) -> Option<&str> {
        self.parameters.get(parameter)?.default()
    }

    /// Whether the value of a parameter must not be shown (NoEcho).
    #[must_use]
    pub fn hides(&self, parameter: &str) -> bool {
        self.parameters.get(parameter).is_some_and(Parameter::is_hidden)
    }

    /// Checks `given` parameters and the rules, as CloudFormation does before it creates anything.
    ///
    /// # Errors
    /// When a parameter is missing, unknown or refused, or a rule's assertion does not hold.
    pub fn check(
        &self,
        given: &BTreeMap<String, String>,
        pseudo: &PseudoParameters,
    ) -> Result<(), Error> {
        self.prepare(given, pseudo, BTreeMap::new()).map(drop)
    }

    /// Checks `given` parameters, evaluates conditions and asserts the rules.
    ///
    /// # Errors
    /// When a parameter is missing, unknown or refused, or a rule's assertion does not hold.
    pub(crate) fn prepare(
        &self,
        given: &BTreeMap<String, String>,
        pseudo: &PseudoParameters,
        exports: BTreeMap<String, String>,
    ) -> Result<Scope, Error> {
        let mut scope = Scope::new(parameter::resolve(&self.parameters, given)?, pseudo, exports);
        for (name, rule) in &self.rules {
            rule.assert(name, &scope)?;
        }
        let needs = self.conditions.iter();
        let needs = needs.map(|(name, value)| (name.clone(), references::conditions(value)));
        for name in
            order::sort(needs.collect()).map_err(|circle| circular("Conditions", &circle))?
        {
            let holds = scope.condition(&self.conditions[&name], &format!("Conditions.{name}"))?;
            scope.add_condition(name, holds);
        }
        Ok(scope)
    }

    /// The resources whose condition holds, each after its dependencies.
    pub(crate) fn resources<'a>(
        &'a self,
        scope: &Scope,
    ) -> Result<Vec<(&'a str, &'a Resource)>, Error> {
        let mut included = Vec::new();
        for name in self.order()? {
            let (name, resource) = self.resources.get_key_value(&name).expect("it is declared");
            if scope.includes(resource.condition.as_deref(), &format!("Resources.{name}"))? {
                included.push((name.as_str(), resource));
            }
        }
        Ok(included)
    }

    /// All direct and indirect dependencies of the resource `name`.
    pub(crate) fn dependencies(&self, name: &str) -> BTreeSet<String> {
        let needs = self.needs();
        let mut found = BTreeSet::new();
        let mut next = vec![name.to_owned()];
        while let Some(name) = next.pop() {
            for need in needs.get(&name).into_iter().flatten() {
                if found.insert(need.clone()) {
                    next.push(need.clone());
                }
            }
        }
        found
    }

    /// The outputs whose condition holds, evaluated.
    pub(crate) fn outputs(&self, scope: &Scope) -> Result<Vec<OutputValue>, Error> {
        let mut outputs = Vec::new();
        for (name, output) in &self.outputs {
            let at = format!("Outputs.{name}");
            if scope.includes(output.condition.as_deref(), &at)? {
                let value = scope.text(&output.value, &format!("{at}.Value"))?;
                let export = output.export.as_ref().map(|export| scope.text(&export.name, &at));
                outputs.push(OutputValue {
                    name: name.clone(),
                    value,
                    export: export.transpose()?,
                });
            }
        }
        Ok(outputs)
    }

    fn order(&self) -> Result<Vec<String>, Error> {
        order::sort(self.needs()).map_err(|circle| circular("Resources", &circle))
    }

    /// Each resource's dependencies: `DependsOn`, and every resource that its properties refer to.
    fn needs(&self) -> BTreeMap<String, BTreeSet<String>> {
        let needs = |resource: &Resource| {
            let mut names: BTreeSet<_> = resource.depends_on.iter().cloned().collect();
            for property in resource.properties.values() {
                names.extend(references::names(property));
            }
            names.retain(|name| self.resources.contains_key(name));
            names
        };
        self.resources.iter().map(|(name, resource)| (name.clone(), needs(resource))).collect()
    }

    fn check_references(&self) -> Result<(), Error> {
        for (name, resource) in &self.resources {
            let properties = resource.properties.iter();
            let places = properties.map(|(key, value)| (format!("Resources.{name}.{key}"), value));
            for (at, value) in places {
                self.check_names(&at, &references::names(value))?;
            }
            let depends_on = resource.depends_on.iter().cloned().collect();
            self.check_names(&format!("Resources.{name}.DependsOn"), &depends_on)?;
        }
        for (name, output) in &self.outputs {
            self.check_names(&format!("Outputs.{name}"), &references::names(&output.value))?;
        }
        Ok(())
    }

    fn check_names(&self, at: &str, names: &BTreeSet<String>) -> Result<(), Error> {
        let known = |name: &String| {
            self.parameters.contains_key(name)
                || self.resources.contains_key(name)
                || name.starts_with("AWS::")
        };
        match names.iter().find(|name| !known(name)) {
            Some(name) => Err(refused(at, format!("{name} is neither a parameter nor a resource"))),
            None => Ok(()),
        }
    }
}

fn circular(section: &str, circle: &[String]) -> Error {
    refused(section, format!("circular dependency between {}", circle.join(", ")))
}

/// An error in the template itself.
fn refused(at: impl Into<String>, reason: impl Into<String>) -> Error {
    Error::Template { at: at.into(), reason: reason.into() }
}

fn one_or_many<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    OneOrMany::deserialize(value).map(|names| match names {
        OneOrMany::One(name) => vec![name],
        OneOrMany::Many(names) => names,
    })
}

#[cfg(test)]
mod tests;

//! Reads the functions, event buses and event rules that a stack declares.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, time::Duration};

use serde::Deserialize;
use serde_json::Value;

use super::{Stack, StackResource};
use crate::{Error, eventbridge::Rule, lambda::Function};

/// The configuration of an `AWS::Lambda::Function`; the caller supplies the program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FunctionDeclaration {
    /// `FunctionName`, or the generated name.
    pub name: String,
    /// `Timeout`; three seconds by default.
    pub timeout: Duration,
    /// `MemorySize` in MB; 128 by default.
    pub memory_mb: u32,
    /// The variables of `Environment`, and `AWS_LAMBDA_LOG_LEVEL` from `LoggingConfig`.
    pub environment: BTreeMap<String, String>,
}

/// The properties that matter here; others are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Properties {
    timeout: u64,
    memory_size: u32,
    environment: Environment,
    logging_config: LoggingConfig,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Environment {
    variables: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct LoggingConfig {
    application_log_level: Option<String>,
}

impl Default for Properties {
    fn default() -> Self {
        let (environment, logging_config) = Default::default();
        Self { timeout: 3, memory_size: 128, environment, logging_config }
    }
}

impl FunctionDeclaration {
    /// Adds the program that the function runs here.
    #[must_use]
    pub fn with_program(self, program: PathBuf, args: Vec<OsString>) -> Function {
        let Self { name, timeout, memory_mb, environment } = self;
        Function { name, program, args, environment, timeout, memory_mb }
    }

    fn read(resource: &StackResource) -> Result<Self, Error> {
        let properties = Value::Object(resource.properties.clone());
        let properties: Properties =
            serde_path_to_error::deserialize(properties).map_err(|error| Error::Function {
                name: resource.logical_id.clone(),
                reason: format!("{}: {}", error.path(), error.inner()),
            })?;
        let mut environment = properties.environment.variables;
        if let Some(level) = properties.logging_config.application_log_level {
            environment.insert("AWS_LAMBDA_LOG_LEVEL".to_owned(), level);
        }
        Ok(Self {
            name: resource.physical_id.clone(),
            timeout: Duration::from_secs(properties.timeout),
            memory_mb: properties.memory_size,
            environment,
        })
    }
}

impl Stack {
    /// The functions that the stack declares.
    ///
    /// # Errors
    /// When a function's timeout, memory or environment has the wrong type.
    pub fn functions(&self) -> Result<Vec<FunctionDeclaration>, Error> {
        self.of_type("AWS::Lambda::Function").map(FunctionDeclaration::read).collect()
    }

    /// The event rules that the stack declares.
    ///
    /// # Errors
    /// When a rule uses a feature that the local buses do not support.
    pub fn rules(&self) -> Result<Vec<Rule>, Error> {
        let read = |resource: &StackResource| {
            let arn = resource.attributes.get("Arn").and_then(Value::as_str).unwrap_or_default();
            let properties = Value::Object(resource.properties.clone());
            Rule::from_properties(&resource.logical_id, arn, &properties)
        };
        self.of_type("AWS::Events::Rule").map(read).collect()
    }

    /// The names of the event buses that the stack declares.
    #[must_use]
    pub fn buses(&self) -> Vec<String> {
        self.of_type("AWS::Events::EventBus").map(|bus| bus.physical_id.clone()).collect()
    }

    fn of_type(&self, resource_type: &'static str) -> impl Iterator<Item = &StackResource> {
        self.resources.iter().filter(move |resource| resource.resource_type == resource_type)
    }
}

//! A stack and its resources.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Status;
use super::template::Template;

/// A stack, created from a template.
#[derive(Debug)]
pub struct Stack {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) status: Status,
    pub(super) template: Template,
    pub(super) resources: Vec<StackResource>,
    pub(super) outputs: BTreeMap<String, String>,
    pub(super) exports: Vec<String>,
}

/// A resource of a stack; it exists, or may exist.
#[derive(Clone, Debug)]
pub struct StackResource {
    /// Its logical id in the template.
    pub logical_id: String,
    /// Its type, such as `Custom::MediaLiveInput`.
    pub resource_type: String,
    /// What `Ref` returns.
    pub physical_id: String,
    /// Its properties, evaluated.
    pub properties: Map<String, Value>,
    /// What `Fn::GetAtt` returns.
    pub attributes: Map<String, Value>,
}

impl Stack {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its ARN.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// The resources that exist, or may exist after a failed delete; each after its dependencies.
    #[must_use]
    pub fn resources(&self) -> &[StackResource] {
        &self.resources
    }

    /// The outputs of a complete stack.
    #[must_use]
    pub fn outputs(&self) -> &BTreeMap<String, String> {
        &self.outputs
    }
}

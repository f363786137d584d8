//! A stack and its resources.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::template::{PseudoParameters, Template};
use super::{Status, built_in};
use crate::{Config, Error};

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

impl StackResource {
    /// A resource of which nothing is evaluated yet.
    pub(super) fn new(logical_id: &str, resource_type: &str) -> Self {
        let (physical_id, properties, attributes) = Default::default();
        let (logical_id, resource_type) = (logical_id.to_owned(), resource_type.to_owned());
        Self { logical_id, resource_type, physical_id, properties, attributes }
    }
}

impl Stack {
    /// The complete stack of a template that has resources of AWS itself alone: nothing needs to be
    /// made.
    ///
    /// # Errors
    /// When the parameters break a constraint or a rule, or a value or a resource type is not
    /// supported.
    pub fn evaluate(
        name: &str,
        template: Template,
        parameters: &BTreeMap<String, String>,
        config: &Config,
    ) -> Result<Self, Error> {
        let Config { region, account, .. } = config.clone();
        let id = format!("arn:aws:cloudformation:{region}:{account}:stack/{name}/0");
        let (stack_name, stack_id) = (name.to_owned(), id.clone());
        let pseudo = PseudoParameters { stack_name, stack_id, region, account };
        let mut scope = template.prepare(parameters, &pseudo, BTreeMap::new())?;
        let mut resources = Vec::new();
        for (logical_id, declared) in template.resources(&scope)? {
            built_in::check_known(logical_id, &declared.kind)?;
            let mut resource = StackResource::new(logical_id, &declared.kind);
            let at = format!("Resources.{logical_id}");
            resource.properties = scope.properties(&declared.properties, &at)?;
            resource.attributes = built_in::assign(config, name, &mut resource);
            scope.add_resource(logical_id, &resource.physical_id, resource.attributes.clone());
            resources.push(resource);
        }
        let outputs = template.outputs(&scope)?.into_iter();
        let outputs = outputs.map(|output| (output.name, output.value)).collect();
        let (name, status, exports) = (name.to_owned(), Status::CreateComplete, Vec::new());
        Ok(Self { name, id, status, template, resources, outputs, exports })
    }

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

//! infra/bootstrap.yaml as CloudFormation evaluates it: who has which policies.

use lilo_local_cloud::cloudformation::{Stack, StackResource};
pub(crate) use lilo_tests::{ACCOUNT, REGION};
use serde_json::Value;

use crate::judge::{Call, Trial};

/// The evaluated template.
pub(crate) struct Bootstrap(Stack);

impl Bootstrap {
    pub(crate) fn evaluate() -> Self {
        Self::with(&[])
    }

    /// The same with these parameters.
    pub(crate) fn with(parameters: &[(&str, &str)]) -> Self {
        Self(lilo_tests::bootstrap_with(parameters))
    }

    pub(crate) fn resources(&self) -> &[StackResource] {
        self.0.resources()
    }

    pub(crate) fn resource(&self, logical_id: &str) -> &StackResource {
        let found = self.0.resources().iter().find(|it| it.logical_id == logical_id);
        found.unwrap_or_else(|| panic!("the template has no {logical_id}"))
    }

    pub(crate) fn arn(&self, logical_id: &str) -> &str {
        self.resource(logical_id).attributes["Arn"].as_str().unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        self.0.id()
    }

    /// The logical id of the role that this function works under.
    pub(crate) fn role_of(&self, function: &str) -> &str {
        let resources = self.0.resources();
        let of =
            resources.iter().find(|it| it.properties.get("FunctionName") == Some(&function.into()));
        let arn =
            &of.unwrap_or_else(|| panic!("no function is called {function}")).properties["Role"];
        let role = resources.iter().find(|it| it.attributes.get("Arn") == Some(arn));
        &role.unwrap().logical_id
    }

    /// What a role may do.
    pub(crate) fn policies_of(&self, role: &str) -> Vec<Value> {
        let policies = self.resource(role).properties["Policies"].as_array().unwrap();
        policies.iter().map(|policy| policy["PolicyDocument"].clone()).collect()
    }

    /// These calls by a role.
    pub(crate) fn by_role(&self, role: &str, calls: Vec<Call>) -> Trial {
        let identity_policies = self.policies_of(role);
        Trial { principal: self.arn(role).into(), identity_policies, ..by_nobody(calls) }
    }
}

/// These calls by a service, on something with a policy of its own.
pub(crate) fn by_service(service: &str, policy: &Value, calls: Vec<Call>) -> Trial {
    let resource_policy = Some(policy.clone());
    Trial { principal: service.into(), resource_policy, ..by_nobody(calls) }
}

/// These calls by somebody in the account who has no rights yet.
pub(crate) fn by_nobody(calls: Vec<Call>) -> Trial {
    Trial {
        principal: format!("arn:aws:iam::{ACCOUNT}:user/somebody"),
        account: ACCOUNT.into(),
        identity_policies: Vec::new(),
        resource_policy: None,
        calls,
        until: None,
    }
}

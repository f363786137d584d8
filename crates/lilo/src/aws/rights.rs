//! Asks IAM's policy simulator what the caller may do. Nothing is called that it simulates.

use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType,
    ResourceSpecificResult,
};
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::failure::failed;
use super::{Aws, CONCURRENT_CALLS, Caller};
use crate::Error;

/// Actions on one kind of resource.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// An ARN, or `*` for actions that know no resource.
    pub(crate) resource: String,
    pub(crate) actions: &'static [&'static str],
}

/// The simulator's answer to one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Allowed,
    Denied,
    /// A policy asks for something that the simulation was not given.
    Undecided,
}

/// Whose policies the simulator reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// It may do everything, and has no policies.
    Root,
    /// The ARN of a user.
    User(String),
    /// The name of a role; its ARN may have a path, which the session's ARN leaves out.
    Role(String),
    /// A federated user, or something newer.
    Other,
}

impl Subject {
    /// Reads the ARN that STS gives for the caller.
    pub(crate) fn of(caller: &Caller) -> Self {
        let name = caller.arn.splitn(6, ':').nth(5).unwrap_or_default();
        match name.split_once('/') {
            None if name == "root" => Self::Root,
            Some(("user", _)) => Self::User(caller.arn.clone()),
            Some(("assumed-role", rest)) => {
                Self::Role(rest.split('/').next().unwrap_or_default().to_owned())
            }
            None | Some(_) => Self::Other,
        }
    }
}

/// Whether a condition depends on a key that only a real request has, such as a second factor. A
/// request about resources may say so with each resource.
fn lacks_context(result: &EvaluationResult) -> bool {
    let by_resource = result.resource_specific_results().iter();
    let mut missing = by_resource.flat_map(ResourceSpecificResult::missing_context_values);
    !result.missing_context_values().is_empty() || missing.next().is_some()
}

impl Aws {
    /// The ARN of a role, with its path.
    pub(crate) async fn role_arn(&self, name: &str) -> Result<String, Error> {
        let call = self.iam.get_role().role_name(name).send().await;
        let found = call.map_err(|error| failed(error, format!("look at the role {name}")))?;
        Ok(found.role.map(|role| role.arn).unwrap_or_default())
    }

    /// What the policies of the user or role `source` allow, action by action.
    pub(crate) async fn simulate(
        &self,
        source: &str,
        requests: &[Request],
    ) -> Result<Vec<(String, Decision)>, Error> {
        let answers = stream::iter(requests).map(|request| self.simulate_one(source, request));
        let answers: Vec<_> = answers.buffered(CONCURRENT_CALLS).try_collect().await?;
        Ok(answers.concat())
    }

    async fn simulate_one(
        &self,
        source: &str,
        request: &Request,
    ) -> Result<Vec<(String, Decision)>, Error> {
        let call = self.iam.simulate_principal_policy().policy_source_arn(source);
        let actions = request.actions.iter().map(|&action| action.to_owned()).collect();
        let call = call.set_action_names(Some(actions)).resource_arns(&request.resource);
        let answer = call.set_context_entries(Some(self.context())).send().await;
        let answer = answer.map_err(|error| failed(error, "simulate your rights"))?;
        let results = answer.evaluation_results.unwrap_or_default().into_iter();
        Ok(results
            .map(|result| {
                let in_organization = result.organizations_decision_detail.as_ref();
                let allowed = result.eval_decision == PolicyEvaluationDecisionType::Allowed
                    && in_organization.is_none_or(|it| it.allowed_by_organizations);
                let decision = match (allowed, lacks_context(&result)) {
                    (true, _) => Decision::Allowed,
                    (false, true) => Decision::Undecided,
                    (false, false) => Decision::Denied,
                };
                (result.eval_action_name, decision)
            })
            .collect())
    }

    /// The condition keys of the policy LoopMakers (infra/bootstrap.yaml), as they are on a loop of
    /// this account.
    fn context(&self) -> Vec<ContextEntry> {
        let Self { partition, region, account, .. } = self;
        let stack = format!("arn:{partition}:cloudformation:{region}:{account}:stack/lilo-loop/0");
        let entry = |key: &str, kind, value: &str| {
            let entry = ContextEntry::builder().context_key_name(key).context_key_type(kind);
            entry.context_key_values(value).build()
        };
        vec![
            entry("aws:ResourceTag/lilo:stack-id", ContextKeyTypeEnum::String, &stack),
            entry("aws:CalledVia", ContextKeyTypeEnum::StringList, "cloudformation.amazonaws.com"),
            entry("aws:RequestedRegion", ContextKeyTypeEnum::String, &self.region),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_is_read_from_the_callers_arn() {
        for (arn, expected) in [
            ("arn:aws:iam::111122223333:root", Subject::Root),
            (
                "arn:aws:iam::111122223333:user/people/ann",
                Subject::User("arn:aws:iam::111122223333:user/people/ann".into()),
            ),
            (
                "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0f/ann",
                Subject::Role("AWSReservedSSO_Admin_0f".into()),
            ),
            ("arn:aws:sts::111122223333:federated-user/ann", Subject::Other),
            ("", Subject::Other),
        ] {
            let caller = Caller { account: "111122223333".into(), arn: arn.into() };
            assert_eq!(Subject::of(&caller), expected, "{arn}");
        }
    }
}

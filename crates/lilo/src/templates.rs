//! The two templates, as they are deployed on AWS.

use std::collections::BTreeMap;

use lilo_local_cloud::cloudformation::template::{PseudoParameters, Template};

use crate::Error;

/// Once per account and region.
pub(crate) const BOOTSTRAP: &str = include_str!("../../../infra/bootstrap.yaml");
/// One per live loop.
pub(crate) const LOOP: &str = include_str!("../../../infra/loop.yaml");

/// Names and values of parameters, as a person would type them in the console.
pub(crate) type Given = BTreeMap<String, String>;

/// What was typed as `--param`, each name once, and none of those that `options` set.
pub(crate) fn typed(
    parameters: &[(String, String)],
    options: &[(&'static str, &'static str)],
) -> Result<Given, Error> {
    let mut given = Given::new();
    for (name, value) in parameters {
        if let Some(&(name, option)) = options.iter().find(|(known, _)| known == name) {
            return Err(Error::OptionsParameter { name, option });
        }
        if given.insert(name.clone(), value.clone()).is_some() {
            return Err(Error::RepeatedParameter(name.clone()));
        }
    }
    Ok(given)
}

/// Checks the parameters of a stack by its template, before AWS is asked.
pub(crate) fn check(template: &Template, given: &Given) -> Result<(), Error> {
    // No rule or condition of the two asks where they are.
    let nowhere = PseudoParameters {
        stack_name: String::new(),
        stack_id: String::new(),
        region: String::new(),
        account: String::new(),
    };
    Ok(template.check(given, &nowhere)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_templates_go_with_the_order_without_lying_in_a_bucket() {
        // CloudFormation user guide, "Quotas": TemplateBody.
        for template in [BOOTSTRAP, LOOP] {
            assert!(template.len() <= 51_200, "{}", template.len());
        }
    }
}

//! The two templates that AWS gets.

use std::collections::BTreeMap;

use lilo_local_cloud::cloudformation::template::{PseudoParameters, Template};

use crate::Error;

/// Once per account and region.
pub(crate) const BOOTSTRAP: &str = include_str!("../../../infra/bootstrap.yaml");
/// One per live loop.
pub(crate) const LOOP: &str = include_str!("../../../infra/loop.yaml");

/// Given parameters by name.
pub(crate) type Given = BTreeMap<String, String>;

/// Parses the `--param` options; refuses repeated names, and those that have their own option.
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

/// Checks a stack's parameters against its template, before any call to AWS.
pub(crate) fn check(template: &Template, given: &Given) -> Result<(), Error> {
    // The templates' rules and conditions do not use these.
    Ok(template.check(given, &PseudoParameters::default())?)
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

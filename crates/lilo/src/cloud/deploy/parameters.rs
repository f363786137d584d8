//! The old and new values of a stack's parameters, for a dry run.

use lilo_local_cloud::cloudformation::template::Template;
use serde::Serialize;

use crate::aws::stack::{Readiness, Stack};
use crate::templates::Given;
use crate::ui::screen::Screen;

/// In the place of a value that CloudFormation does not show either (NoEcho).
const HIDDEN: &str = "(hidden)";

/// A parameter before and after the deployment.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Difference<'a> {
    stack_name: &'a str,
    parameter_key: &'a str,
    /// `None` for a parameter that the stack does not have.
    old_value: Option<&'a str>,
    /// `None` for a parameter that the stack loses.
    new_value: Option<&'a str>,
    #[serde(skip)]
    changes: bool,
}

/// Prints the parameters that change, and counts the others; the screen's `verbose` shows all.
pub(super) fn print(
    name: &str,
    stack: Option<&Stack>,
    template: &Template,
    given: &Given,
    screen: &mut Screen,
) {
    let stack = stack.filter(|stack| stack.readiness() != Readiness::InReview);
    let all = compare(name, stack, template, given);
    let is_shown = |it: &&Difference<'_>| it.changes || screen.verbose;
    let shown: Vec<_> = all.iter().filter(is_shown).collect();
    let width = shown.iter().map(|it| it.parameter_key.len()).max().unwrap_or_default();
    for parameter in &shown {
        screen.put("parameter", parameter, || Some(parameter.row(width)));
    }
    let others = all.len() - shown.len();
    if others > 0 {
        let have = if stack.is_some() { "keep their values" } else { "have their defaults" };
        screen.remark(&format!("{others} other parameters of the stack {name} {have}"));
    }
}

fn compare<'a>(
    name: &'a str,
    stack: Option<&'a Stack>,
    template: &'a Template,
    given: &'a Given,
) -> Vec<Difference<'a>> {
    let of_stack = |key: &str| stack?.parameters.get(key).map(String::as_str);
    let declared = template.parameters().map(|key| {
        let (old, typed) = (of_stack(key), given.get(key).map(String::as_str));
        let new = typed.or(old).or_else(|| template.default(key));
        // Of what cannot be seen, only that it is given is known.
        let hidden = template.hides(key);
        let changes =
            typed.is_some() && hidden || new != old && (typed.is_some() || stack.is_some());
        let shown = |value: Option<&'a str>| value.map(|it| if hidden { HIDDEN } else { it });
        (key, shown(old), shown(new), changes)
    });
    let names: Vec<_> = template.parameters().collect();
    let lost = stack.into_iter().flat_map(|stack| &stack.parameters);
    let lost = lost.filter(|(key, _)| !names.contains(&key.as_str()));
    let lost = lost.map(|(key, old)| (key.as_str(), Some(old.as_str()), None, true));
    let all = declared.chain(lost);
    all.map(|(parameter_key, old_value, new_value, changes)| Difference {
        stack_name: name,
        parameter_key,
        old_value,
        new_value,
        changes,
    })
    .collect()
}

impl Difference<'_> {
    fn row(&self, width: usize) -> String {
        let value = |value: Option<&str>| match value {
            None => "(none)".to_owned(),
            Some("") => "(empty)".to_owned(),
            Some(value) => value.to_owned(),
        };
        let (old, new) = (value(self.old_value), value(self.new_value));
        format!("  {} {:<width$} {old} -> {new}", self.stack_name, self.parameter_key)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::types::{self, StackStatus};

    use super::*;

    const TEMPLATE: &str = "
Parameters:
  Key: { Type: String, NoEcho: true }
  Kept: { Type: String, Default: a }
  New: { Type: Number, Default: 1 }
  Rate: { Type: String, Default: '' }
Resources:
  Q: { Type: AWS::SQS::Queue }
";

    fn rows(stack: Option<&Stack>, given: &[(&str, &str)]) -> Vec<String> {
        let given = given.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let (template, given) = (Template::parse(TEMPLATE).unwrap(), given.collect());
        let all = compare("it", stack, &template, &given);
        all.iter().filter(|it| it.changes).map(|it| it.row(4)).collect()
    }

    fn stack(parameters: &[(&str, &str)]) -> Stack {
        let pair = |(key, value): &(&str, &str)| {
            types::Parameter::builder().parameter_key(*key).parameter_value(*value).build()
        };
        let parameters = parameters.iter().map(pair).collect();
        let stack = types::Stack::builder()
            .stack_name("it")
            .stack_status(StackStatus::CreateComplete)
            .set_parameters(Some(parameters));
        Stack::from(stack.build())
    }

    #[test]
    fn changed_new_and_lost_parameters_have_old_and_new_values() {
        let old = [("Gone", "x"), ("Kept", "b"), ("Key", "****"), ("Rate", "CBR")];
        let rows = rows(Some(&stack(&old)), &[("Rate", ""), ("Kept", "b")]);
        assert_eq!(
            rows,
            ["  it New  (none) -> 1", "  it Rate CBR -> (empty)", "  it Gone x -> (none)"]
        );
    }

    #[test]
    fn a_secret_is_hidden_before_and_after() {
        let given = [("Key", "new secret")];
        let old = stack(&[("Key", "secret"), ("Kept", "a"), ("New", "1"), ("Rate", "")]);
        assert_eq!(rows(Some(&old), &given), ["  it Key  (hidden) -> (hidden)"]);
        assert_eq!(rows(None, &given), ["  it Key  (none) -> (hidden)"]);
    }
}

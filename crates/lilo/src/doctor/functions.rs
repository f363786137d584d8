//! Looks at the three functions.
//!
//! It does not invoke them. An event that they do not know is an error, which would set off their
//! alarms; one that they know has them act.

use aws_sdk_lambda::types::{LastUpdateStatus, State};

use super::finding::Finding;
use crate::Error;
use crate::aws::Aws;
use crate::aws::function::FunctionStatus;
use crate::aws::stack::Readiness;

const CHECK: &str = "functions";
/// Their names in infra/bootstrap.yaml.
const FUNCTIONS: [&str; 3] = ["lilo-input", "lilo-channel", "lilo-starter"];

/// Each function's name and status.
pub(super) type Seen = Vec<(&'static str, Option<FunctionStatus>)>;

pub(super) async fn look(aws: &Aws) -> Result<Seen, Error> {
    let [one, two, three] =
        FUNCTIONS.map(|name| async move { aws.function(name).await.map(|status| (name, status)) });
    let (one, two, three) = tokio::try_join!(one, two, three)?;
    Ok(vec![one, two, three])
}

/// What is known of the bootstrap stack.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bootstrap {
    /// The stacks could not be listed.
    Unknown,
    Missing,
    There(Readiness),
}

pub(super) fn judge(seen: Result<Seen, Error>, bootstrap: Bootstrap) -> Vec<Finding> {
    let seen = match seen {
        Ok(seen) => seen,
        Err(error) => return vec![Finding::unseen(CHECK, &error)],
    };
    let mut present = seen.iter().filter(|(_, status)| status.is_some()).map(|(name, _)| *name);
    match (bootstrap, present.next()) {
        (Bootstrap::Missing, None) => {
            return vec![Finding::not_checked(CHECK, "they come with the bootstrap stack")];
        }
        (Bootstrap::Missing, Some(name)) => {
            let text = format!(
                "the function {name} is of no bootstrap stack; delete it, or a bootstrap stack cannot be created"
            );
            return vec![Finding::to_do(CHECK, text)];
        }
        (Bootstrap::There(Readiness::Ready) | Bootstrap::Unknown, _) => {}
        (Bootstrap::There(_), _) => {
            return vec![Finding::not_checked(CHECK, "the bootstrap stack is not ready")];
        }
    }
    let faults: Vec<_> = seen.iter().filter_map(|(name, it)| fault(name, it.as_ref())).collect();
    if faults.is_empty() {
        let text = format!("Lambda can invoke {}", FUNCTIONS.join(", "));
        return vec![Finding::ok(CHECK, text)];
    }
    faults.into_iter().map(|text| Finding::to_do(CHECK, text)).collect()
}

fn fault(name: &str, status: Option<&FunctionStatus>) -> Option<String> {
    let Some(status) = status else {
        return Some(format!(
            "there is no function {name}; while the bootstrap stack exists, `lilo deploy` does not make \
             it again: make one of this name with the role and the settings of infra/bootstrap.yaml, \
             then run `make deploy-code FUNCTION={name}`"
        ));
    };
    let (state, update) = (&status.state, &status.last_update);
    // Lambda makes an inactive function ready again when it is invoked.
    let can_be_invoked = matches!(state, State::Active | State::Inactive);
    if can_be_invoked && matches!(update, LastUpdateStatus::Successful) {
        return None;
    }
    let what_to_do =
        if matches!(state, State::Pending) || matches!(update, LastUpdateStatus::InProgress) {
            "look again in a minute".to_owned()
        } else {
            format!("deploy its code again with `make deploy-code FUNCTION={name}`")
        };
    let reasons = match status.reasons.join("; ") {
        reasons if reasons.is_empty() => String::new(),
        reasons => format!(" ({reasons})"),
    };
    let (state, update) = (state.as_str(), update.as_str());
    Some(format!("{name} is {state}, its last update {update}{reasons}; {what_to_do}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict;

    fn seen(state: &str, update: &str) -> Seen {
        let status = FunctionStatus {
            state: State::from(state),
            last_update: LastUpdateStatus::from(update),
            reasons: vec!["its image is gone".to_owned()],
        };
        vec![("lilo-input", Some(status))]
    }

    #[test]
    fn a_function_is_ok_if_lambda_can_invoke_it() {
        for (state, update, verdict, words) in [
            ("Active", "Successful", Verdict::Ok, "lilo-input"),
            ("Inactive", "Successful", Verdict::Ok, "lilo-input"),
            ("Pending", "Successful", Verdict::ToDo, "look again"),
            ("Active", "InProgress", Verdict::ToDo, "look again"),
            ("Active", "Failed", Verdict::ToDo, "make deploy-code FUNCTION=lilo-input"),
            ("Failed", "Successful", Verdict::ToDo, "its image is gone"),
            ("Deactivated", "Successful", Verdict::ToDo, "lilo-input is Deactivated"),
        ] {
            let found = judge(Ok(seen(state, update)), Bootstrap::There(Readiness::Ready));
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].verdict, verdict, "{state} {update}");
            assert!(found[0].text.contains(words), "{found:?}");
        }
    }

    #[test]
    fn missing_functions_matter_once_there_is_a_bootstrap() {
        for (bootstrap, verdict) in [
            (Bootstrap::There(Readiness::Ready), Verdict::ToDo),
            (Bootstrap::There(Readiness::Busy), Verdict::NotChecked),
            (Bootstrap::There(Readiness::DeleteOnly), Verdict::NotChecked),
            (Bootstrap::Missing, Verdict::NotChecked),
            (Bootstrap::Unknown, Verdict::ToDo),
        ] {
            let found = judge(Ok(vec![("lilo-input", None)]), bootstrap);
            assert_eq!(found[0].verdict, verdict, "{bootstrap:?}");
        }
    }

    #[test]
    fn a_function_without_a_bootstrap_is_in_its_way() {
        let found = judge(Ok(seen("Active", "Successful")), Bootstrap::Missing);
        assert_eq!(found[0].verdict, Verdict::ToDo);
        assert!(found[0].text.contains("delete it"), "{found:?}");
    }
}

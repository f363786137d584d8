//! What the caller may do, as IAM's policy simulator says.

mod needed;

use std::collections::BTreeSet;

use super::finding::Finding;
use crate::Error;
use crate::aws::inventory::Inventory;
use crate::aws::rights::{Decision, Request, Subject};
use crate::aws::{Aws, Caller};
use needed::{OF_BOOTSTRAP, OF_LOOPS, Table};

const LOOPS: &str = "rights: loops";
const BOOTSTRAP: &str = "rights: bootstrap";
/// The number of actions that a line names.
const SHOWN: usize = 6;

/// The simulator's answers, for loops and for the bootstrap.
#[derive(Debug)]
pub(super) enum Seen {
    /// The root user may do everything.
    Root,
    /// The simulator cannot be asked; the text says why.
    Unknown(String),
    Simulated {
        loops: Vec<(String, Decision)>,
        bootstrap: Vec<(String, Decision)>,
    },
}

/// The caller is missing if STS did not say who it is, the inventory if it could not be taken.
pub(super) async fn look(
    aws: &Aws,
    caller: Option<&Caller>,
    inventory: Option<&Inventory>,
) -> Result<Seen, Error> {
    let Some(caller) = caller else {
        return Ok(Seen::Unknown("AWS did not say whose the credentials are".to_owned()));
    };
    let source = match Subject::of(caller) {
        Subject::Root => return Ok(Seen::Root),
        Subject::Other => {
            let text = format!("IAM simulates only users and roles; this is {}", caller.arn);
            return Ok(Seen::Unknown(text));
        }
        Subject::User(arn) => arn,
        Subject::Role(name) => aws.role_arn(&name).await?,
    };
    let names = Names::of(aws, inventory);
    let requests = |table: Table| {
        let requests = table.iter();
        requests.map(|&(resource, actions)| names.request(resource, actions)).collect::<Vec<_>>()
    };
    let (loops, bootstrap) = (requests(OF_LOOPS), requests(OF_BOOTSTRAP));
    let (loops, bootstrap) =
        tokio::try_join!(aws.simulate(&source, &loops), aws.simulate(&source, &bootstrap))?;
    Ok(Seen::Simulated { loops, bootstrap })
}

/// What the words in a table's resources stand for.
#[derive(Debug)]
struct Names<'a> {
    aws: &'a Aws,
    loop_name: &'a str,
    bucket: String,
}

impl<'a> Names<'a> {
    fn of(aws: &'a Aws, inventory: Option<&'a Inventory>) -> Self {
        let bootstrap = inventory.and_then(Inventory::working_bootstrap);
        let prefix = bootstrap.map(|stack| stack.parameter("LoopMakersPrefix"));
        let bucket = inventory.map(|it| it.own_bucket(None, aws));
        Self {
            aws,
            loop_name: prefix.filter(|it| !it.is_empty()).unwrap_or("lilo-loop"),
            bucket: bucket.unwrap_or_else(|| aws.default_bucket()),
        }
    }

    fn request(&self, resource: &str, actions: &'static [&'static str]) -> Request {
        let resource = match resource {
            "*" => "*".to_owned(),
            resource => {
                let resource = resource
                    .replace("REGION", &self.aws.region)
                    .replace("ACCOUNT", &self.aws.account)
                    .replace("LOOP", self.loop_name)
                    .replace("BUCKET", &self.bucket);
                format!("arn:{}:{resource}", self.aws.partition)
            }
        };
        Request { resource, actions }
    }
}

/// `bootstrap_fits` says that nobody has to change the bootstrap stack now.
pub(super) fn judge(seen: Result<Seen, Error>, bootstrap_fits: bool) -> [Finding; 2] {
    let not_checked = |text: &str| [LOOPS, BOOTSTRAP].map(|it| Finding::not_checked(it, text));
    match seen {
        Ok(Seen::Root) => {
            let text = "the root user may do everything; AWS advises to use another";
            [LOOPS, BOOTSTRAP].map(|check| Finding::ok(check, text))
        }
        Ok(Seen::Unknown(text)) => not_checked(&text),
        // Without iam:SimulatePrincipalPolicy or iam:GetRole LILO works all the same.
        Err(error) => not_checked(&error.line()),
        Ok(Seen::Simulated { loops, bootstrap }) => {
            [of_loops(&loops), of_bootstrap(&bootstrap, bootstrap_fits)]
        }
    }
}

fn of_loops(decisions: &[(String, Decision)]) -> Finding {
    let denied = actions(decisions, Decision::Denied);
    if denied.is_empty() {
        return undenied(LOOPS, decisions);
    }
    let text = format!(
        "not allowed: {}; ask for these permissions, or for the policy LoopMakersPolicyArn, an \
         output of the bootstrap stack",
        some_of(&denied)
    );
    Finding::to_do(LOOPS, text).with_items(denied)
}

fn of_bootstrap(decisions: &[(String, Decision)], bootstrap_fits: bool) -> Finding {
    let denied = actions(decisions, Decision::Denied);
    if denied.is_empty() {
        return undenied(BOOTSTRAP, decisions);
    }
    let list = some_of(&denied);
    let finding = if bootstrap_fits {
        Finding::ok(BOOTSTRAP, format!("not allowed, and not needed now: {list}"))
    } else {
        let text = format!(
            "not allowed: {list}; ask for these permissions, or let somebody who has them run \
             `lilo deploy --bootstrap-only`"
        );
        Finding::to_do(BOOTSTRAP, text)
    };
    finding.with_items(denied)
}

/// Nothing is denied; something may be undecided.
fn undenied(check: &'static str, decisions: &[(String, Decision)]) -> Finding {
    let undecided = actions(decisions, Decision::Undecided);
    if undecided.is_empty() {
        let count = actions(decisions, Decision::Allowed).len();
        return Finding::ok(check, format!("all {count} actions are allowed"));
    }
    let text = format!("conditions in your policies decide about {}", some_of(&undecided));
    Finding::not_checked(check, text).with_items(undecided)
}

/// The actions with this decision, each once.
fn actions(decisions: &[(String, Decision)], wanted: Decision) -> Vec<String> {
    let found = decisions.iter().filter(|(_, it)| *it == wanted).map(|(action, _)| action.clone());
    found.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The first actions, and the number of the others.
fn some_of(actions: &[String]) -> String {
    match actions.split_at_checked(SHOWN) {
        Some((first, others)) if !others.is_empty() => {
            let count = others.len();
            format!("{} and {count} more (--output json lists them)", first.join(", "))
        }
        Some(_) | None => actions.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict;

    #[test]
    fn only_a_missing_right_that_is_needed_now_is_to_do() {
        use Decision::{Allowed, Denied, Undecided};
        for (loops, bootstrap, fits, expected) in [
            (Allowed, Allowed, false, [Verdict::Ok, Verdict::Ok]),
            (Denied, Denied, false, [Verdict::ToDo, Verdict::ToDo]),
            (Allowed, Denied, true, [Verdict::Ok, Verdict::Ok]),
            (Undecided, Undecided, false, [Verdict::NotChecked, Verdict::NotChecked]),
        ] {
            let one = |decision| vec![("s3:PutObject".to_owned(), decision)];
            let seen = Seen::Simulated { loops: one(loops), bootstrap: one(bootstrap) };
            let found = judge(Ok(seen), fits);
            let verdicts: Vec<_> = found.iter().map(|it| it.verdict).collect();
            assert_eq!(verdicts, expected, "{found:?}");
        }
    }
}

//! Least privilege: what the functions really call is allowed, nothing else is granted, and what is
//! not LILO's is out of reach.
//!
//! The calls come from the emulator's record and the wire, the policies from infra/bootstrap.yaml,
//! and the judgement from an IAM simulator (`tests/rights/iam`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod asked;
mod bootstrap;
mod forbidden;
mod judge;
mod lifecycles;
mod mutants;
mod people;
mod services;
mod sizes;
mod tag_conditions;

use asked::Asked;
use bootstrap::Bootstrap;
use judge::{Trial, judge, judged_otherwise};
use mutants::Mutant;
use serde_json::{Value, json};

/// The template, and every call of all lifecycles.
async fn observed() -> (Bootstrap, Asked) {
    let bootstrap = Bootstrap::evaluate();
    let clouds = lifecycles::all(bootstrap.arn("MediaLiveAccessRole")).await;
    let asked = asked::in_clouds(&clouds, &bootstrap);
    (bootstrap, asked)
}

/// The changes to a trial's policies that make no difference: every call they could is still judged
/// as it `should_be`.
fn without_effect(
    trial: &Trial,
    mutate: fn(&Value) -> Vec<Mutant>,
    should_be: bool,
) -> Vec<String> {
    let mutated = |(index, policy): (usize, &Value)| {
        let mutants = mutate(policy).into_iter();
        mutants.map(move |mutant| {
            let trial = Trial { until: Some(!should_be), ..affected(trial, index, &mutant) };
            (trial, mutant.change)
        })
    };
    let policies = trial.identity_policies.iter().enumerate();
    let (trials, changes): (Vec<_>, Vec<_>) = policies.flat_map(mutated).unzip();
    let judged = changes.into_iter().zip(judge(&trials));
    judged
        .filter(|(_, allowed)| allowed.iter().all(|allowed| *allowed == should_be))
        .map(|(change, _)| change)
        .collect()
}

/// The trial with a mutant in the place of a policy, and those of its calls that this can make a
/// difference to.
fn affected(trial: &Trial, index: usize, mutant: &Mutant) -> Trial {
    let mut trial = trial.clone();
    trial.identity_policies[index] = mutant.policy.clone();
    trial.calls.retain(|call| mutant.actions.contains(&json!(call.action)));
    trial
}

#[tokio::test(start_paused = true)]
async fn every_call_of_every_lifecycle_is_allowed_to_its_function() {
    let (bootstrap, asked) = observed().await;

    for (function, calls) in asked {
        assert!(calls.len() > 10, "{function} called only {calls:?}");
        let trial = bootstrap.by_role(bootstrap.role_of(function), calls.into_iter().collect());
        assert_eq!(judged_otherwise(&trial, true), [], "{function} is denied what it calls");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_granted_that_no_lifecycle_needs() {
    let (bootstrap, asked) = observed().await;

    for (function, calls) in asked {
        let trial = bootstrap.by_role(bootstrap.role_of(function), calls.into_iter().collect());
        let unused = without_effect(&trial, mutants::narrower, true);
        assert_eq!(unused, [""; 0], "{function} needs none of this");
    }
}

#[tokio::test(start_paused = true)]
async fn roles_deny_foreign_resources_and_every_condition_is_needed() {
    let (bootstrap, asked) = observed().await;

    for (function, calls) in asked {
        let forbidden = forbidden::neighbours(&calls).into_iter().collect();
        let trial = bootstrap.by_role(bootstrap.role_of(function), forbidden);
        assert_eq!(judged_otherwise(&trial, false), [], "{function} is allowed too much");
        let idle = without_effect(&trial, mutants::wider, false);
        assert_eq!(idle, [""; 0], "nothing shows what this keeps {function} from");
    }
}

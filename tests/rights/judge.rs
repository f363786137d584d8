//! The judge: which calls AWS would allow under which policies, as `tests/rights/iam/judge.mjs`
//! says.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Serialize;
use serde_json::Value;

/// One call to AWS, with what AWS knows about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Call {
    /// As policies name it, `medialive:StartChannel`.
    pub(crate) action: String,
    /// An ARN, or `*` where the action knows no resource.
    pub(crate) resource: String,
    /// Condition keys and their values.
    pub(crate) context: BTreeMap<String, Vec<String>>,
}

impl Call {
    pub(crate) fn new(action: &str, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), context: BTreeMap::new() }
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.context.insert(key.into(), vec![value.into()]);
        self
    }
}

/// Somebody with policies, and the calls to judge.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Trial {
    /// The ARN of a role or user, or a service.
    pub(crate) principal: String,
    /// The account of the resources.
    pub(crate) account: String,
    pub(crate) identity_policies: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resource_policy: Option<Value>,
    pub(crate) calls: Vec<Call>,
    /// The verdict after which nothing more is of interest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<bool>,
}

/// For each trial, whether each of its calls is allowed, as far as it is of interest.
pub(crate) fn judge(trials: &[Trial]) -> Vec<Vec<bool>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rights/iam");
    assert!(folder.join("node_modules").exists(), "the judge is missing; run `make judge` first");
    let mut node = Command::new("node")
        .arg("judge.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`make judge` installs node");
    let mut stdin = node.stdin.take().unwrap();
    stdin.write_all(&serde_json::to_vec(trials).unwrap()).unwrap();
    drop(stdin);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "the judge failed; it said why above");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The calls of a trial that are not judged as they should be.
pub(crate) fn judged_otherwise(trial: &Trial, should_be: bool) -> Vec<Call> {
    let verdicts = judge(std::slice::from_ref(trial)).remove(0);
    let judged = trial.calls.iter().zip(verdicts);
    judged.filter(|(_, allowed)| *allowed != should_be).map(|(call, _)| call.clone()).collect()
}

//! How the functions are packaged and deployed, as far as it is written down in two places.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use lilo_tests::programs::root;
use serde_json::Value;
use tempfile::TempDir;

/// What `cargo lambda deploy` sets on this function.
fn deployed(function: &str) -> Value {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == function).unwrap();
    package["metadata"]["lambda"]["deploy"].clone()
}

/// What the template says of this function.
fn declared(function: &str, property: &str) -> String {
    let template = fs::read_to_string(root().join("infra/bootstrap.yaml")).unwrap();
    let (_, rest) = template.split_once(&format!("FunctionName: {function}\n")).unwrap();
    let (_, rest) = rest.split_once(&format!("\n      {property}: ")).unwrap();
    rest.lines().next().unwrap().to_owned()
}

#[test]
fn cargo_lambda_deploys_with_what_the_template_says() {
    for function in ["lilo-input", "lilo-channel", "lilo-starter"] {
        let deployed = deployed(function);
        assert_eq!(deployed["memory"].to_string(), declared(function, "MemorySize"), "{function}");
        assert_eq!(deployed["timeout"].to_string(), declared(function, "Timeout"), "{function}");
        assert_eq!(deployed["runtime"], declared(function, "Runtime"), "{function}");
        assert_eq!(deployed["merge_env"], true, "{function}");
    }
}

/// Left out, cargo-lambda sets it to `abort`, and a function that panics would not answer any more.
#[test]
fn panics_unwind_in_a_packaged_function() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, release) = manifest.split_once("[profile.release]\n").unwrap();
    let release = release.split("\n[").next().unwrap();
    assert!(release.lines().any(|line| line == r#"panic = "unwind""#), "{release}");
}

/// Stands for the AWS CLI and for cargo: writes down how it was called, and under which profile.
const STAND_IN: &str = r#"#!/bin/sh
echo "${0##*/} $* as ${AWS_DEFAULT_PROFILE-}${AWS_PROFILE-}" >>"$CALLS"
case "$*" in
*get-function-configuration*) echo x86_64 ;;
"configure get region") [ -n "$CONFIGURED" ] && echo "$CONFIGURED" ;;
esac
"#;

/// Runs tools/deploy-code.sh for lilo-input under these variables. Says what it called, a line
/// each, and what came of it.
fn deploy_code(variables: &[(&str, &str)]) -> (String, Output) {
    let scratch = TempDir::new().unwrap();
    let (bin, packages) = (scratch.path().join("bin"), scratch.path().join("packages"));
    let calls = scratch.path().join("calls");
    for folder in [&bin, &packages] {
        fs::create_dir(folder).unwrap();
    }
    for program in ["aws", "cargo"].map(|name| bin.join(name)) {
        fs::write(&program, STAND_IN).unwrap();
        fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::write(packages.join("architecture"), "x86_64\n").unwrap();
    let binary = packages.join("bootstrap");
    fs::write(&binary, "code").unwrap();
    let mut zip = Command::new("python3");
    zip.arg(root().join("tools/zip.py")).arg(binary).arg(packages.join("lilo-input.zip"));
    assert!(zip.status().unwrap().success());

    let mut tool = Command::new(root().join("tools/deploy-code.sh"));
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        tool.env_remove(name);
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    tool.arg(&packages).arg("lilo-input").env("PATH", path).env("CALLS", &calls);
    let output = tool.envs(variables.iter().copied()).output().unwrap();
    (fs::read_to_string(calls).unwrap_or_default(), output)
}

/// The AWS CLI and cargo-lambda read other variables for it, or the same in another order.
#[test]
fn code_is_deployed_to_the_inspected_region_and_account() {
    let [first, second] = [("AWS_REGION", "eu-west-1"), ("AWS_DEFAULT_REGION", "us-east-1")];
    let configured = ("CONFIGURED", "us-west-2");
    for (set, region) in [
        (vec![first, second, configured], "eu-west-1"),
        (vec![second, configured], "us-east-1"),
        (vec![configured], "us-west-2"),
    ] {
        let (calls, output) = deploy_code(&set);
        assert!(output.status.success(), "{output:?}");
        let (looked, deployed) = (
            "aws lambda get-function-configuration --function-name lilo-input",
            "cargo lambda deploy lilo-input",
        );
        for call in [looked, deployed, "aws lambda wait function-updated"] {
            let call = calls.lines().find(|line| line.starts_with(call)).unwrap();
            assert!(call.contains(&format!("--region {region}")), "{set:?}: {call}");
        }
    }

    let (calls, _) = deploy_code(&[("AWS_PROFILE", "one"), ("AWS_DEFAULT_PROFILE", "two"), first]);
    let profiles: Vec<_> = calls.lines().map(|line| line.split_once(" as ").unwrap().1).collect();
    assert_eq!(profiles, ["one"; 3], "{calls}");
}

#[test]
fn code_is_deployed_nowhere_without_a_region() {
    let (calls, output) = deploy_code(&[]);

    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.starts_with("lilo: there is no region"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(calls.lines().collect::<Vec<_>>(), ["aws configure get region as "]);
}

/// Package, version and features of everything that this selection of packages builds.
fn built(selection: &[&str]) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--prefix", "none"])
        .args(selection)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let lines = String::from_utf8(tree.stdout).unwrap();
    lines.lines().map(|line| line.trim_end_matches(" (*)").trim().to_owned()).collect()
}

#[test]
fn cargo_run_and_cargo_test_share_one_build_of_the_sdk() {
    let sdk = built(&["--edges", "normal", "--package", "aws-sdk-medialive", "--format", "{p}"]);
    let run = built(&["--format", "{p} {f}", "--edges", "normal", "--package", "lilo"]);
    let test = built(&["--format", "{p} {f}", "--edges", "normal,dev", "--workspace"]);

    let in_sdk = |line: &&String| sdk.iter().any(|it| line.starts_with(it.as_str()));
    let differ: Vec<_> = run.difference(&test).filter(in_sdk).collect();

    assert!(sdk.len() > 50, "{sdk:?}");
    assert_eq!(differ, [""; 0], "the SDK would be compiled twice, which takes minutes");
}

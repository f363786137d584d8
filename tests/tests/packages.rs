//! How the functions are packaged and deployed, as far as it is written down in two places.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

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

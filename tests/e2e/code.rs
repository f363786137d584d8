//! New code, by `cargo lambda deploy` (`make deploy-code`).

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use serde_json::Value;

use crate::harness::{Account, FUNCTIONS, Picture, architecture, packages, root};

/// What new code leaves as it is.
const KEPT: [&str; 9] = [
    "Architectures",
    "Description",
    "Environment",
    "Handler",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
];

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn new_code_keeps_function_settings_and_manages_a_running_loop() {
    let account = Account::new(Picture::Left);
    let bootstrap = account.bootstrap();
    let made = account.make_loop("loop");
    let channel = account.physical_id(&made.stack, "Channel");
    account.medialive.wait_for(&channel, "RUNNING");
    let set = ["lambda", "update-function-configuration", "--function-name", "lilo-starter"];
    account.aws(&[&set[..], &["--environment", "Variables={SET=BEFORE}"]].concat());
    let before = FUNCTIONS.map(|name| configuration(&account, name));
    let permitted = permissions(&account);

    let deployed = deploy(&account, &other_code(&account), &FUNCTIONS);
    let said = String::from_utf8_lossy(&deployed.stderr);
    assert!(deployed.status.success(), "{said}");

    for (name, before) in FUNCTIONS.iter().zip(before) {
        let after = configuration(&account, name);
        assert_ne!(after["CodeSha256"], before["CodeSha256"], "{name}");
        for field in KEPT {
            assert_eq!(after[field], before[field], "{name}: {field}");
        }
    }
    assert_eq!(permissions(&account), permitted);
    assert_eq!(account.update(&made.stack, &[("AudioLanguage", "deu")]), "UPDATE_COMPLETE");
    account.medialive.wait_for(&channel, "RUNNING");
    assert_eq!(account.delete_stack(&made.stack), "DELETE_COMPLETE");
    assert_eq!(account.delete_stack(&bootstrap), "DELETE_COMPLETE");
    account.assert_nothing_is_left();
}

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn code_deploy_requires_its_function_and_architecture() {
    let account = Account::new(Picture::Left);

    let refused = deploy(&account, &packages(), &["lilo-input"]);
    assert_refused(&refused, "there is no function lilo-input in this account and region");
    assert_eq!(account.aws(&["lambda", "list-functions"])["Functions"], Value::Array(Vec::new()));

    let other = if architecture() == "arm64" { "x86_64" } else { "arm64" };
    account.bootstrap_for(other);
    let before = FUNCTIONS.map(|name| configuration(&account, name));
    let refused = deploy(&account, &packages(), &FUNCTIONS);
    assert_refused(&refused, &format!("lilo-input runs on {other} and its zip is for"));
    assert_eq!(FUNCTIONS.map(|name| configuration(&account, name)), before);

    let refused = deploy(&account, &packages(), &["lilo-sweeper"]);
    assert_refused(&refused, "lilo-sweeper is none of LILO's functions");
}

fn deploy(account: &Account, packages: &Path, names: &[&str]) -> Output {
    let mut tool = account.command(root().join("tools/deploy-code.sh"));
    // cargo is where the person who runs this has it.
    let cargo = ["HOME", "CARGO_HOME", "RUSTUP_HOME"];
    tool.envs(cargo.into_iter().filter_map(|name| Some((name, env::var_os(name)?))));
    tool.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    // A region without functions, which the AWS CLI by itself prefers to AWS_REGION.
    tool.env("AWS_DEFAULT_REGION", "us-east-1");
    tool.arg(packages).args(names).output().unwrap()
}

fn assert_refused(output: &Output, reason: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(reason), "{said}");
}

fn configuration(account: &Account, name: &str) -> Value {
    account.aws(&["lambda", "get-function-configuration", "--function-name", name])
}

/// Who may invoke the starter.
fn permissions(account: &Account) -> Value {
    account.aws(&["lambda", "get-policy", "--function-name", "lilo-starter"])["Policy"].take()
}

/// The packaged functions, each with a few bytes more at its end, which nothing reads.
fn other_code(account: &Account) -> PathBuf {
    let folder = account.file("other");
    fs::create_dir(&folder).unwrap();
    fs::copy(packages().join("architecture"), folder.join("architecture")).unwrap();
    for name in FUNCTIONS {
        let (zip, binary) = (format!("{name}.zip"), folder.join("bootstrap"));
        let unpack = ["-m", "zipfile", "-e"];
        run(Command::new("python3").args(unpack).arg(packages().join(&zip)).arg(&folder));
        let mut binary_file = fs::OpenOptions::new().append(true).open(&binary).unwrap();
        binary_file.write_all(b"another build").unwrap();
        let pack = root().join("tools/zip.py");
        run(Command::new("python3").arg(pack).arg(&binary).arg(folder.join(zip)));
    }
    folder
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}

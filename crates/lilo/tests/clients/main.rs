//! Other people's clients against `lilo emulator`: the AWS CLI and boto3, as `make clients` installs them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../emulator/mod.rs"]
mod emulator;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use self::emulator::Emulator;

impl Emulator {
    /// `aws medialive …`, which has to succeed; what it printed as JSON.
    fn aws(&self, arguments: &[&str]) -> Value {
        let output = self.client("aws", &[&["medialive"], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "aws medialive {arguments:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    fn client(&self, program: &str, arguments: &[&str]) -> Output {
        let program = venv().join("bin").join(program);
        assert!(program.exists(), "{} is missing; run `make clients` first", program.display());
        Command::new(program)
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "person")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_MAX_ATTEMPTS", "1")
            .output()
            .unwrap()
    }
}

fn venv() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv")
}

/// LILO's channel on this input, as the CLI takes it.
fn channel_on(input: &str) -> String {
    let golden = include_str!("../../../../tests/golden/lilo-reference.json");
    let mut channel = serde_json::from_str::<Value>(golden).unwrap()["channel"].take();
    channel["InputAttachments"][0]["InputId"] = input.into();
    channel["RoleArn"] = "arn:aws:iam::000000000000:role/access".into();
    channel.to_string()
}

#[test]
fn the_aws_cli_takes_a_channel_through_its_life() {
    let emulator = Emulator::start(&[]);
    let sources = json!([{ "Url": "s3ssl://bucket/clip.mp4" }]).to_string();
    let input = emulator.aws(&[
        "create-input",
        "--name",
        "cli",
        "--type",
        "MP4_FILE",
        "--sources",
        &sources,
        "--tags",
        "a=b",
    ]);
    let input = input["Input"]["Id"].as_str().unwrap();
    emulator.aws(&["wait", "input-detached", "--input-id", input]);
    let made = emulator.aws(&["create-channel", "--cli-input-json", &channel_on(input)]);
    let (id, arn) =
        (made["Channel"]["Id"].as_str().unwrap(), made["Channel"]["Arn"].as_str().unwrap());
    let on = |operation| [operation, "--channel-id", id];
    let wait = |waiter| emulator.aws(&["wait", waiter, "--channel-id", id]);

    wait("channel-created");
    emulator.aws(&on("start-channel"));
    wait("channel-running");
    assert_eq!(emulator.aws(&on("describe-channel"))["State"], "RUNNING");
    assert_eq!(emulator.aws(&["list-channels"])["Channels"].as_array().unwrap().len(), 1);

    emulator.aws(&["create-tags", "--resource-arn", arn, "--tags", "Owner=me"]);
    emulator.aws(&["delete-tags", "--resource-arn", arn, "--tag-keys", "StackName"]);
    let tags = emulator.aws(&["list-tags-for-resource", "--resource-arn", arn]);
    assert_eq!(tags["Tags"], json!({ "Owner": "me" }));

    let refused = emulator.client("aws", &["medialive", "delete-channel", "--channel-id", id]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        said.contains("(ConflictException)") && said.contains("has not been stopped"),
        "{said}"
    );

    emulator.aws(&on("stop-channel"));
    wait("channel-stopped");
    let update = ["update-channel", "--channel-id", id, "--name", "renamed", "--role-arn", "arn:x"];
    assert_eq!(emulator.aws(&update)["Channel"]["Name"], "renamed");
    emulator.aws(&on("delete-channel"));
    wait("channel-deleted");
    emulator.aws(&["wait", "input-detached", "--input-id", input]);
    emulator.aws(&["delete-input", "--input-id", input]);
    emulator.aws(&["wait", "input-deleted", "--input-id", input]);
}

#[test]
fn every_channel_and_input_waiter_of_boto3_ends() {
    let emulator = Emulator::start(&[]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/waiters.py");
    // Any valid channel; the script puts its own input in.
    let output = emulator.client("python", &[script, &emulator.url, &channel_on("INPUT")]);

    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("7 waiters"), "{said}");
}

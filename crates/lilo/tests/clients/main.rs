//! Other people's clients against `lilo emulator`: the AWS CLI and boto3, as `make clients`
//! installs them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use lilo_tests::programs::{Emulator, root, venv};
use serde_json::{Value, json};

const LILO: &str = env!("CARGO_BIN_EXE_lilo");

/// `aws medialive …`, which has to succeed; what it printed as JSON.
fn aws(emulator: &Emulator, arguments: &[&str]) -> Value {
    let output = client(emulator, "aws", &[&["medialive"], arguments].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "aws medialive {arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

fn client(emulator: &Emulator, program: &str, arguments: &[&str]) -> Output {
    Command::new(venv("bin").join(program))
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("AWS_ENDPOINT_URL", &emulator.url)
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
    let emulator = Emulator::start(LILO, &[]);
    let sources = json!([{ "Url": "s3ssl://bucket/clip.mp4" }]).to_string();
    let input = aws(
        &emulator,
        &[
            "create-input",
            "--name",
            "cli",
            "--type",
            "MP4_FILE",
            "--sources",
            &sources,
            "--tags",
            "a=b",
        ],
    );
    let input = input["Input"]["Id"].as_str().unwrap();
    aws(&emulator, &["wait", "input-detached", "--input-id", input]);
    let made = aws(&emulator, &["create-channel", "--cli-input-json", &channel_on(input)]);
    let (id, arn) =
        (made["Channel"]["Id"].as_str().unwrap(), made["Channel"]["Arn"].as_str().unwrap());
    let on = |operation| [operation, "--channel-id", id];
    let wait = |waiter| aws(&emulator, &["wait", waiter, "--channel-id", id]);

    wait("channel-created");
    aws(&emulator, &on("start-channel"));
    wait("channel-running");
    assert_eq!(aws(&emulator, &on("describe-channel"))["State"], "RUNNING");
    assert_eq!(aws(&emulator, &["list-channels"])["Channels"].as_array().unwrap().len(), 1);

    aws(&emulator, &["create-tags", "--resource-arn", arn, "--tags", "Owner=me"]);
    aws(&emulator, &["delete-tags", "--resource-arn", arn, "--tag-keys", "StackName"]);
    let tags = aws(&emulator, &["list-tags-for-resource", "--resource-arn", arn]);
    assert_eq!(tags["Tags"], json!({ "Owner": "me" }));

    let refused = client(&emulator, "aws", &["medialive", "delete-channel", "--channel-id", id]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        said.contains("(ConflictException)") && said.contains("has not been stopped"),
        "{said}"
    );

    aws(&emulator, &on("stop-channel"));
    wait("channel-stopped");
    let update = ["update-channel", "--channel-id", id, "--name", "renamed", "--role-arn", "arn:x"];
    assert_eq!(aws(&emulator, &update)["Channel"]["Name"], "renamed");
    aws(&emulator, &on("delete-channel"));
    wait("channel-deleted");
    aws(&emulator, &["wait", "input-detached", "--input-id", input]);
    aws(&emulator, &["delete-input", "--input-id", input]);
    aws(&emulator, &["wait", "input-deleted", "--input-id", input]);
}

#[test]
fn every_channel_and_input_waiter_of_boto3_ends() {
    let emulator = Emulator::start(LILO, &[]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/waiters.py");
    // Any valid channel; the script puts its own input in.
    let output = client(&emulator, "python", &[script, &emulator.url, &channel_on("INPUT")]);

    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("7 waiters"), "{said}");
}

/// A real curl, as a person types it, but for the port.
#[test]
fn curl_commands_of_the_documents_are_answered() {
    let emulator = Emulator::start(LILO, &[]);
    let sample = fs::read_to_string(root().join("events/input/create.json")).unwrap();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("curl.json");
    fs::write(&file, sample.replace("http://127.0.0.1:4580", &emulator.url)).unwrap();
    let replayed = Command::new(LILO)
        .args(["replay", "--as-is", "--function", "lilo-input", "--medialive", &emulator.url])
        .arg(file)
        .output()
        .unwrap();
    assert!(replayed.status.success(), "{replayed:#?}");
    let documents = ["README.md", "docs/fidelity.md"].map(|path| root().join(path));
    let text = documents.map(|path| fs::read_to_string(path).unwrap()).concat();
    let typed: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("$ curl ")).collect();
    assert!(typed.len() >= 3, "{typed:?}");

    for arguments in typed {
        let line = format!("curl --silent --show-error --fail {arguments}");
        let line = line.replace("http://127.0.0.1:4580", &emulator.url);
        let answer = Command::new("sh").args(["-c", &line]).output().unwrap();
        assert!(answer.status.success(), "{line}: {answer:#?}");
    }
}

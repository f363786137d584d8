//! The commands of the documents, run as they stand there.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use lilo_tests::programs::root;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::account::{Account, Done, package};

fn document(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// What follows this heading of the same level, up to the next.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let (_, after) = text.split_once(&format!("\n## {heading}\n")).unwrap();
    after.split("\n## ").next().unwrap()
}

/// The `lilo` commands of a text's code blocks, without comments.
fn commands(text: &str) -> Vec<String> {
    let typed = text.lines().filter_map(|line| line.strip_prefix("$ cargo run -- "));
    typed.map(|line| line.split(" #").next().unwrap().trim().to_owned()).collect()
}

/// Runs a command; nobody is there to be asked, or to press Ctrl-C.
fn run(account: &Account, command: &str) -> Done {
    let mut words: Vec<_> = command.split_whitespace().collect();
    if words[0] == "destroy" {
        words.push("--yes");
    }
    if words[0] != "watch" {
        return account.lilo(&words);
    }
    let mut command = account.command(&words);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("http://127.0.0.1:"), "{first}");
    kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    Done::of(child.wait_with_output().unwrap())
}

#[test]
fn readme_commands_deploy_watch_and_destroy_loops() {
    let account = Account::new();
    package(&account.file("target/package"), "");
    account.make_bucket("my-bucket", "eu-west-1");
    account.aws(&["s3api", "put-object", "--bucket", "my-bucket", "--key", "news.mp4"]);
    let before = account.everything();
    let text = document("README.md");
    let deploying = commands(section(&text, "Deploy it to AWS, three ways"));
    let teardown = commands(section(&text, "Teardown"));
    assert!(deploying.len() >= 6 && teardown.len() >= 3, "{deploying:?} {teardown:?}");

    for command in deploying.iter().chain(&teardown) {
        run(&account, command).well();
    }

    assert_eq!(account.everything(), before);
    assert_eq!(account.in_medialive(), [""; 0]);
}

#[test]
fn first_run_steps_work_in_their_order() {
    let account = Account::new();
    package(&account.file("target/package"), "");
    let text = document("docs/first-run.md");
    let steps = text.lines().filter(|line| line.starts_with('|'));
    let cells = steps.filter_map(|line| line.split(" | ").nth(1));
    let commands = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    // The suite has tests of its own, as has what is not `lilo`.
    let ours = commands.filter_map(|it| it.strip_prefix("lilo "));
    let ours: Vec<_> = ours.filter(|it| !it.starts_with("conformance")).collect();
    assert_eq!(ours.len(), 9, "{ours:?}");

    for command in ours {
        let done = run(&account, &command.replace("PRICE", "1.50"));
        // It only looks; on an account without the bootstrap stack something has to be done.
        let to_do = command == "doctor" && account.everything().is_empty();
        assert_eq!(done.status.code(), Some(i32::from(to_do)), "{command}: {done:#?}");
    }

    assert_eq!(account.everything(), [""; 0]);
}

#[test]
fn help_completions_and_manual_page_are_printed() {
    let account = Account::new();
    for (command, word) in
        [("up --help", "Usage: lilo up"), ("completions bash", "complete -F"), ("man up", ".TH")]
    {
        let told = run(&account, command).well();
        assert!(told.contains(word), "{command}: {told}");
    }
}

/// The command at the top of a template.
fn by_hand(template: &str) -> String {
    let text = document(template);
    let lines = text.lines().map_while(|line| line.strip_prefix('#'));
    let lines: Vec<_> = lines.collect();
    let first = lines.iter().position(|line| line.contains("aws cloudformation deploy")).unwrap();
    let last = lines[first..].iter().position(|line| !line.ends_with('\\')).unwrap();
    lines[first..=first + last].join("\n")
}

#[test]
fn both_templates_deploy_with_the_aws_cli() {
    let account = Account::new();
    account.make_bucket("films", "eu-west-1");
    account.upload_zips(&account.file("zips"), "films", "lilo/0.1.0/");
    let architecture = fs::read_to_string(account.file("zips/architecture")).unwrap();
    let infra = format!("{}/infra/", root().display());

    for template in ["infra/bootstrap.yaml", "infra/loop.yaml"] {
        let command = by_hand(template)
            .replace("BUCKET-OF-THE-FILES", "films")
            .replace("BUCKET", "films")
            .replace("FILE", "clip")
            .replace("arm64", &architecture)
            .replace("infra/", &infra);
        let mut shell = lilo_tests::account::Account::command(&account, "sh");
        Done::of(shell.args(["-c", &command]).output().unwrap()).well();
    }

    assert_eq!(account.stack("lilo-loop")["StackStatus"], "CREATE_COMPLETE");
    assert_eq!(account.parameter("lilo-loop", "Source"), "s3ssl://films/clip.mp4");
}

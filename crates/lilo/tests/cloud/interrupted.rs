//! Ctrl-C, and what comes after it.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use lilo_tests::programs::proxy::AnswerFault;

use crate::account::{Account, BUCKET, Done, wait_until};

/// Starts the command, and sends it Ctrl-C once it has printed a line with these words.
fn interrupt_at(account: &Account, arguments: &[&str], words: &str) -> Done {
    let mut command = account.command(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "it ended before {words:?}");
    }
    kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    Done::of(child.wait_with_output().unwrap())
}

const DEPLOY: [&str; 9] = [
    "deploy",
    "--source",
    "clip.mp4",
    "--destination",
    "203.0.113.10",
    "--zips",
    "zips",
    "--param",
    "AutoStart=false",
];

#[test]
fn ctrl_c_leaves_a_stack_that_the_next_call_picks_up() {
    let account = Account::new();
    account.inject(&json!({ "fault": "stuck", "operation": "CreateInput", "seconds": 8 }));

    let done = interrupt_at(&account, &DEPLOY, "Input          CREATE_IN_PROGRESS");

    assert_eq!(done.status.code(), Some(130), "{done:#?}");
    let expected = "interrupted; the stack lilo-loop goes on; the same command picks it up again";
    assert!(done.err.contains(expected), "{done:#?}");
    let next = account.lilo(&DEPLOY);
    assert!(next.err.contains("following it to its end"), "{next:#?}");
    let told = next.well();
    assert!(told.contains("lilo-loop      CREATE_COMPLETE"), "{told}");
    assert!(told.contains("waits to be started"), "{told}");
}

#[test]
fn ctrl_c_while_a_stack_is_deleted_leaves_that_to_the_next_call() {
    let account = Account::new();
    account.lilo(&DEPLOY).well();
    account.inject(&json!({ "fault": "stuck", "operation": "DeleteChannel", "seconds": 8 }));

    let destroy = ["destroy", "lilo-loop", "--yes"];
    let done = interrupt_at(&account, &destroy, "Channel        DELETE_IN_PROGRESS");

    assert_eq!(done.status.code(), Some(130), "{done:#?}");
    assert!(done.err.contains("the deletion of stack lilo-loop goes on"), "{done:#?}");
    account.lilo(&destroy).well();
    assert_eq!(account.in_medialive(), [""; 0]);
}

/// The newest event of a stack alone on the first page.
fn in_pages(call: &str) -> Option<AnswerFault> {
    if !call.starts_with("Action=DescribeStackEvents&") || call.contains("NextToken") {
        return None;
    }
    Some(AnswerFault::Changed(Box::new(|answer| {
        let action = "DescribeStackEvents";
        let (first, _) = answer.split_once("</member>").unwrap();
        format!(
            "{first}</member></StackEvents><NextToken>{action}:1</NextToken></{action}Result></{action}Response>"
        )
    })))
}

#[test]
fn a_loop_whose_update_was_left_alone_is_destroyed_after_it() {
    let account = Account::new();
    account.lilo(&DEPLOY).well();
    account.inject(&json!({ "fault": "stall", "operation": "UpdateChannel", "seconds": 8 }));
    let update = ["deploy", "--param", "RateControl=QVBR"];
    let done = interrupt_at(&account, &update, "Channel        UPDATE_IN_PROGRESS");
    assert_eq!(done.status.code(), Some(130), "{done:#?}");

    let destroy = account.command_past(in_pages, &["destroy", "--yes"]).output();

    let destroyed = Done::of(destroy.unwrap());
    let followed = "the stack lilo-loop is in UPDATE_IN_PROGRESS; following it to its end";
    assert!(destroyed.err.contains(followed), "{destroyed:#?}");
    let told = destroyed.well();
    assert!(told.contains("lilo-loop      UPDATE_COMPLETE"), "{told}");
    assert!(!told.contains("CREATE_COMPLETE"), "of what was before the update: {told}");
    assert_eq!(account.in_medialive(), [""; 0]);
}

#[test]
fn ctrl_c_before_anything_is_begun_leaves_nothing() {
    let account = Account::new();
    let hold = |call: &str| {
        if call.starts_with("Action=CreateChangeSet&") { Some(AnswerFault::Held) } else { None }
    };
    let mut command = account.command_past(hold, &DEPLOY);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = Pid::from_raw(child.id().try_into().unwrap());

    let reviewed = || account.everything().iter().any(|it| it.starts_with("change set "));
    wait_until("the change set is there, and the command does not know", reviewed);
    kill(pid, Signal::SIGINT).unwrap();

    let done = Done::of(child.wait_with_output().unwrap());
    assert_eq!(done.status.code(), Some(130), "{done:#?}");
    assert!(done.err.contains("interrupted; nothing goes on"), "{done:#?}");
    assert_eq!(account.everything(), [""; 0]);
}

#[test]
fn ctrl_c_in_the_middle_of_an_upload_takes_its_parts_back() {
    let account = Account::new();
    let clip = File::create(account.file("clip.mp4")).unwrap();
    (&clip).write_all(b"\0\0\0\x18ftypisom").unwrap();
    clip.set_len(400 * 1024 * 1024).unwrap();
    let mut child = account.command(&DEPLOY).stderr(Stdio::piped()).spawn().unwrap();
    let pid = Pid::from_raw(child.id().try_into().unwrap());
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.starts_with("uploading s3://")));
    let list = ["s3api", "list-multipart-uploads", "--bucket", BUCKET];
    wait_until("parts are on their way", || account.aws(&list)["Uploads"].is_array());

    kill(pid, Signal::SIGINT).unwrap();

    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(lines.any(|line| line.contains("interrupted; nothing goes on")));
    assert!(!account.aws(&list)["Uploads"].is_array(), "{}", account.aws(&list));
    assert_eq!(account.stacks_and_buckets(), [format!("bucket {BUCKET}")]);
}

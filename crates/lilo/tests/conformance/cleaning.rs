//! What a run makes is deleted, however it ends; nothing else is.

use std::process::Stdio;

use lilo_tests::account::Done;
use lilo_tests::programs::wait_until;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::account::{Account, is_effective};

/// Starts a run, and sends it this signal once this operation has had its effect.
fn end_at(account: &Account, operation: &str, signal: Signal) -> Done {
    let before = account.count(operation);
    let mut command = account.run("0.2", &[]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = Pid::from_raw(child.id().try_into().unwrap());
    wait_until(operation, || account.count(operation) > before);
    kill(id, signal).unwrap();
    Done::of(child.wait_with_output().unwrap())
}

#[test]
fn a_killed_run_leaves_nothing_after_a_clean() {
    for operation in
        ["CreateInput", "CreateInputSecurityGroup", "CreateChannel", "StartChannel", "StopChannel"]
    {
        let account = Account::new(&[]);
        let foreign = account.foreign_input("somebody's");
        let killed = end_at(&account, operation, Signal::SIGKILL);
        assert_eq!(killed.status.code(), None, "{killed:#?}");
        assert!(account.left().len() > 1, "{operation}: {:?}", account.left());

        let cleaned = Account::done(account.command(&["--clean", "--yes", "--patience", "0.2"]));

        assert_eq!(cleaned.status.code(), Some(0), "{cleaned:#?}");
        assert!(cleaned.err.contains("which an earlier run left"), "{cleaned:#?}");
        assert_eq!(account.left(), [foreign], "{operation}");
    }
}

#[test]
fn a_run_first_deletes_what_an_earlier_one_left() {
    let account = Account::new(&[]);
    end_at(&account, "CreateChannel", Signal::SIGKILL);
    let (left, created) = (account.left(), account.count("CreateInput"));

    let next = end_at(&account, "CreateInput", Signal::SIGINT);

    assert!(next.err.contains("which an earlier run left"), "{next:#?}");
    let calls = account.medialive.calls();
    let position = |operation: &str, id: &str| {
        calls.iter().position(|it| it["operation"] == operation && it["resource"] == id).unwrap()
    };
    let creations = calls.iter().enumerate().filter(|(_, it)| is_effective(it, "CreateInput"));
    let (second_run, _) = creations.into_iter().nth(created).unwrap();
    // The channel comes first, then the inputs that it and the checks have used.
    assert!(position("DeleteChannel", &left[0]) < second_run, "{calls:#?}");
    assert!(left[1..].iter().all(|id| position("DeleteInput", id) < second_run), "{calls:#?}");
    assert_eq!(account.left(), [""; 0]);
}

#[test]
fn ctrl_c_deletes_what_the_run_made() {
    let account = Account::new(&[]);
    let foreign = account.foreign_input("somebody's");

    let done = end_at(&account, "StartChannel", Signal::SIGINT);

    assert_eq!(done.status.code(), Some(130), "{done:#?}");
    assert!(done.err.contains("deleting what the run made"), "{done:#?}");
    assert_eq!(account.left(), [foreign]);
}

/// As if MediaLive had accepted a start that it was expected to refuse.
#[test]
fn a_channel_that_runs_unasked_is_stopped_by_the_run() {
    let account = Account::new(&["--no-throttle"]);
    let mut command = account.run("0.2", &[]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until("a channel is started by somebody else", || {
        let ids = account.left().into_iter();
        let start = |id| format!("{}/prod/channels/{id}/start", account.medialive.url);
        ids.map(start).any(|url| ureq::post(url).send_empty().is_ok())
    });

    let done = Done::of(child.wait_with_output().unwrap());

    assert_eq!(done.status.code(), Some(3), "{done:#?}");
    // The last checks delete the last channel.
    let line = |name: &str| done.out.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(line("deleted-channels-in-lists").starts_with("agree"), "{done:#?}");
    assert!(account.count("StopChannel") >= 3, "{done:#?}");
    assert_eq!(account.left(), [""; 0]);
}

#[test]
fn without_a_yes_the_plan_is_shown_and_nothing_made() {
    let account = Account::new(&[]);
    let mut command =
        account.command(&["--price", "2", "--source", "https://127.0.0.1:9/clip.mp4"]);
    command.stdin(Stdio::null());

    let done = Account::done(command);

    assert_eq!(done.status.code(), Some(1), "{done:#?}");
    assert!(
        done.err.contains("costs    at most USD 2.50 for running channels: 3 starts of 25 minutes"),
        "{done:#?}"
    );
    assert!(done.err.contains("in the account 111122223333, eu-west-1"), "{done:#?}");
    let calls = account.medialive.calls();
    let written = calls.iter().filter(|it| !it["operation"].as_str().unwrap().starts_with("List"));
    assert_eq!(written.count(), 0, "{calls:#?}");
}

#[test]
fn a_run_on_aws_needs_a_source_to_play() {
    let account = Account::new(&[]);

    let done = Account::done(account.command(&["--yes"]));

    assert_eq!(done.status.code(), Some(1), "{done:#?}");
    assert!(done.err.contains("give --source URL"), "{done:#?}");
    assert_eq!(account.medialive.calls().len(), 0);
}

#[test]
fn nothing_left_is_nothing_to_clean() {
    let account = Account::new(&[]);
    account.foreign_input("somebody's");

    let done = Account::done(account.command(&["--clean"]));

    assert_eq!(done.status.code(), Some(0), "{done:#?}");
    assert!(done.err.contains("no run has left anything in eu-west-1"), "{done:#?}");
    assert_eq!(account.left().len(), 1);
}

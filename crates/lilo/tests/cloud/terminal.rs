//! What a person sees on a terminal, and without one.

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};

use nix::pty::{Winsize, openpty};

use crate::account::{Account, Done};

/// Runs a command on a terminal of its own; says what it shows there.
fn on_a_terminal(mut command: Command) -> String {
    let size = Winsize { ws_row: 40, ws_col: 160, ws_xpixel: 0, ws_ypixel: 0 };
    let pty = openpty(&size, None).unwrap();
    let stream = || Stdio::from(pty.slave.try_clone().unwrap());
    command.env("TERM", "xterm").stdin(stream()).stdout(stream()).stderr(stream());
    let mut child = command.spawn().unwrap();
    // The terminal closes with its last user.
    drop((command, pty.slave));
    let (mut terminal, mut shown, mut buffer) = (File::from(pty.master), Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = terminal.read(&mut buffer) {
        shown.extend_from_slice(&buffer[..read]);
    }
    child.wait().unwrap();
    String::from_utf8(shown).unwrap()
}

/// Whether it sets a colour or another look of letters.
fn has_colour(shown: &str) -> bool {
    let of_letters = |rest: &str| {
        rest.trim_start_matches(|it: char| it.is_ascii_digit() || it == ';').starts_with('m')
    };
    shown.split("\x1b[").skip(1).any(of_letters)
}

const DEPLOY: [&str; 4] = ["deploy", "--bootstrap-only", "--zips", "zips"];

#[test]
fn a_terminal_shows_steps_with_time_and_obeys_no_color() {
    let account = Account::new();
    let shown = |arguments: &[&str], no_color: bool| {
        let mut command = account.command(arguments);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        on_a_terminal(command)
    };
    let wrong = ["deploy", "--port", "0"];
    assert!(has_colour(&shown(&wrong, false)), "an error of the command line has colours");

    let plain = [shown(&wrong, true), shown(&["status", "nobodys"], true), shown(&DEPLOY, true)];

    for shown in &plain {
        assert!(!has_colour(shown), "{shown:?}");
    }
    let [_, failed, deployed] = plain;
    assert!(
        failed.contains("lilo: there is no loop nobodys in eu-west-1\r\n  to do   "),
        "{failed:?}"
    );
    let step = "creating a change set for stack lilo-bootstrap 0s";
    assert!(deployed.contains(step) && deployed.contains("CREATE_COMPLETE"), "{deployed:?}");
}

#[test]
fn without_a_terminal_steps_are_plain_lines() {
    let account = Account::new();

    let deployed = account.lilo(&DEPLOY);
    let failed = account.lilo(&["status", "nobodys"]);

    for done in [&deployed, &failed] {
        assert!(!done.out.contains('\x1b') && !done.err.contains('\x1b'), "{done:#?}");
    }
    for step in ["creating a change set for stack lilo-bootstrap", "uploading lilo-input.zip"] {
        assert!(deployed.err.lines().any(|line| line == step), "{deployed:#?}");
    }
    deployed.well();
}

/// Where the status of each event begins.
fn columns(done: &Done) -> Vec<usize> {
    let events = done.out.lines().filter(|line| line.as_bytes().get(2) == Some(&b':'));
    let mark = ["CREATE_", "DELETE_"];
    events.map(|line| mark.iter().find_map(|it| line.find(it)).unwrap()).collect()
}

#[test]
fn resources_are_counted_unless_verbose_and_columns_fit() {
    let account = Account::new();
    let name = "a-loop-with-a-long-name";

    let deployed = account.deploy(&[name]);

    let has_line = |done: &Done, words: &[&str]| {
        done.out.lines().any(|line| words.iter().all(|word| line.contains(word)))
    };
    assert!(!has_line(&deployed, &["AWS::IAM::Role"]), "{deployed:#?}");
    assert!(has_line(&deployed, &["Add      lilo-bootstrap ", " resources"]), "{deployed:#?}");
    let end =
        ["lilo-bootstrap ", " CREATE_COMPLETE ", "AWS::CloudFormation::Stack  ", " resources"];
    assert!(has_line(&deployed, &end), "{deployed:#?}");
    assert!(has_line(&deployed, &["Channel ", " CREATE_COMPLETE "]), "{deployed:#?}");
    let of_loop = columns(&deployed).into_iter().filter(|it| *it > 30).count();
    assert!(
        of_loop > 4 && columns(&deployed).iter().all(|it| [25, 34].contains(it)),
        "{deployed:#?}"
    );

    let destroyed = account.lilo(&["destroy", "--all", "--yes", "--verbose"]);

    assert!(
        has_line(&destroyed, &["InputRole ", " DELETE_COMPLETE ", "AWS::IAM::Role"]),
        "{destroyed:#?}"
    );
    assert!(!destroyed.out.contains(" resources"), "{destroyed:#?}");
    deployed.well();
    destroyed.well();
}

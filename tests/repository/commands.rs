//! Every command in the documents has a row in `commands.txt`: the test that runs it, or why none
//! can.

use std::collections::BTreeSet;
use std::process::Command;

use lilo_tests::programs::root;

use crate::documents::{documents, test_exists};

/// What a command begins with.
const PROGRAMS: [&str; 7] =
    ["aws ", "cargo lambda ", "cargo run -- ", "curl ", "ffplay ", "lilo ", "make "];

/// The lines of a text's code blocks that are typed, and the code between its backquotes.
fn code(text: &str) -> Vec<String> {
    let (mut code, mut prose, mut in_block) = (Vec::new(), String::new(), false);
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            code.extend(line.strip_prefix("$ ").map(str::to_owned));
        } else {
            prose = prose + line + " ";
        }
    }
    code.extend(prose.split('`').skip(1).step_by(2).map(str::to_owned));
    code
}

/// A command without its comment, with one name for `lilo`; `None` if it is none.
fn command(code: &str) -> Option<String> {
    let typed = code.split(" #").next().unwrap_or_default().trim();
    PROGRAMS.iter().any(|it| typed.starts_with(it)).then(|| typed.replace("cargo run --", "lilo"))
}

/// The commands of the documents that people follow; the changelog tells of the past.
fn commands() -> BTreeSet<String> {
    let followed = documents().into_iter().filter(|(path, _)| !path.ends_with("CHANGELOG.md"));
    followed.flat_map(|(_, text)| code(&text)).filter_map(|code| command(&code)).collect()
}

fn rows() -> Vec<(&'static str, &'static str)> {
    let lines = include_str!("commands.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(" => ").unwrap()).collect()
}

#[test]
fn every_command_is_run_by_a_test_or_says_why_not() {
    let (commands, rows) = (commands(), rows());
    assert!(commands.len() > 80, "{commands:?}");
    let named: BTreeSet<_> = rows.iter().map(|(command, _)| (*command).to_owned()).collect();

    let missing: Vec<_> = commands.difference(&named).collect();
    assert!(missing.is_empty(), "tests/repository/commands.txt has no row for {missing:#?}");
    let gone: Vec<_> = named.difference(&commands).collect();
    assert!(gone.is_empty(), "no document has these rows' commands any more: {gone:#?}");
    for (command, how) in rows {
        match how.strip_prefix("no: ") {
            Some(why) => assert!(why.split(' ').count() > 3, "{command}: {why}"),
            None => assert!(test_exists(how), "{command}: no test is called {how}"),
        }
    }
}

#[test]
fn every_make_command_is_one_that_make_takes() {
    let commands = commands();
    let lines = commands.iter().flat_map(|line| line.split(" && "));
    let mut count = 0;
    for line in lines.filter(|line| line.starts_with("make ")) {
        count += 1;
        let dry = line.replacen("make", "make --dry-run --no-print-directory", 1);
        let asked = Command::new("sh").args(["-c", &dry]).current_dir(root()).output().unwrap();
        let (out, err) =
            (String::from_utf8_lossy(&asked.stdout), String::from_utf8_lossy(&asked.stderr));
        assert!(asked.status.success(), "{line}: {err}");
        if let Some(options) = line.strip_prefix("make up ARGS=") {
            let typed = format!("cargo run -- up {}", options.trim_matches('"'));
            assert!(out.contains(&typed), "{line}: {out}");
        }
    }
    assert!(count > 20, "{count}");
}

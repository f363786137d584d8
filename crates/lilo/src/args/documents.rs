//! The commands in the documents are ones that this command line takes.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use clap::error::ErrorKind;

use super::Args;

/// How the documents call the command.
const CALLS: [&str; 2] = ["lilo ", "cargo run -- "];
/// What stands for a value, and a value that any such option takes.
const PLACEHOLDERS: [(&str, &str); 4] =
    [("FILE", "a.mp4"), ("NAME", "lilo-input"), ("PRICE", "1"), ("SHELL", "bash")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn documents() -> Vec<PathBuf> {
    let folders = [root(), root().join("docs"), root().join("docs/decisions")];
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let paths = files.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|it| it == "md")).collect()
}

/// The lines of a text's code blocks, and the code between its backquotes.
fn code(text: &str) -> Vec<String> {
    let (mut code, mut prose, mut in_block) = (Vec::new(), String::new(), false);
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            code.push(line.trim_start_matches("$ ").to_owned());
        } else {
            prose = prose + line + " ";
        }
    }
    code.extend(prose.split('`').skip(1).step_by(2).map(str::to_owned));
    code
}

/// The arguments of a call of the command, without comments and other programs.
fn arguments(code: &str) -> Option<Vec<&str>> {
    let typed = CALLS.iter().find_map(|call| code.strip_prefix(call))?;
    let typed = typed.split([' ', '\n']).filter(|word| !word.is_empty());
    let typed = typed.take_while(|word| !["#", "|"].contains(word));
    let value = |word| PLACEHOLDERS.iter().find(|(name, _)| *name == word).map(|(_, it)| *it);
    Some(typed.map(|word| value(word).unwrap_or(word)).collect())
}

/// A sentence may name an option without its value, and without other arguments.
fn parsing_error(arguments: &[&str]) -> Option<clap::Error> {
    let parse = |more: &[&str]| {
        let error = Args::try_parse_from([&["lilo"], arguments, more].concat()).err();
        let fits = [ErrorKind::DisplayHelp, ErrorKind::MissingRequiredArgument];
        error.filter(|error| !fits.contains(&error.kind()))
    };
    parse(&[]).filter(|_| parse(&["1"]).is_some())
}

#[test]
fn every_command_in_a_document_can_be_typed() {
    let mut count = 0;
    for path in documents() {
        for code in code(&fs::read_to_string(&path).unwrap()) {
            let Some(arguments) = arguments(&code) else { continue };
            count += 1;
            let error = parsing_error(&arguments);
            assert!(error.is_none(), "{}: `{code}`: {}", path.display(), error.unwrap());
        }
    }
    assert!(count > 20, "{count}");
}

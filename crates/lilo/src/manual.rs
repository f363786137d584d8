//! What a shell and `man` know of the command.

use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use crate::Error;
use crate::args::Args;

/// Prints a completion script.
pub(crate) fn print_completions(shell: Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "lilo", &mut script);
    print(&script);
}

/// Prints a manual page: of `lilo`, or of one of its commands.
pub(crate) fn print_page(of: Option<&str>) -> Result<(), Error> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command(of)?).render(&mut page);
    rendered.expect("memory takes everything");
    print(&page);
    Ok(())
}

fn command(of: Option<&str>) -> Result<Command, Error> {
    let mut all = Args::command();
    all.build();
    let Some(name) = of else { return Ok(all) };
    let found = all.get_subcommands().find(|it| it.get_name() == name && !it.is_hide_set());
    found.cloned().ok_or_else(|| Error::NoCommand(name.to_owned()))
}

fn print(bytes: &[u8]) {
    // A closed pipe (`lilo man | head`) is no error.
    let _ = io::stdout().write_all(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn every_command_has_a_manual_page() {
        let all = Args::command();
        let names = all.get_subcommands().filter(|it| !it.is_hide_set()).map(Command::get_name);
        for name in names {
            let mut page = Vec::new();
            clap_mangen::Man::new(command(Some(name)).unwrap()).render(&mut page).unwrap();
            let page = String::from_utf8(page).unwrap();
            assert!(page.contains(".SH OPTIONS") && page.contains(name), "{name}: {page}");
        }
        assert!(command(Some("function")).is_err(), "it is not for people");
    }

    /// The lines of the consoles in a document that call this command.
    fn commands(document: &str) -> Vec<String> {
        let consoles =
            document.split("```console\n").skip(1).filter_map(|it| it.split("```").next());
        let lines = consoles.flat_map(str::lines).filter_map(|line| line.strip_prefix("$ "));
        let lines = lines.map(|line| line.split(" #").next().unwrap_or_default().trim());
        let ours = lines.filter_map(|line| {
            line.strip_prefix("cargo run -- ").or_else(|| line.strip_prefix("lilo "))
        });
        ours.map(str::to_owned).collect()
    }

    #[test]
    fn every_command_in_the_documents_is_understood() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let docs = std::fs::read_dir(root.join("docs")).unwrap().map(|it| it.unwrap().path());
        let is_text = |it: &std::path::PathBuf| it.extension().is_some_and(|it| it == "md");
        let documents = docs.filter(is_text).chain([root.join("README.md")]);
        let commands: Vec<_> =
            documents.flat_map(|it| commands(&std::fs::read_to_string(it).unwrap())).collect();
        assert!(commands.len() > 8, "{commands:?}");
        for line in commands {
            let line = line.split(['|', '>']).next().unwrap_or_default();
            let typed = ["lilo"].into_iter().chain(line.split_whitespace());
            match Args::try_parse_from(typed) {
                Ok(_) => {}
                Err(error) => assert!(!error.use_stderr(), "{line}: {error}"),
            }
        }
    }
}

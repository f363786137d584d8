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
}

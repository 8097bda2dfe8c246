//! `mira man` and `mira completions`: both come from the argument definitions.

use std::io;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::{Cli, Exit, print};

pub(super) fn completions(shell: clap_complete::Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "mira", &mut script);
    print(&String::from_utf8_lossy(&script))
}

pub(super) fn man() -> Exit {
    let mut page = Vec::new();
    // Writing into memory cannot fail.
    let _ = write_page(&mut page);
    print(&String::from_utf8_lossy(&page))
}

/// One page for the program and all its commands.
fn write_page(page: &mut dyn io::Write) -> io::Result<()> {
    let command = Cli::command();
    let man = Man::new(command.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    writeln!(page, ".SH COMMANDS")?;
    for subcommand in command.get_subcommands() {
        write_command(page, subcommand, "mira")?;
    }
    writeln!(page, ".SH \"EXIT STATUS\"")?;
    for (exit, meaning) in Exit::ALL {
        writeln!(page, ".TP\n{}\n{}", exit.code(), escaped(meaning))?;
    }
    writeln!(page, ".SH FILES")?;
    writeln!(page, "Settings are explained where they stand: run\n.B mira config edit")
}

/// A command, then its own commands.
fn write_command(page: &mut dyn io::Write, command: &Command, parent: &str) -> io::Result<()> {
    let name = format!("{parent} {}", command.get_name());
    let mut command = command.clone().bin_name(&name).disable_help_flag(true);
    let usage = command.render_usage().to_string();
    writeln!(page, ".SS \"{}\"", escaped(usage.trim_start_matches("Usage: ")))?;
    writeln!(page, "{}", escaped(&command.get_about().map(ToString::to_string).unwrap_or_default()))?;
    if command.get_arguments().next().is_some() {
        let mut options = Vec::new();
        Man::new(command.clone()).render_options_section(&mut options)?;
        let options = String::from_utf8_lossy(&options).replace(".SH OPTIONS\n", "");
        page.write_all(options.as_bytes())?;
    }
    for subcommand in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        write_command(page, subcommand, &name)?;
    }
    Ok(())
}

/// Text that troff reads as text.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('"', "\\(dq");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn the_page_tells_of_every_command_and_exit_code() {
        let mut page = Vec::new();
        write_page(&mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        for part in [".TH mira 1", "mira auth set", "mira config edit", "mira completions", "130"] {
            assert!(page.contains(part), "{part} is missing in\n{page}");
        }
    }
}

//! What was typed: commands, their arguments, and which code the program ends with.
//!
//! One short file per command in `cli/`. Nothing heavy happens before a command needs it, so that
//! `mira --version` and completions answer at once.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand};

use crate::{
    config::{ConfigError, Environment, Settings, Sources},
    terminal::visible,
};

mod artifacts;
mod auth;
mod config;
mod context;
mod demo;
mod exec;
mod exit;
mod logging;
mod manual;
mod screen;
mod session;

pub use artifacts::{ArtifactsAction, ArtifactsArgs, HunkList};
pub use context::ContextArgs;
pub use demo::DemoArgs;
pub use exec::ExecArgs;
pub use exit::Exit;
pub use logging::Logs;
pub use screen::ScreenArgs;

/// A terminal coding assistant: a planner model thinks, a coder model writes, and nothing touches
/// your files until you say so.
#[derive(Debug, Parser)]
#[command(name = "mira", version, max_term_width = 100, subcommand_precedence_over_arg = true)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(flatten)]
    screen: ScreenArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Flags that every command takes.
#[derive(Clone, Debug, Default, Args)]
pub struct GlobalArgs {
    /// Work in this project instead of the current directory's
    #[arg(long, value_name = "DIR", global = true)]
    pub project: Option<PathBuf>,
    /// Read this settings file instead of the user's config.toml
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Change a setting for this run, e.g. --set budget.max_cost_usd=1
    #[arg(long, value_name = "KEY=VALUE", global = true)]
    pub set: Vec<String>,
    /// The model that thinks and talks, as MODEL or PROVIDER/MODEL
    #[arg(long, value_name = "MODEL", global = true)]
    pub planner: Option<String>,
    /// The model that writes code, as MODEL or PROVIDER/MODEL
    #[arg(long, value_name = "MODEL", global = true)]
    pub coder: Option<String>,
    /// Write a log to the logs folder of MIRA_HOME; twice for more
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    Exec(ExecArgs),
    Artifacts(ArtifactsArgs),
    Context(ContextArgs),
    Demo(DemoArgs),
    Auth(auth::AuthArgs),
    Config(config::ConfigArgs),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Parses the process's arguments, does what they say, and tells how it ended.
pub fn main() -> Exit {
    if let Some(version) = only_version() {
        return print(&version);
    }
    match Cli::try_parse() {
        Ok(cli) => run(cli).unwrap_or_else(|error| fail(Exit::Settings, &error)),
        Err(help_or_error) => {
            let is_error = help_or_error.use_stderr();
            // A reader that went away (`mira --help | head -1`) has what it wanted.
            let _ = help_or_error.print();
            if is_error { Exit::Usage } else { Exit::Done }
        }
    }
}

/// Scripts ask for the version often; it is answered before the grammar of all commands is built.
fn only_version() -> Option<String> {
    let mut arguments = std::env::args_os().skip(1);
    let asked = arguments.next().is_some_and(|first| first == "--version" || first == "-V");
    (asked && arguments.next().is_none()).then(|| format!("mira {}\n", env!("CARGO_PKG_VERSION")))
}

fn run(cli: Cli) -> Result<Exit, ConfigError> {
    match cli.command {
        None => screen::run(&cli.screen, &cli.global),
        Some(Command::Exec(args)) => Ok(exec::run(&args, &cli.global)),
        Some(Command::Artifacts(args)) => Ok(artifacts::run(&args, &cli.global)),
        Some(Command::Context(args)) => Ok(context::run(&args, &cli.global)),
        Some(Command::Demo(args)) if args.exec => Ok(demo::run()),
        Some(Command::Demo(_)) => screen::demo(&cli.global),
        Some(Command::Auth(args)) => auth::run(&args, &cli.global),
        Some(Command::Config(args)) => config::run(&args, &cli.global),
        Some(Command::Completions { shell }) => Ok(manual::completions(shell)),
        Some(Command::Man) => Ok(manual::man()),
    }
}

impl GlobalArgs {
    /// Where the settings of this run are read from.
    pub fn sources(&self) -> Sources {
        let mut set = self.set.clone();
        match self.verbose {
            0 => {}
            1 => set.push("log.filter=mira=debug".to_owned()),
            _ => set.push("log.filter=mira=trace".to_owned()),
        }
        Sources {
            environment: Environment::of_process(),
            config_file: self.config.clone(),
            set,
            planner: self.planner.clone(),
            coder: self.coder.clone(),
        }
    }

    /// Loads the settings and starts the log. Hold the second until the end: dropping it writes
    /// what is still in flight.
    ///
    /// # Errors
    /// Settings or a log that cannot be used.
    pub fn start(&self) -> Result<(Settings, Logs), ConfigError> {
        let settings = Settings::load(&self.sources())?;
        let logs = logging::start(&settings)?;
        for notice in &settings.notices {
            let _ = writeln!(io::stderr(), "mira: {notice}");
        }
        Ok((settings, logs))
    }
}

/// Prints to stdout. A reader that has gone (`mira config show | head`) is no failure.
pub fn print(text: &str) -> Exit {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Exit::Done,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => fail(Exit::Failed, &format!("cannot write to stdout: {error}")),
    }
}

/// Says on stderr why the program ends with `exit`.
pub fn fail(exit: Exit, why: &impl std::fmt::Display) -> Exit {
    let _ = writeln!(io::stderr(), "mira: {}", visible(&why.to_string()));
    exit
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn v_is_a_setting_like_any_other() {
        let global = GlobalArgs { verbose: 2, ..GlobalArgs::default() };
        assert_eq!(global.sources().set, ["log.filter=mira=trace"]);
    }
}

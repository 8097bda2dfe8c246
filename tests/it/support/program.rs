//! The true program as a process: a state folder, scripted models, nothing else in the environment.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use mira::{
    protocol::{Clock, Event},
    store::Store,
};
use tempfile::TempDir;

/// A user of the program, who may run it several times and in several projects.
pub(crate) struct User {
    home: TempDir,
    base_url: String,
}

impl User {
    /// A user whose every model answers at `base_url`.
    pub(crate) fn new(base_url: String) -> Self {
        Self { home: tempfile::tempdir().unwrap(), base_url }
    }

    /// The program, about to run in a project.
    pub(crate) fn mira(&self, project: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mira"));
        command
            .args(arguments)
            .current_dir(project)
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .env("MIRA_HOME", self.state())
            .env("OPENAI_API_KEY", "test-key")
            .env("DEEPSEEK_API_KEY", "test-key")
            .env("OPENAI_BASE_URL", &self.base_url)
            .env("DEEPSEEK_BASE_URL", &self.base_url)
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end, which must be a good one; returns what it printed.
    pub(crate) fn run(&self, project: &Path, arguments: &[&str]) -> String {
        printed(self.mira(project, arguments).output().unwrap())
    }

    /// `MIRA_HOME`.
    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    /// The database file.
    pub(crate) fn database(&self) -> PathBuf {
        self.state().join("mira.db")
    }

    /// Opens the database as one more instance would.
    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.database(), 1, Clock::system()).await.unwrap()
    }
}

/// What a run printed that must have ended well.
pub(crate) fn printed(output: Output) -> String {
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The events of `exec --json`. A line without its end, cut by a kill, was not said.
pub(crate) fn events(stdout: &str) -> Vec<Event> {
    let whole = stdout.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.map(|line| serde_json::from_str(line).unwrap()).collect()
}

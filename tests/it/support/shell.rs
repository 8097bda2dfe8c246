//! The program in a shell: a user with a home and a project of their own, scripted models behind
//! both services, and nothing else in the environment.

use std::{
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use mira::{
    demo::server::Script,
    protocol::{Body, Event},
};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, process::Command};

use super::{model_server::TestServer, project::Project};

/// Keys that must never be seen in what the program prints.
const KEYS: [(&str, &str); 2] =
    [("OPENAI_API_KEY", "sk-planner-1f2e3d"), ("DEEPSEEK_API_KEY", "sk-coder-4c5b6a")];

/// A user at a prompt, in the project's folder.
pub(crate) struct Shell {
    pub(crate) project: Project,
    pub(crate) server: TestServer,
    home: TempDir,
    environment: Vec<(String, String)>,
}

impl Shell {
    /// A user of the project that `project` describes, with models that play `script`.
    pub(crate) async fn new(project: &str, script: Script) -> Self {
        let mut shell = Self {
            project: Project::new(project),
            server: TestServer::start(script).await,
            home: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        };
        let base_url = shell.server.base_url();
        for (name, value) in [
            ("HOME", shell.home.path().to_str().unwrap()),
            ("XDG_CONFIG_HOME", shell.home.path().join("config").to_str().unwrap()),
            ("MIRA_HOME", shell.home.path().join("state").to_str().unwrap()),
            ("OPENAI_BASE_URL", &base_url),
            ("DEEPSEEK_BASE_URL", &base_url),
            ("MIRA_RETRY_BASE_MS", "1"),
        ] {
            shell.environment.push((name.to_owned(), value.to_owned()));
        }
        KEYS.iter().fold(shell, |shell, (name, key)| shell.with(name, key))
    }

    /// The same with a variable of the environment; an empty value takes it away.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.environment.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Where the user's settings are.
    pub(crate) fn config_file(&self) -> PathBuf {
        self.home.path().join("config/mira/config.toml")
    }

    /// The user's database.
    pub(crate) fn database(&self) -> PathBuf {
        self.home.path().join("state/mira.db")
    }

    /// The program with the words of `line`; quotes `'…'` keep words together.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mira"));
        command.args(words(line)).env_clear().envs(self.environment.iter().cloned());
        command.current_dir(self.project.root()).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The program in a terminal of so many columns and rows.
    #[cfg(unix)]
    pub(crate) fn terminal(&self, line: &str, size: (u16, u16)) -> super::terminal::Terminal {
        let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_mira"));
        command.args(words(line));
        command.env_clear();
        self.environment.iter().for_each(|(name, value)| command.env(name, value));
        command.env("TERM", "xterm-256color");
        command.cwd(self.project.root());
        super::terminal::Terminal::start(command, size)
    }

    /// Runs a script of the system's shell in which `$MIRA` is the program.
    pub(crate) async fn sh(&self, script: &str) -> Ended {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).env_clear().envs(self.environment.iter().cloned());
        command.env("MIRA", env!("CARGO_BIN_EXE_mira")).env("PATH", std::env::var_os("PATH").unwrap());
        command.current_dir(self.project.root()).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ended::of(command).await
    }

    /// Runs it to its end, with nothing on standard input.
    pub(crate) async fn run(&self, line: &str) -> Ended {
        Ended::of(self.command(line)).await
    }

    /// Runs it with `input` in a pipe that is closed behind it.
    pub(crate) async fn pipe(&self, input: impl AsRef<[u8]>, line: &str) -> Ended {
        let began = Instant::now();
        let mut child = self.command(line).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that refuses early does not read everything.
        let _ = stdin.write_all(input.as_ref()).await;
        drop(stdin);
        Ended::new(child.wait_with_output().await.unwrap(), began)
    }
}

/// How the program ended, and what it printed.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Ended {
    /// Runs a command to its end.
    pub(crate) async fn of(mut command: Command) -> Self {
        let began = Instant::now();
        let child = command.spawn().unwrap();
        Self::new(child.wait_with_output().await.unwrap(), began)
    }

    /// Takes what was printed. Nothing may ever print a key, a steering character or a panic.
    pub(crate) fn new(output: std::process::Output, began: Instant) -> Self {
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        assert!(!stderr.contains("panicked at"), "{stderr}");
        Self { code: output.status.code(), stdout, stderr, took: began.elapsed() }
    }

    /// Fails unless the program ended with `code` and said each of `sentences` on standard error.
    #[track_caller]
    pub(crate) fn expect(self, code: i32, sentences: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for sentence in sentences {
            assert!(self.stderr.contains(sentence), "{sentence:?} is not on standard error: {self:#?}");
        }
        self
    }

    /// Fails unless standard output is exactly this.
    #[track_caller]
    pub(crate) fn prints(self, stdout: &str) -> Self {
        assert_eq!(self.stdout, stdout, "{}", self.stderr);
        self
    }

    /// Standard output as one event a line: numbers rise, exactly one status is terminal.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Event> {
        let events: Vec<Event> =
            self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(events.is_sorted_by(|a, b| a.seq < b.seq), "{events:#?}");
        assert_eq!(events.iter().filter(|event| ends(event)).count(), 1, "{events:#?}");
        events
    }
}

/// Whether an event ends its operation.
pub(crate) fn ends(event: &Event) -> bool {
    matches!(&event.body, Body::OperationStatus { status, .. } if status.is_terminal())
}

#[track_caller]
fn text(printed: Vec<u8>) -> String {
    let text = String::from_utf8(printed).unwrap();
    let steering = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    assert_eq!(steering, None, "{text}");
    assert!(KEYS.iter().all(|(_, key)| !text.contains(key)), "{text}");
    text
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

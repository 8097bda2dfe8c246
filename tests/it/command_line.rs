//! The program as a shell sees it: what it prints, and how it ends.

use std::{
    fs,
    io::{Read, Write},
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

/// A user with a home of their own and nothing else in the environment.
struct User {
    directory: TempDir,
}

impl User {
    fn new() -> Self {
        Self { directory: TempDir::new().unwrap() }
    }

    fn config_file(&self) -> PathBuf {
        self.directory.path().join("config/mira/config.toml")
    }

    fn write_config(&self, toml: &str) {
        fs::create_dir_all(self.config_file().parent().unwrap()).unwrap();
        fs::write(self.config_file(), toml).unwrap();
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mira"));
        command
            .args(arguments.split_whitespace())
            .env_clear()
            .env("HOME", self.directory.path())
            .env("XDG_CONFIG_HOME", self.directory.path().join("config"))
            .env("MIRA_HOME", self.directory.path().join("state"))
            .current_dir(self.directory.path())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &str) -> Ended {
        Ended::from(self.command(arguments).output().unwrap())
    }

    fn run_with_input(&self, arguments: &str, input: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ended::from(child.wait_with_output().unwrap())
    }
}

struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[test]
fn without_a_command_the_help_is_shown() {
    let ended = User::new().run("");
    assert_eq!(ended.code, 0);
    assert!(ended.stdout.contains("Usage: mira"), "{}", ended.stdout);
}

#[test]
fn nonsense_is_a_usage_error() {
    let user = User::new();
    for arguments in ["--bogus", "auth set", "completions csh", "config show --json --default"] {
        assert_eq!(user.run(arguments).code, 2, "{arguments}");
    }
}

#[test]
fn settings_are_listed_with_their_origin() {
    let user = User::new();
    user.write_config("[server]\nport = 4000\n");
    let ended = user.run("config show --planner deepseek/deepseek-pro");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let file = user.config_file();
    for line in [
        format!("server.port = 4000  # {}:2", file.display()),
        "roles.planner.provider = \"deepseek\"  # flag --planner".to_owned(),
        "roles.coder.model = \"deepseek-flash\"  # default".to_owned(),
        "providers.openai.key = (not set)  # nowhere".to_owned(),
    ] {
        assert!(ended.stdout.lines().any(|shown| shown == line), "{line}\n{}", ended.stdout);
    }
}

#[test]
fn settings_as_json_can_be_read_by_a_script() {
    let ended = User::new().run("config show --json --set server.port=5000");
    let settings: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let port = serde_json::json!({ "value": 5000, "origin": "flag --set server.port" });
    assert_eq!(settings["server.port"], port);
}

#[test]
fn a_bad_setting_is_one_sentence_and_exit_3() {
    let user = User::new();
    user.write_config("\n[server]\nprot = 1\n");
    let ended = user.run("config show");
    let file = user.config_file();
    assert_eq!(ended.code, 3);
    assert_eq!(
        ended.stderr,
        format!(
            "mira: {}:3: there is no setting `server.prot`; did you mean `server.port`?\n",
            file.display()
        )
    );
    assert_eq!(user.run("config show --config absent.toml").code, 3);
    assert_eq!(user.run("config path").code, 0, "the path is told so that the file can be mended");
}

#[test]
fn no_file_of_the_project_changes_a_setting() {
    let user = User::new();
    fs::write(user.directory.path().join(".env"), "OPENAI_BASE_URL=https://evil.example").unwrap();
    fs::write(user.directory.path().join("config.toml"), "server.port = 1").unwrap();
    let ended = user.run("config show");
    assert!(!ended.stdout.contains("evil.example") && !ended.stdout.contains("port = 1 "));
}

#[test]
fn a_key_is_piped_in_and_never_shown() {
    let user = User::new();
    let ended = user.run_with_input("auth set openai --file", "sk-very-secret\n");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let status = user.run("auth status");
    let file = user.directory.path().join("state/keys.toml");
    assert!(status.stdout.contains(&format!("openai    {}\n", file.display())), "{}", status.stdout);
    assert!(status.stdout.contains("deepseek  not set: run `mira auth set deepseek`"));
    let shown = [ended.stdout, status.stdout, user.run("config show").stdout].concat();
    assert!(!shown.contains("secret") && shown.contains("providers.openai.key = (set)"), "{shown}");
    assert_eq!(user.run("auth remove openai").stdout, "The key for openai is removed.\n");
    assert_eq!(user.run("auth set nobody").code, 3);
}

#[test]
fn an_edited_file_is_checked() {
    let user = User::new();
    let edit = |script: &str| {
        let editor = user.directory.path().join("editor");
        fs::write(&editor, format!("#!/bin/sh\n{script}")).unwrap();
        user.command("config edit")
            .env("EDITOR", format!("sh {}", editor.display()))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .output()
            .map(Ended::from)
            .unwrap()
    };
    if cfg!(unix) {
        assert_eq!(edit("true").code, 0, "the file that edit begins is good");
        assert!(fs::read_to_string(user.config_file()).unwrap().starts_with("# Mira's settings"));
        let ended = edit("echo 'ui.color = 3' > \"$1\"");
        assert_eq!(ended.code, 3);
        assert!(ended.stderr.contains(":1: ui.color must be true or false"), "{}", ended.stderr);
        assert_eq!(edit("exit 1").code, 1);
    }
}

#[test]
fn a_log_is_written_only_when_asked_for() {
    let user = User::new();
    user.run("config show");
    let logs = user.directory.path().join("state/logs");
    assert!(!logs.exists());
    let ended = user.command("config show").env("RUST_LOG", "info").env("LOG_FORMAT", "json").output();
    assert!(ended.unwrap().status.success());
    let log = fs::read_dir(&logs).unwrap().next().unwrap().unwrap().path();
    let line = fs::read_to_string(log).unwrap();
    assert!(line.starts_with('{') && line.contains("started"), "{line}");
    assert_eq!(user.run("config show --set log.filter=[x").code, 3);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let user = User::new();
    let mut command = user.command("config show --default");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn completions_and_manual_are_printed() {
    let user = User::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(user.run(&format!("completions {shell}")).stdout.contains("mira"), "{shell}");
    }
    assert!(user.run("man").stdout.contains(".TH mira 1"));
}

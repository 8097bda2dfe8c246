//! `mira demo --exec`: the scenes, one after the other, each step printed.

use std::{
    io::{self, Write},
    path::Path,
};

use clap::Args;
use tokio::process::Command;

use super::{
    Exit, fail,
    session::{self, SessionError},
};
use crate::{
    demo::{
        Demo, DemoError, Pace,
        scenes::{self, Scene},
    },
    exec::{self, Ending, ExecError, Format, Turn},
};

/// The true program on a bundled sample project with a scripted model: no key, no network
#[derive(Clone, Debug, Args)]
pub struct DemoArgs {
    /// Without a screen: print each step
    #[arg(long)]
    pub exec: bool,
}

/// Runs the command.
pub(super) fn run() -> Exit {
    let played = session::block_on(async { Ok::<_, SessionError>(play().await) });
    match played {
        Ok(Ok(exit)) => exit,
        Ok(Err(PlayError::Exec(ExecError::Output(error)))) if error.kind() == io::ErrorKind::BrokenPipe => {
            Exit::Done
        }
        Ok(Err(error)) => fail(Exit::Failed, &error),
        Err(error) => fail(error.exit(), &error),
    }
}

/// What can go wrong in a demo.
#[derive(Debug, thiserror::Error)]
enum PlayError {
    #[error("{0}")]
    Demo(#[from] DemoError),
    #[error("{0}")]
    Exec(#[from] ExecError),
    #[error("the bundled scenes cannot be read: {0}")]
    Scenes(#[from] toml::de::Error),
}

impl From<io::Error> for PlayError {
    fn from(error: io::Error) -> Self {
        Self::Exec(ExecError::Output(error))
    }
}

async fn play() -> Result<Exit, PlayError> {
    let demo = Demo::start(Pace::Fast).await?;
    say("The model is scripted in this demo; engine, wire, database and files are the real ones.")?;
    say(&format!("The sample project is in {}", demo.project().display()))?;
    let (mut exit, mut passed) = (Exit::Done, true);
    for (number, scene) in (1..).zip(scenes::all()?) {
        say(&format!("\n=== Scene {number}: {}\n> {}\n", scene.title, scene.prompt.trim_end()))?;
        if play_scene(&demo, &scene).await? != Ending::Done {
            exit = Exit::Failed;
        }
        passed = tests_pass(&demo.project()).await?;
    }
    if !passed {
        exit = Exit::Failed;
    }
    let project = demo.stop().await;
    say(&format!("\nThat was all. Look around in {} and delete it when you like.", project.display()))?;
    say(
        "With real models: mira auth set openai, mira auth set deepseek, then mira exec \"…\" in a project of yours.",
    )?;
    Ok(exit)
}

async fn play_scene(demo: &Demo, scene: &Scene) -> Result<Ending, PlayError> {
    let turn = Turn { prompt: scene.prompt.clone(), apply: true, ..Turn::default() };
    let format = Format::Text { live: true };
    Ok(exec::run(&demo.engine.handle(), turn, format, std::future::pending()).await?)
}

/// Runs the sample's own tests and tells how they went; without cargo they are taken to pass.
async fn tests_pass(project: &Path) -> Result<bool, PlayError> {
    let tests = Command::new("cargo")
        .args(["test", "--offline", "--quiet"])
        .current_dir(project)
        .env_remove("CARGO_TARGET_DIR")
        .stdin(std::process::Stdio::null())
        .output()
        .await;
    let Ok(tests) = tests else {
        say("(cargo is not on the PATH: the sample's own tests are not run)")?;
        return Ok(true);
    };
    let output = String::from_utf8_lossy(&tests.stdout).into_owned();
    say("$ cargo test")?;
    for line in output.lines().filter(|line| line.starts_with("test result") || line.contains("panicked at"))
    {
        say(&format!("  {line}"))?;
    }
    Ok(tests.status.success())
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

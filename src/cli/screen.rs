//! `mira`: the terminal screen over this project, or over the demo's.

use std::io::{self, IsTerminal};

use clap::Args;
use tokio::{runtime::Handle, sync::oneshot};

use super::{Cli, Exit, GlobalArgs, Logs, fail, print, session::Session};
use crate::{
    config::{ConfigError, Role, Settings},
    demo::{Demo, Pace, scenes},
    engine::EngineHandle,
    protocol::Clock,
    tui::{self, DemoScene, Ending, Start, Which},
};

/// What the screen begins with.
#[derive(Clone, Debug, Default, Args)]
pub struct ScreenArgs {
    /// Sent at once
    #[arg(value_name = "PROMPT")]
    pub prompt: Option<String>,
    /// Go on with this project's last conversation
    #[arg(long = "continue", conflicts_with = "resume")]
    pub resume_last: bool,
    /// Go on with this conversation; without an ID, pick one
    #[arg(long, value_name = "ID", num_args = 0..=1)]
    pub resume: Option<Option<String>>,
}

/// Runs the screen over the project at hand.
pub(super) fn run(args: &ScreenArgs, global: &GlobalArgs) -> Result<Exit, ConfigError> {
    if !has_terminal() {
        return Ok(without_terminal(args));
    }
    if let Some(meant) = args.prompt.as_deref().and_then(mistyped_command) {
        return Ok(fail(Exit::Usage, &meant));
    }
    let settings = Settings::load(&global.sources())?;
    let logs = super::logging::start(&settings)?;
    let start = Start {
        settings: settings.clone(),
        prompt: args.prompt.clone(),
        open: which(args),
        pick: args.resume == Some(None),
        demo: Vec::new(),
        clock: Clock::system(),
    };
    let global = global.clone();
    let opened_for = global.clone();
    match show(start, |sender| over_project(opened_for, settings, logs, sender))? {
        Shown::Left(exit) => Ok(exit),
        Shown::ForDemo => demo(&global),
    }
}

/// Runs the screen over the demo's sample project.
pub(super) fn demo(global: &GlobalArgs) -> Result<Exit, ConfigError> {
    if !has_terminal() {
        return Ok(fail(Exit::Usage, &"there is no terminal here; mira demo --exec prints each step"));
    }
    let settings = Settings::load(&global.sources())?;
    let scenes = scenes::all().unwrap_or_default().into_iter();
    let start = Start {
        settings,
        prompt: None,
        open: None,
        pick: false,
        demo: scenes.map(|scene| DemoScene { title: scene.title, prompt: scene.prompt }).collect(),
        clock: Clock::system(),
    };
    Ok(match show(start, over_sample)? {
        Shown::Left(exit) => exit,
        Shown::ForDemo => Exit::Done,
    })
}

/// How a screen was left.
enum Shown {
    Left(Exit),
    /// The user wants to see the demo.
    ForDemo,
}

impl From<Exit> for Shown {
    fn from(exit: Exit) -> Self {
        Self::Left(exit)
    }
}

type Opening = oneshot::Sender<Result<EngineHandle, String>>;

/// Shows the screen at once and opens what it works on meanwhile. `open` hands the engine over and
/// gives what closes it again.
fn show<F, C>(start: Start, open: impl FnOnce(Opening) -> F + Send + 'static) -> Result<Shown, ConfigError>
where
    F: Future<Output = Option<C>>,
    C: Close + Send + 'static,
{
    let screen = match tui::prepare(start)? {
        Ok(screen) => screen,
        Err(error) => return Ok(fail(Exit::Failed, &format!("the terminal cannot be used: {error}")).into()),
    };
    // The loop has this thread; the engine's work is mostly waiting and shares one other.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            drop(screen);
            return Ok(fail(Exit::Failed, &format!("the runtime cannot start: {error}")).into());
        }
    };
    let (ended, told) = runtime.block_on(async {
        let (sender, opening) = oneshot::channel();
        // Opening works on files for some milliseconds: not on the thread that answers keys.
        let opened = tokio::task::spawn_blocking(move || Handle::current().block_on(open(sender)));
        let ended = tui::run(screen, opening).await;
        match opened.await {
            Ok(Some(opened)) => (ended, opened.close().await),
            Ok(None) | Err(_) => (ended, None),
        }
    });
    runtime.shutdown_background();
    if let Some(told) = told {
        print(&told);
    }
    Ok(match ended {
        Ok(Ending::Quit) => Exit::Done.into(),
        Ok(Ending::Demo) => Shown::ForDemo,
        Err(error) => fail(Exit::Failed, &format!("the terminal cannot be written to: {error}")).into(),
    })
}

/// What was opened for the screen, to be closed behind it.
trait Close {
    /// Ends it; what comes back is printed for the user.
    fn close(self) -> impl Future<Output = Option<String>>;
}

impl Close for Session {
    async fn close(self) -> Option<String> {
        self.engine.stop().await;
        None
    }
}

impl Close for Demo {
    async fn close(self) -> Option<String> {
        let project = self.stop().await;
        Some(format!(
            "The sample project is in {}; delete it when you like.\n\
             With real models: mira auth set openai, mira auth set deepseek, then mira in a project of yours.\n",
            project.display()
        ))
    }
}

async fn over_project(
    global: GlobalArgs,
    mut settings: Settings,
    logs: Logs,
    sender: Opening,
) -> Option<Session> {
    // The keyring may take its time; the screen does not wait for it.
    let loaded = tokio::task::spawn_blocking(move || {
        settings.load_keys(&[Role::Planner, Role::Coder]).map(|()| settings)
    });
    let settings = match loaded.await {
        Ok(Ok(settings)) => settings,
        Ok(Err(error)) => return refuse(sender, error.to_string()),
        Err(_) => return refuse(sender, "the keys could not be read".to_owned()),
    };
    match Session::open(&global, (settings, logs)).await {
        Ok(session) => {
            let _ = sender.send(Ok(session.engine.handle()));
            Some(session)
        }
        Err(error) => refuse(sender, error.to_string()),
    }
}

async fn over_sample(sender: Opening) -> Option<Demo> {
    match Demo::start(Pace::Watched).await {
        Ok(demo) => {
            let _ = sender.send(Ok(demo.engine.handle()));
            Some(demo)
        }
        Err(error) => refuse(sender, error.to_string()),
    }
}

fn refuse<T>(sender: Opening, why: String) -> Option<T> {
    let _ = sender.send(Err(why));
    None
}

fn which(args: &ScreenArgs) -> Option<Which> {
    match &args.resume {
        Some(Some(id)) => Some(Which::Named(id.clone())),
        _ => args.resume_last.then_some(Which::Latest),
    }
}

fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

fn without_terminal(args: &ScreenArgs) -> Exit {
    use clap::CommandFactory;
    match args.prompt {
        None => print(&Cli::command().render_help().to_string()),
        Some(_) => {
            fail(Exit::Usage, &"there is no terminal for the screen here; without one: mira exec PROMPT")
        }
    }
}

/// A single word that is nearly a command is a slip, not something to ask a model.
fn mistyped_command(prompt: &str) -> Option<String> {
    use clap::CommandFactory;
    if prompt.contains(char::is_whitespace) {
        return None;
    }
    let command = Cli::command();
    let near = command.get_subcommands().find(|known| is_near(known.get_name(), prompt))?;
    Some(format!(
        "there is no command {prompt:?}; {} is one. To ask a model this word, start mira and type it.",
        near.get_name()
    ))
}

/// One letter more, less, other, or two swapped.
fn is_near(command: &str, word: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (command.chars().collect(), word.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let longer = a.len().max(b.len());
    a.len().abs_diff(b.len()) <= 1
        && longer > 3
        && same_start + same_end.min(longer - same_start) + 2 >= longer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_not_sent_to_a_model() {
        for slip in ["demp", "exce", "artifact", "confg"] {
            assert!(mistyped_command(slip).is_some(), "{slip}");
        }
        for prompt in ["hello", "why", "fix the demo", "executive", "t"] {
            assert_eq!(mistyped_command(prompt), None, "{prompt}");
        }
    }
}

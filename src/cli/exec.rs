//! `mira exec`: one turn without a screen.

use std::{
    fmt::Write,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;

use super::{
    Exit, GlobalArgs, fail,
    session::{self, Session, SessionError},
};
use crate::{
    config::{Role, Settings},
    engine::EngineError,
    exec::{self, Ending, ExecError, Format, Turn, stdin},
    llm::{LocalServer, Models, probe_local},
    protocol::{ClientContext, ConversationId, ErrorCode, Mode},
    terminal,
};

/// One turn without a screen: the answer on stdout, files as artifacts
#[derive(Clone, Debug, Args)]
pub struct ExecArgs {
    /// What to do; `-` reads it from stdin. A pipe given beside it is added to it
    #[arg(value_name = "PROMPT")]
    pub prompt: Option<String>,
    /// Print one JSON event a line
    #[arg(long)]
    pub json: bool,
    /// Only answer: propose no changes
    #[arg(long, conflicts_with = "apply")]
    pub ask: bool,
    /// Write the artifacts instead of leaving them pending
    #[arg(long)]
    pub apply: bool,
    /// Go on with this conversation
    #[arg(long, value_name = "ID", conflicts_with = "resume_last")]
    pub conversation: Option<String>,
    /// Go on with this project's last conversation
    #[arg(long = "continue")]
    pub resume_last: bool,
    /// Stop before the cost passes so many US dollars
    #[arg(long, value_name = "USD", value_parser = dollars)]
    pub max_cost: Option<f64>,
    /// Give up after so many seconds (exit code 124)
    #[arg(long, value_name = "SECS", value_parser = seconds)]
    pub timeout: Option<Duration>,
    /// Demand a closing answer that satisfies this JSON Schema
    #[arg(long, value_name = "FILE")]
    pub output_schema: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &ExecArgs, global: &GlobalArgs) -> Exit {
    let prepared = stdin::prompt(args.prompt.as_deref())
        .map_err(|error| error.to_string())
        .and_then(|prompt| Ok((prompt, output_schema(args.output_schema.as_deref())?)));
    let (prompt, output_schema) = match prepared {
        Ok(prepared) => prepared,
        Err(why) => return fail(Exit::Usage, &why),
    };
    let mode = if args.ask { Mode::Ask } else { Mode::default() };
    let turn = Turn {
        prompt,
        conversation: None,
        context: ClientContext { mode, output_schema, ..ClientContext::default() },
        apply: args.apply,
        timeout: args.timeout,
    };
    let ended = session::block_on(run_turn(args, global, turn));
    ended.unwrap_or_else(|error| fail(error.exit(), &error))
}

async fn run_turn(args: &ExecArgs, global: &GlobalArgs, mut turn: Turn) -> Result<Exit, SessionError> {
    let (mut settings, logs) = global.start()?;
    settings.budget.max_cost_usd = args.max_cost.or(settings.budget.max_cost_usd);
    settings.load_keys(&[Role::Planner, Role::Coder])?;
    if let Some(refusal) = unpriced(args, &settings) {
        return Ok(fail(Exit::Settings, &refusal));
    }
    if let Err(missing) = settings.require_keys(&[Role::Planner]) {
        return Ok(fail(Exit::Settings, &format!("{missing}\n{}", without_key(&probe_local().await))));
    }
    let session = Session::open(global, (settings, logs)).await?;
    turn.conversation = match conversation(args, &session).await? {
        Ok(conversation) => conversation,
        Err(refusal) => return Ok(fail(Exit::Usage, &refusal)),
    };
    let format = match args.json {
        true => Format::Json,
        false => Format::Text { live: io::stdout().is_terminal() && args.output_schema.is_none() },
    };
    let ending = exec::run(&session.engine.handle(), turn, format, interrupted()).await;
    session.engine.stop().await;
    Ok(exit(ending))
}

/// The conversation to go on with; the inner error is for the user.
async fn conversation(
    args: &ExecArgs,
    session: &Session,
) -> Result<Result<Option<ConversationId>, String>, SessionError> {
    if args.resume_last {
        let latest = session.store.latest_conversation(session.project.id).await?;
        let found = latest.map(|latest| Some(latest.id));
        return Ok(found.ok_or_else(|| "this project has no conversation to continue yet".to_owned()));
    }
    let Some(text) = &args.conversation else { return Ok(Ok(None)) };
    let Ok(id) = text.parse() else {
        return Ok(Err(format!("{text:?} is no conversation id; it looks like 019ab3c4-…")));
    };
    Ok(Ok(Some(session.store.conversation(id).await?.id)))
}

fn output_schema(path: Option<&Path>) -> Result<Option<serde_json::Value>, String> {
    let Some(path) = path else { return Ok(None) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("the schema {} cannot be read: {error}", path.display()))?;
    match serde_json::from_str(&text) {
        Ok(schema @ serde_json::Value::Object(_)) => Ok(Some(schema)),
        Ok(_) => Err(format!("the schema {} is no JSON object", path.display())),
        Err(error) => Err(format!("the schema {} is not JSON: {error}", path.display())),
    }
}

/// A cap on money that nobody could keep is refused before anything is spent.
fn unpriced(args: &ExecArgs, settings: &Settings) -> Option<String> {
    args.max_cost?;
    let models = Models::new(settings.models.clone());
    let unknown = [Role::Planner, Role::Coder].into_iter().find(|role| {
        let used = settings.role(*role);
        let provider = settings.providers.get(&used.provider);
        let local = provider.is_some_and(|provider| provider.base_url.starts_with("http://"));
        models.info(&used.model).price.is_none() && !local
    })?;
    let model = &settings.role(unknown).model;
    Some(format!(
        "--max-cost cannot be kept: no price is known for {model}; add one in the settings under [models.\"{model}\"]"
    ))
}

/// What helps when the planner has no key.
fn without_key(servers: &[LocalServer]) -> String {
    let mut help = String::new();
    for server in servers {
        let model = server.models.first().map_or("MODEL", String::as_str);
        let _ = writeln!(
            help,
            "\n{} answers at {} with {} model(s). To use it, put this into the file that `mira config path` names:\n\n  \
             providers.local = {{ kind = \"chat_completions\", base_url = \"{}\", needs_key = false }}\n  \
             roles.planner = {{ provider = \"local\", model = \"{model}\" }}\n  \
             roles.coder = {{ provider = \"local\", model = \"{model}\" }}",
            server.name,
            server.base_url,
            server.models.len(),
            server.base_url
        );
    }
    if servers.is_empty() {
        help.push_str(
            "\nNo model server answers on the usual local ports (Ollama, LM Studio, llama.cpp, vLLM).\n",
        );
    }
    help.push_str("\nTo see Mira work without any key: mira demo --exec");
    help
}

fn exit(ending: Result<Ending, ExecError>) -> Exit {
    match ending {
        Ok(Ending::Done) => Exit::Done,
        Ok(Ending::TimedOut) => Exit::Timeout,
        Ok(Ending::Interrupted) => Exit::Interrupted,
        Ok(Ending::NeedsApproval { what }) => fail(Exit::Approval, &needs_approval(&what)),
        Ok(Ending::Failed(ErrorCode::LlmError | ErrorCode::TimeoutError)) => Exit::Provider,
        Ok(Ending::Failed(ErrorCode::BudgetExceeded)) => Exit::SpendCap,
        Ok(Ending::Failed(_)) => Exit::Failed,
        // A reader that went away has what it wanted.
        Err(ExecError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error @ ExecError::Engine(EngineError::Llm(_))) => fail(Exit::Provider, &error),
        Err(error) => fail(Exit::Failed, &error),
    }
}

fn needs_approval(what: &str) -> String {
    format!(
        "{} waits for a review (delegation.review), which nobody can give here; to go without: \
         --set delegation.review=never",
        terminal::visible(what)
    )
}

/// Completes at Ctrl-C or when the system asks the program to end.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut hangup)) =
            (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

fn dollars(text: &str) -> Result<f64, String> {
    match text.trim_start_matches('$').parse::<f64>() {
        Ok(dollars) if dollars.is_finite() && dollars >= 0.0 => Ok(dollars),
        _ => Err("expected US dollars, such as 0.50".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>().map(Duration::try_from_secs_f64) {
        Ok(Ok(duration)) if !duration.is_zero() => Ok(duration),
        _ => Err("expected seconds, such as 90".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        exec: ExecArgs,
    }

    fn parse(line: &str) -> Result<ExecArgs, String> {
        let words = std::iter::once("exec").chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.exec).map_err(|error| error.to_string())
    }

    #[test]
    fn a_prompt_takes_its_flags() {
        let args = parse("- --json --apply --continue --max-cost 0.5 --timeout 90").unwrap();
        assert_eq!(args.prompt.as_deref(), Some("-"));
        assert!(args.json && args.apply && args.resume_last);
        assert_eq!(args.max_cost, Some(0.5));
        assert_eq!(args.timeout, Some(Duration::from_secs(90)));
    }

    #[test]
    fn nonsense_is_refused() {
        for line in ["--max-cost nan", "--max-cost=-1", "--timeout 0", "--timeout x"] {
            assert!(parse(line).unwrap_err().contains("expected"), "{line}");
        }
        assert!(parse("--continue --conversation 1").unwrap_err().contains("cannot be used with"));
    }
}

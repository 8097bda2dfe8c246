//! `mira context`: which files and symbols would go along with a task, why, and what they cost.

use std::{fmt::Write, time::Duration};

use clap::Args;
use serde_json::json;

use super::{
    Exit, GlobalArgs, fail, print,
    session::{self, CodeSession, SessionError},
};
use crate::{
    engine::code::{Relevant, RelevantFile},
    terminal::visible,
};

/// The first look at a large project takes a while; who asks on the command line wants it whole.
const PATIENCE: Duration = Duration::from_secs(600);

/// The files and symbols that would go along with a task, the best first
#[derive(Clone, Debug, Args)]
pub struct ContextArgs {
    /// What is to be done, in words
    #[arg(required = true)]
    pub task: Vec<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// Tokens at most, in place of context.budget_tokens
    #[arg(long, value_name = "N")]
    pub budget: Option<u64>,
}

/// Runs the command.
pub(super) fn run(args: &ContextArgs, global: &GlobalArgs) -> Exit {
    let done = session::block_on(async {
        let session = CodeSession::open(global, global.start()?).await?;
        let budget = args.budget.unwrap_or(session.budget);
        let relevant = session.code.relevant(&args.task.join(" "), budget, PATIENCE).await;
        session.store.close().await;
        relevant.map_err(SessionError::from)
    });
    match done {
        Ok(relevant) if args.json => print(&(as_json(&relevant).to_string() + "\n")),
        Ok(relevant) => print(&as_text(&relevant)),
        Err(error) => fail(error.exit(), &error),
    }
}

fn as_json(relevant: &Relevant) -> serde_json::Value {
    let files: Vec<serde_json::Value> = relevant.files.iter().map(file_as_json).collect();
    let mut value = json!({ "files": files, "tokens": relevant.tokens });
    if let Some(missing) = &relevant.missing {
        value["note"] = json!(missing.to_string());
    }
    value
}

fn file_as_json(file: &RelevantFile) -> serde_json::Value {
    let symbols = file.symbols.iter().map(|ranked| {
        let symbol = &ranked.symbol;
        json!({
            "name": symbol.qualified(),
            "kind": symbol.kind,
            "line": symbol.first_line,
            "score": rounded(ranked.score),
        })
    });
    json!({
        "path": file.path,
        "score": rounded(file.score),
        "tokens": file.tokens,
        "symbols": symbols.collect::<Vec<_>>(),
    })
}

/// Four digits are more than a score means.
fn rounded(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}

fn as_text(relevant: &Relevant) -> String {
    let mut text = String::new();
    relevant.files.iter().for_each(|file| text.push_str(&file_as_text(file)));
    if relevant.files.is_empty() {
        text.push_str("No file of this project shares a word with that. Try other words.\n");
    } else {
        let _ = writeln!(text, "{} files, about {} tokens.", relevant.files.len(), relevant.tokens);
    }
    if let Some(missing) = &relevant.missing {
        let _ = writeln!(text, "{missing}");
    }
    text
}

fn file_as_text(file: &RelevantFile) -> String {
    let signs: Vec<String> =
        file.signs.iter().map(|(sign, value)| format!("{} {value:.2}", sign.as_str())).collect();
    let path = visible(&file.path);
    let mut text = format!("{:.2}  {path}  ~{} tokens\n", file.score, file.tokens);
    let _ = writeln!(text, "      {}", signs.join(" · "));
    for ranked in &file.symbols {
        let symbol = &ranked.symbol;
        let is_quoted = file.excerpts.iter().any(|excerpt| excerpt.first_line == symbol.first_line);
        let quoted = if is_quoted { "  with its text" } else { "" };
        let (kind, name) = (symbol.kind.as_str(), visible(&symbol.qualified()).into_owned());
        let _ = writeln!(text, "      {:>5}  {kind} {name}  {:.2}{quoted}", symbol.first_line, ranked.score);
    }
    text
}

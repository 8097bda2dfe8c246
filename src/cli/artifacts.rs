//! `mira artifacts`: what is proposed, and what becomes of it.

use std::fmt::Write;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Exit, GlobalArgs, fail, print,
    session::{self, Session, SessionError},
};
use crate::{
    engine::EngineError,
    protocol::{
        ArtifactId, ArtifactState, ArtifactView, ChangeId, ChangeView, Command, OperationId, Reply, TakeBack,
    },
    store::{Artifact, ArtifactFilter, ChangeScope, StoreError},
    terminal::{short, visible},
};

mod hunk_list;
mod review;

pub use hunk_list::HunkList;

/// Most artifacts in one list.
const LISTED: u32 = 500;

/// Proposed files: what waits, what it changes, write it, turn it down, take it back
#[derive(Clone, Debug, Args)]
pub struct ArtifactsArgs {
    /// What to do; without it the pending ones are listed
    #[command(subcommand)]
    pub action: Option<ArtifactsAction>,
}

/// What can be done with artifacts. An id may be shortened as long as it names one artifact.
#[derive(Clone, Debug, Subcommand)]
pub enum ArtifactsAction {
    /// List this project's artifacts
    List {
        /// The written and rejected ones too
        #[arg(long)]
        all: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a proposed file; on a terminal its hunks, numbered
    Show {
        /// Which
        id: String,
        /// Its numbered hunks, wherever they are printed to
        #[arg(long)]
        hunks: bool,
    },
    /// Print what would change on disk
    Diff {
        /// Which; without it all pending ones
        ids: Vec<String>,
    },
    /// Write to disk, all or none
    Apply {
        /// Which; without it all pending ones
        ids: Vec<String>,
        /// Of one artifact only these hunks, such as 0,2-3; the others are turned down
        #[arg(long, value_name = "HUNKS")]
        hunks: Option<HunkList>,
    },
    /// Turn down
    Reject {
        /// Which
        #[arg(required = true)]
        ids: Vec<String>,
        /// Of one artifact only these hunks, such as 0,2-3; the others go on waiting
        #[arg(long, value_name = "HUNKS")]
        hunks: Option<HunkList>,
        /// Why: the models are told
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Bring a proposal together with a file that has changed since
    Rebase {
        /// Which
        id: String,
    },
    /// Take a written change back (undoing an undo writes it again)
    Undo {
        /// Which change or artifact; without it the last change
        id: Option<String>,
        /// Everything that this operation has written
        #[arg(long, value_name = "ID", conflicts_with = "id")]
        operation: Option<OperationId>,
    },
}

/// Runs the command.
pub(super) fn run(args: &ArtifactsArgs, global: &GlobalArgs) -> Exit {
    let action = args.action.clone().unwrap_or(ArtifactsAction::List { all: false, json: false });
    let done = session::block_on(async {
        let session = Session::open(global, global.start()?).await?;
        let done = act(&session, action).await;
        session.engine.stop().await;
        done
    });
    match done {
        Ok(text) => print(&text),
        Err(error) => fail(error.exit(), &error),
    }
}

/// Does one action; returns what to print.
async fn act(session: &Session, action: ArtifactsAction) -> Result<String, SessionError> {
    match action {
        ArtifactsAction::List { all, json } => list(session, all, json).await,
        ArtifactsAction::Show { id, hunks } => review::show(session, &id, hunks).await,
        ArtifactsAction::Diff { ids } => diff(session, &ids).await,
        ArtifactsAction::Apply { ids, hunks: None } => apply(session, &ids).await,
        ArtifactsAction::Apply { ids, hunks: Some(hunks) } => review::apply(session, &ids, hunks).await,
        ArtifactsAction::Reject { ids, hunks, reason } => review::reject(session, &ids, hunks, reason).await,
        ArtifactsAction::Rebase { id } => review::rebase(session, &id).await,
        ArtifactsAction::Undo { operation: Some(operation), .. } => {
            take_back(session, Command::TakeBack { what: TakeBack::Operation(operation) }).await
        }
        ArtifactsAction::Undo { id, operation: None } => undo(session, id.as_deref()).await,
    }
}

async fn find(session: &Session, id: &str) -> Result<Artifact, SessionError> {
    Ok(session.store.find_artifact(session.project.id, id).await?)
}

/// The named artifacts, or all that wait in this project, oldest first.
async fn chosen(session: &Session, ids: &[String]) -> Result<Vec<Artifact>, SessionError> {
    if ids.is_empty() {
        let waiting = ArtifactFilter { state: Some(ArtifactState::Pending), ..of_project(session) };
        let mut artifacts = session.store.artifacts(waiting, LISTED).await?;
        artifacts.reverse();
        return Ok(artifacts);
    }
    let mut artifacts = Vec::with_capacity(ids.len());
    for id in ids {
        let named = find(session, id).await?;
        if artifacts.iter().all(|earlier: &Artifact| earlier.view.artifact_id != named.view.artifact_id) {
            artifacts.push(named);
        }
    }
    Ok(artifacts)
}

fn of_project(session: &Session) -> ArtifactFilter {
    ArtifactFilter { project: Some(session.project.id), ..ArtifactFilter::default() }
}

async fn list(session: &Session, all: bool, json: bool) -> Result<String, SessionError> {
    let state = (!all).then_some(ArtifactState::Pending);
    let artifacts = session.store.artifacts(ArtifactFilter { state, ..of_project(session) }, LISTED).await?;
    if json {
        return Ok(artifacts.iter().map(|artifact| format!("{}\n", as_json(artifact))).collect());
    }
    if artifacts.is_empty() {
        return Ok("Nothing waits in this project. All artifacts: mira artifacts list --all\n".to_owned());
    }
    let mut text: String = artifacts.iter().rev().map(|artifact| line(&artifact.view)).collect();
    if !all {
        text.push_str("Look: mira artifacts diff [ID] · write: apply [ID] · turn down: reject ID\n");
    }
    Ok(text)
}

fn as_json(artifact: &Artifact) -> serde_json::Value {
    let mut value = json!(artifact.view);
    value["operation_id"] = json!(artifact.operation_id);
    value["conversation_id"] = json!(artifact.conversation_id);
    value
}

fn line(view: &ArtifactView) -> String {
    let (id, place) = (short(&view.artifact_id), view.place());
    let ArtifactView { state, added, removed, .. } = view;
    let (state, does) = (state.as_str(), view.does());
    format!("{id}  {state:10}  {does:4}  +{added} −{removed}  {}\n", visible(&place)) + &warnings(view)
}

/// What to beware of, a line each.
fn warnings(view: &ArtifactView) -> String {
    view.syntax_warnings().iter().map(|warning| format!("⚠ {}\n", visible(warning))).collect()
}

async fn diff(session: &Session, ids: &[String]) -> Result<String, SessionError> {
    let mut text = String::new();
    for artifact in chosen(session, ids).await? {
        eprint!("{}", warnings(&artifact.view));
        text.push_str(&visible(&artifact.view.diff));
    }
    if text.is_empty() {
        text.push_str("Nothing waits in this project.\n");
    }
    Ok(text)
}

async fn apply(session: &Session, ids: &[String]) -> Result<String, SessionError> {
    let artifact_ids: Vec<ArtifactId> =
        chosen(session, ids).await?.iter().map(|artifact| artifact.view.artifact_id).collect();
    if artifact_ids.is_empty() {
        return Ok("Nothing waits in this project.\n".to_owned());
    }
    match session.engine.handle().send(Command::Apply { artifact_ids }).await? {
        Reply::Applied { change } => Ok(told("written", &change)),
        _ => Ok(String::new()),
    }
}

async fn undo(session: &Session, id: Option<&str>) -> Result<String, SessionError> {
    let command = meant(session, id).await?;
    take_back(session, command).await
}

async fn take_back(session: &Session, command: Command) -> Result<String, SessionError> {
    match session.engine.handle().send(command).await? {
        Reply::Applied { change } => Ok(told("taken back", &change)),
        _ => Ok(String::new()),
    }
}

/// What is meant: the last change, one by its id, or what was written of an artifact.
async fn meant(session: &Session, id: Option<&str>) -> Result<Command, SessionError> {
    let project = session.project.id;
    let Some(id) = id else {
        let last = session.store.last_change(ChangeScope::Project(project)).await?;
        return last.map(|change_id| Command::Undo { change_id }).ok_or_else(|| {
            SessionError::Engine(EngineError::NotFound("Nothing was written in this project yet.".into()))
        });
    };
    let changes = session.store.changes(project, LISTED).await?;
    match matching(&changes, id).as_slice() {
        [change_id] => Ok(Command::Undo { change_id: *change_id }),
        [] => {
            let artifact = find(session, id).await?.view.artifact_id;
            Ok(Command::TakeBack { what: TakeBack::Artifact(artifact) })
        }
        several => {
            let matches = several.iter().take(4).map(ToString::to_string).collect();
            Err(StoreError::Ambiguous { what: "change", text: id.to_owned(), matches }.into())
        }
    }
}

/// The changes whose id begins or ends with `text`.
fn matching(changes: &[ChangeView], text: &str) -> Vec<ChangeId> {
    let text = text.to_ascii_lowercase();
    let fits = |id: &ChangeId| {
        let id = id.to_string();
        !text.is_empty() && (id.starts_with(&text) || id.ends_with(&text))
    };
    changes.iter().map(|change| change.change_id).filter(fits).collect()
}

/// What a change did, and how to take it back.
fn told(verb: &str, change: &ChangeView) -> String {
    let mut text: String =
        change.files.iter().map(|file| format!("{verb} {}\n", visible(&file.path))).collect();
    let _ = writeln!(text, "Take this back: mira artifacts undo {}", short(&change.change_id));
    text
}

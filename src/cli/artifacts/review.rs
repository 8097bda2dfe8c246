//! `mira artifacts show`, and decisions about parts of a proposal.

use std::{
    fmt::Write,
    io::{self, IsTerminal},
};

use super::{HunkList, find, told, warnings};
use crate::{
    cli::session::{Session, SessionError},
    engine::EngineError,
    protocol::{ArtifactAction, ArtifactView, Command, DiskState, Reply, ReviewView},
    store::Artifact,
    terminal::{short, visible},
};

/// The exact bytes for a file or a pipe; hunks for a terminal or when they are asked for. Warnings go beside them.
pub(super) async fn show(session: &Session, id: &str, hunks: bool) -> Result<String, SessionError> {
    let artifact = find(session, id).await?;
    eprint!("{}", warnings(&artifact.view));
    if !hunks && !io::stdout().is_terminal() {
        return Ok(artifact.view.content);
    }
    let review = session.engine.handle().review(artifact.view.artifact_id).await?;
    Ok(numbered(&review))
}

fn numbered(review: &ReviewView) -> String {
    let ArtifactView { action, state, added, removed, artifact_id, .. } = &review.artifact;
    let (place, id) = (review.artifact.place(), short(artifact_id));
    let mut text = format!("{}  {state}  +{added} −{removed}  ({id})\n", visible(&place));
    if *action == ArtifactAction::Delete {
        text.push_str("The file is deleted.\n");
    }
    text.push_str(match action {
        ArtifactAction::Write => disk(&review.disk),
        ArtifactAction::Delete | ArtifactAction::Rename { .. } => disk_of_whole(&review.disk),
    });
    for (number, hunk) in (0u32..).zip(&review.hunks.hunks) {
        let conflict =
            if review.conflicts.contains(&number) { "  conflict: replaces your own edit" } else { "" };
        let _ = write!(text, "\nhunk {number}{conflict}\n{}", visible(&hunk.to_string()));
    }
    text
}

fn disk(state: &DiskState) -> &'static str {
    match state {
        DiskState::Same => "",
        DiskState::Changed { merged } if merged.conflicts.is_empty() => {
            "The file has changed since; rebase brings both together.\n"
        }
        DiskState::Changed { .. } => "The file has changed since, in the same places; rebase shows where.\n",
        DiskState::Missing => "The file has been deleted since; rebase proposes it anew.\n",
        DiskState::Appeared => "The file has been made since; rebase shows the difference.\n",
    }
}

/// The same where there is nothing to merge: a file is deleted or renamed as it was, or not at all.
fn disk_of_whole(state: &DiskState) -> &'static str {
    match state {
        DiskState::Same => "",
        DiskState::Missing => "The file has been deleted since.\n",
        DiskState::Changed { .. } | DiskState::Appeared => {
            "The file has changed since; turn this down, or ask for it again.\n"
        }
    }
}

/// The one artifact whose hunks are meant.
async fn the_one(session: &Session, ids: &[String]) -> Result<Artifact, SessionError> {
    match ids {
        [id] => find(session, id).await,
        _ => Err(EngineError::Conflict("--hunks goes with exactly one artifact.".to_owned()).into()),
    }
}

/// Writes some hunks.
pub(super) async fn apply(
    session: &Session,
    ids: &[String],
    HunkList(hunks): HunkList,
) -> Result<String, SessionError> {
    let artifact_id = the_one(session, ids).await?.view.artifact_id;
    let engine = session.engine.handle();
    let part = engine.part(artifact_id, &hunks).await?;
    let apply = Command::ApplyHunks { artifact_id, hunks: part.hunks, expected_hash: part.hash };
    match engine.send(apply).await? {
        Reply::Applied { change } => Ok(told("written", &change)),
        _ => Ok(String::new()),
    }
}

/// Turns artifacts down, or some hunks of one.
pub(super) async fn reject(
    session: &Session,
    ids: &[String],
    hunks: Option<HunkList>,
    reason: Option<String>,
) -> Result<String, SessionError> {
    let artifacts = match &hunks {
        Some(_) => vec![the_one(session, ids).await?],
        None => super::chosen(session, ids).await?,
    };
    let hunks = hunks.map(|HunkList(hunks)| hunks);
    let mut text = String::new();
    for artifact in artifacts {
        let artifact_id = artifact.view.artifact_id;
        let reject = Command::Reject { artifact_id, hunks: hunks.clone(), reason: reason.clone() };
        match session.engine.handle().send(reject).await? {
            Reply::Revised { artifact } => text.push_str(&waits(&artifact)),
            _ => drop(writeln!(text, "turned down {}", visible(&artifact.view.path))),
        }
    }
    Ok(text)
}

/// Brings a proposal together with the file as it is.
pub(super) async fn rebase(session: &Session, id: &str) -> Result<String, SessionError> {
    let artifact_id = find(session, id).await?.view.artifact_id;
    let engine = session.engine.handle();
    let Reply::Revised { artifact } = engine.send(Command::Rebase { artifact_id }).await? else {
        return Ok(String::new());
    };
    let review = engine.review(artifact.artifact_id).await?;
    let mut text = waits(&artifact);
    if !review.conflicts.is_empty() {
        let numbers: Vec<String> = review.conflicts.iter().map(ToString::to_string).collect();
        let id = short(&artifact.artifact_id);
        let _ = writeln!(
            text,
            "It replaces your own edits in hunk {}. Look: mira artifacts show {id} · write: apply {id} --hunks …",
            numbers.join(", ")
        );
    }
    Ok(text)
}

fn waits(artifact: &ArtifactView) -> String {
    let ArtifactView { path, added, removed, artifact_id, .. } = artifact;
    let line = format!("{} waits as {}  +{added} −{removed}\n", visible(path), short(artifact_id));
    line + &warnings(artifact)
}

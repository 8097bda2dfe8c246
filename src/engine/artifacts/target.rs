//! A proposal beside the disk: what it is made against, what it changes there, and its text in the
//! manner of the file it replaces.

use std::sync::Arc;

use super::{Waiting, waiting};
use crate::{
    engine::{Shared, edits::ProposedChange},
    protocol::{ArtifactAction, FileDiff},
    workspace::{
        FileState, RelPath,
        diff::{diff, renamed},
        text,
    },
};

/// What a proposal comes to beside the disk, in the manner of the file it replaces.
pub(super) struct Target {
    pub(super) path: RelPath,
    pub(super) action: ArtifactAction,
    /// The file it is made against.
    pub(super) base: Option<Vec<u8>>,
    pub(super) difference: FileDiff,
    /// `None` when the file is like that already.
    pub(super) proposal: Option<String>,
}

/// Compares a proposal with the disk. The error is a refusal, in a sentence.
pub(super) async fn target(
    shared: &Arc<Shared>,
    path: RelPath,
    change: &ProposedChange,
) -> Result<Target, String> {
    let existing = on_disk(shared, &path).await?;
    match (change, existing) {
        (ProposedChange::Write(content), None) => Ok(Target {
            difference: diff(path.as_str(), None, Some(content)),
            action: ArtifactAction::Write,
            base: None,
            proposal: Some(content.clone()),
            path,
        }),
        (ProposedChange::Write(content), Some(existing)) => written(path, existing, content),
        (ProposedChange::Delete, Some(existing)) => Ok(deleted(path, existing)),
        (ProposedChange::Delete, None) => Err(format!("there is no file {path} to delete")),
        (ProposedChange::Rename { from, content }, None) => {
            let from = shared.workspace.write_path(from).map_err(|refusal| refusal.to_string())?;
            let content = match content {
                Some(content) => Some(content.clone()),
                None => waiting(shared, &from).await.and_then(Waiting::text),
            };
            match on_disk(shared, &from).await? {
                Some(existing) => moved(&from, path, existing, content.as_deref()),
                None => Err(format!("there is no file {from} to rename")),
            }
        }
        (ProposedChange::Rename { from, .. }, Some(_)) => {
            Err(format!("{from} cannot be renamed to {path}: a file stands there already"))
        }
    }
}

async fn on_disk(shared: &Shared, path: &RelPath) -> Result<Option<FileState>, String> {
    let (workspace, at) = (Arc::clone(&shared.workspace), path.clone());
    let state = tokio::task::spawn_blocking(move || workspace.target_state(&at)).await;
    let state = state.map_err(|_| "the file could not be read".to_owned())?;
    state.map_err(|refusal| refusal.to_string())
}

fn written(path: RelPath, existing: FileState, content: &str) -> Result<Target, String> {
    let bytes = in_the_manner_of(&path, &existing, content)?;
    let before = String::from_utf8_lossy(&existing.content);
    let proposal = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Target {
        difference: diff(path.as_str(), Some(&before), Some(&proposal)),
        action: ArtifactAction::Write,
        proposal: (bytes != *existing.content).then_some(proposal),
        base: Some(existing.content.to_vec()),
        path,
    })
}

/// A file that is no text is deleted without showing it.
fn deleted(path: RelPath, existing: FileState) -> Target {
    let before = std::str::from_utf8(&existing.content).unwrap_or_default();
    Target {
        difference: diff(path.as_str(), Some(before), None),
        action: ArtifactAction::Delete,
        base: Some(existing.content.to_vec()),
        proposal: Some(String::new()),
        path,
    }
}

fn moved(from: &RelPath, to: RelPath, existing: FileState, content: Option<&str>) -> Result<Target, String> {
    let before = String::from_utf8(existing.content.to_vec())
        .map_err(|_| format!("{from} {}; it cannot be renamed here", text::NotText::NotUtf8))?;
    let after = match content {
        Some(content) => String::from_utf8_lossy(&in_the_manner_of(from, &existing, content)?).into_owned(),
        None => before.clone(),
    };
    Ok(Target {
        difference: renamed(from.as_str(), to.as_str(), &before, &after),
        action: ArtifactAction::Rename { from: from.to_string() },
        base: Some(existing.content.to_vec()),
        proposal: Some(after),
        path: to,
    })
}

fn in_the_manner_of(path: &RelPath, existing: &FileState, content: &str) -> Result<Vec<u8>, String> {
    if content.trim().is_empty() && !existing.content.is_empty() {
        return Err(format!("the proposal would leave {path} empty; that is not taken for what was meant"));
    }
    text::match_conventions(&existing.content, content).map_err(|why| format!("{path} {why}"))
}

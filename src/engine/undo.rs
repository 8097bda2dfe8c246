//! What taking a change back would do, shown before it is done. Doing it is a command.

use std::sync::Arc;

use crate::{
    engine::{EngineError, EngineHandle},
    protocol::{ChangeId, ChangeView, FileChange, UndoFile, UndoPreview, UndoScope},
    store::{Change, ChangeScope, ChangedFile, FileState},
    workspace::{Workspace, diff::diff},
};

impl EngineHandle {
    /// What undoing the newest change in `scope` that still stands would do; `None` when there is none.
    ///
    /// # Errors
    /// There is no such change; the database cannot be read.
    pub async fn undo_preview(&self, scope: UndoScope) -> Result<Option<UndoPreview>, EngineError> {
        let change = match scope {
            UndoScope::Change(id) => Some(id),
            scope => self.shared.store.last_change(journal(scope)).await?,
        };
        self.preview(change).await
    }

    /// What undoing the newest undo in `scope` that still stands would do; `None` when there is none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn redo_preview(&self, scope: UndoScope) -> Result<Option<UndoPreview>, EngineError> {
        let undo = self.shared.store.last_undo(journal(scope)).await?;
        self.preview(undo).await
    }

    async fn preview(&self, change: Option<ChangeId>) -> Result<Option<UndoPreview>, EngineError> {
        let Some(id) = change else { return Ok(None) };
        let change = self.shared.store.change(id).await?;
        let stands = change.applied_at.is_some() && change.undone_at.is_none();
        if !stands || change.project_id != self.shared.project.id {
            return Ok(None);
        }
        let workspace = Arc::clone(&self.shared.workspace);
        let preview = tokio::task::spawn_blocking(move || UndoPreview {
            files: change.files.iter().map(|file| undo_file(&workspace, file)).collect(),
            change: view(&change),
        });
        preview.await.map(Some).map_err(|_| EngineError::Internal)
    }
}

fn journal(scope: UndoScope) -> ChangeScope {
    match scope {
        UndoScope::Conversation(id) => ChangeScope::Conversation(id),
        UndoScope::Artifact(id) => ChangeScope::Artifact(id),
        UndoScope::Change(id) => ChangeScope::Change(id),
    }
}

fn view(change: &Change) -> ChangeView {
    let file = |file: &ChangedFile| FileChange {
        path: file.path.clone(),
        before_hash: file.before.as_ref().map(FileState::hash),
        after_hash: file.after.as_ref().map(FileState::hash),
    };
    ChangeView {
        change_id: change.id,
        files: change.files.iter().map(file).collect(),
        undoes: change.undoes,
        applied_at: change.applied_at.unwrap_or_default(),
        undone_at: change.undone_at,
    }
}

/// Compares the disk with what it would be. A file that cannot be looked at is shown as the change
/// left it, beside the reason.
fn undo_file(workspace: &Workspace, file: &ChangedFile) -> UndoFile {
    let written = file.after.as_ref().map(|state| state.content.as_slice());
    let found = on_disk(workspace, &file.path);
    let now = found.as_ref().map_or(written, |found| found.as_deref());
    let conflict = match &found {
        Err(refusal) => Some(refusal.clone()),
        Ok(found) => edited(&file.path, found.as_deref(), written),
    };
    let before = file.before.as_ref().map(|state| state.content.as_slice());
    let difference = diff(&file.path, text(now).as_deref(), text(before).as_deref());
    UndoFile {
        path: file.path.clone(),
        diff: difference.to_string(),
        added: difference.added,
        removed: difference.removed,
        conflict,
    }
}

fn on_disk(workspace: &Workspace, path: &str) -> Result<Option<Vec<u8>>, String> {
    let path = workspace.path(path).map_err(|refusal| refusal.to_string())?;
    let found = workspace.target_state(&path).map_err(|refusal| refusal.to_string())?;
    Ok(found.map(|state| state.content))
}

/// What has happened to a file since the change, in a sentence.
fn edited(path: &str, now: Option<&[u8]>, written: Option<&[u8]>) -> Option<String> {
    let what = match (now, written) {
        (now, written) if now == written => return None,
        (None, _) => "has been deleted",
        (_, None) => "has been made anew",
        _ => "has been edited",
    };
    Some(format!("{path} {what} since; taking the change back would lose that, so it will be refused."))
}

fn text(bytes: Option<&[u8]>) -> Option<String> {
    bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

//! What taking written changes back does, worked out before it is done: for previews, and for the commands
//! that do it. Each file is computed from the disk and the journal, newest change first.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    engine::{EngineError, EngineHandle, Shared},
    protocol::{ChangeId, ChangeView, FileChange, UndoFile, UndoPreview, UndoScope},
    store::{Change, ChangeScope, ChangedFile, FileState, WrittenFile},
    workspace::{
        Workspace,
        apply::{Plan, PlannedWrite},
        diff::diff,
    },
};

mod restore;

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
        let view = view(&change);
        let undoing = Undoing::of(&self.shared, vec![change]).await?;
        Ok(Some(UndoPreview { files: undoing.files(), change: view }))
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

/// Changes that are taken back together.
#[derive(Debug)]
pub(crate) struct Undoing {
    /// Newest first.
    changes: Vec<Change>,
    files: BTreeMap<String, Undone>,
}

/// A file on its way back.
#[derive(Debug)]
struct Undone {
    /// As it is on disk; the error says why it cannot be looked at.
    found: Result<Option<FileState>, String>,
    /// As it will be.
    state: Option<FileState>,
    /// What stands in the way, first things first.
    conflict: Option<String>,
}

impl Undoing {
    /// Works out what taking `changes` back, newest first, makes of their files.
    pub(crate) async fn of(shared: &Shared, changes: Vec<Change>) -> Result<Self, EngineError> {
        let workspace = Arc::clone(&shared.workspace);
        let work = tokio::task::spawn_blocking(move || {
            let mut undoing = Self { changes: Vec::new(), files: BTreeMap::new() };
            for change in changes {
                change.files.iter().for_each(|file| undoing.take_back(&workspace, file));
                undoing.changes.push(change);
            }
            undoing
        });
        work.await.map_err(|_| EngineError::Internal)
    }

    /// A file that cannot be looked at is taken to be as the change left it, beside the reason.
    fn take_back(&mut self, workspace: &Workspace, file: &ChangedFile) {
        let undone = self.files.entry(file.path.clone()).or_insert_with(|| {
            let found = on_disk(workspace, &file.path);
            let state = found.clone().unwrap_or_else(|_| file.after.clone());
            Undone { conflict: found.as_ref().err().cloned(), found, state }
        });
        let restored = restore::restore(undone.state.as_ref(), file);
        undone.state = restored.state;
        undone.conflict = undone.conflict.take().or(restored.conflict);
    }

    /// What would happen to each file.
    pub(crate) fn files(&self) -> Vec<UndoFile> {
        self.files.iter().map(|(path, undone)| undone.view(path, &self.changes)).collect()
    }

    /// Everything that stands in the way, a sentence a file.
    pub(crate) fn conflicts(&self) -> Vec<&str> {
        self.files.values().filter_map(|undone| undone.conflict.as_deref()).collect()
    }

    /// What is taken back, newest first.
    pub(crate) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Every file of every change.
    pub(crate) fn written(&self) -> Vec<WrittenFile> {
        let of_change = |change: &Change| {
            let file = |file: &ChangedFile| WrittenFile { change: change.id, path: file.path.clone() };
            change.files.iter().map(file).collect::<Vec<_>>()
        };
        self.changes.iter().flat_map(of_change).collect()
    }

    /// The plan that does it, its files in the order of [`Undoing::origins`].
    ///
    /// # Errors
    /// Something stands in the way; a path is not allowed any more.
    pub(crate) fn plan(&self, workspace: &Workspace) -> Result<Plan, EngineError> {
        let conflicts = self.conflicts();
        if !conflicts.is_empty() {
            return Err(EngineError::Conflict(conflicts.join("\n")));
        }
        let path = |text: &str| workspace.path(text).map_err(|why| EngineError::Files(why.to_string()));
        let write = |(at, undone): (&String, &Undone)| {
            Ok(PlannedWrite {
                path: path(at)?,
                expected_before: undone.found.iter().flatten().next().map(FileState::hash),
                content: undone.state.as_ref().map(|state| state.content.clone()),
                mode: undone.state.as_ref().and_then(|state| state.mode),
            })
        };
        let dirs = self.changes.iter().flat_map(|change| change.created_dirs.iter().rev());
        Ok(Plan {
            writes: self.files.iter().map(write).collect::<Result<_, EngineError>>()?,
            remove_dirs: dirs.map(|dir| path(dir)).collect::<Result<_, _>>()?,
        })
    }

    /// The artifact behind each file of the plan: of several the newest.
    pub(crate) fn origins(&self) -> Vec<Option<crate::protocol::ArtifactId>> {
        let newest = |path: &String| {
            let mut files = self.changes.iter().flat_map(|change| &change.files);
            files.find(|file| file.path == *path).and_then(|file| file.artifact_id)
        };
        self.files.keys().map(newest).collect()
    }
}

impl Undone {
    fn view(&self, path: &str, changes: &[Change]) -> UndoFile {
        let files = || changes.iter().flat_map(|change| &change.files);
        let written = || files().find(|file| file.path == path).and_then(|file| file.after.clone());
        let now = self.found.clone().unwrap_or_else(|_| written());
        let difference = diff(path, text(now.as_ref()).as_deref(), text(self.state.as_ref()).as_deref());
        UndoFile {
            path: path.to_owned(),
            diff: difference.to_string(),
            added: difference.added,
            removed: difference.removed,
            conflict: self.conflict.clone(),
        }
    }
}

fn on_disk(workspace: &Workspace, path: &str) -> Result<Option<FileState>, String> {
    let path = workspace.path(path).map_err(|refusal| refusal.to_string())?;
    let found = workspace.target_state(&path).map_err(|refusal| refusal.to_string())?;
    Ok(found.map(|state| FileState { content: state.content, mode: state.mode }))
}

fn text(state: Option<&FileState>) -> Option<String> {
    state.map(|state| String::from_utf8_lossy(&state.content).into_owned())
}

//! What taking written changes back does, worked out before it is done: for previews, and for the commands
//! that do it. Each file is computed from the disk and the journal, newest change first.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    engine::{EngineError, EngineHandle, Shared},
    protocol::{ChangeId, ChangeView, FileChange, UndoFile, UndoPreview, UndoScope},
    store::{Change, ChangeScope, Contents, KeptFile, KeptState, WrittenFile},
    workspace::{
        Content, FileState, Workspace,
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
    let hash = |state: &Option<KeptState>| state.as_ref().map(|state| state.hash.clone());
    let file = |file: &KeptFile| FileChange {
        path: file.path.clone(),
        before_hash: hash(&file.before),
        after_hash: hash(&file.after),
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
    /// As it is on disk; one that cannot be looked at is taken to be as it was written.
    now: Option<FileState>,
    /// As it will be.
    state: Option<FileState>,
    /// What stands in the way, first things first.
    conflict: Option<String>,
}

impl Undoing {
    /// Works out what taking `changes` back, newest first, makes of their files. Contents are read for that
    /// only where hashes do not say enough: a file that nobody touched needs none but the one it gets.
    pub(crate) async fn of(shared: &Shared, changes: Vec<Change>) -> Result<Self, EngineError> {
        let paths: Vec<String> = by_path(&changes).into_keys().map(str::to_owned).collect();
        let found = look(shared, paths).await?;
        let mut contents: Contents = found.iter().filter_map(Found::content).collect();
        let mut needed = needed(&changes, &found);
        needed.retain(|hash| !contents.contains_key(hash));
        contents.extend(shared.store.contents(&needed).await?);
        let work = move || {
            let steps = by_path(&changes);
            let undone = |((path, steps), found): ((&str, Vec<_>), _)| {
                (path.to_owned(), Undone::of(found, &steps, &mut contents))
            };
            let files = steps.into_iter().zip(found).map(undone).collect();
            Self { changes, files }
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| EngineError::Internal)
    }

    /// What would happen to each file.
    pub(crate) fn files(&self) -> Vec<UndoFile> {
        self.files.iter().map(|(path, undone)| undone.view(path)).collect()
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
            let file = |file: &KeptFile| WrittenFile { change: change.id, path: file.path.clone() };
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
                expected_before: undone.now.as_ref().map(FileState::hash),
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
        by_path(&self.changes).values().map(|steps| steps.first().and_then(|file| file.artifact_id)).collect()
    }
}

/// What was written to each file, newest first.
fn by_path(changes: &[Change]) -> BTreeMap<&str, Vec<&KeptFile>> {
    let mut steps: BTreeMap<&str, Vec<&KeptFile>> = BTreeMap::new();
    for file in changes.iter().flat_map(|change| &change.files) {
        steps.entry(&file.path).or_default().push(file);
    }
    steps
}

/// The hashes of what has to be read to take these changes out of files as they were found.
fn needed(changes: &[Change], found: &[Found]) -> BTreeSet<String> {
    let files = by_path(changes);
    files.values().zip(found).flat_map(|(steps, found)| found.needs(steps)).collect()
}

/// A file on disk; the error says why it cannot be looked at.
struct Found(Result<Option<FileState>, String>);

impl Found {
    fn content(&self) -> Option<(String, Content)> {
        let state = self.0.as_ref().ok()?.as_ref()?;
        Some((state.hash(), state.content.clone()))
    }

    /// As it is on disk. One that cannot be looked at is taken to be as it was written.
    fn now(&self, steps: &[&KeptFile]) -> Option<KeptState> {
        match &self.0 {
            Ok(state) => state.as_ref().map(|state| KeptState { hash: state.hash(), mode: state.mode }),
            Err(_) => steps.first().and_then(|step| step.after.clone()),
        }
    }

    /// The hashes of what has to be read to take it back.
    fn needs(&self, steps: &[&KeptFile]) -> Vec<String> {
        restore::needed(self.now(steps).as_ref(), steps)
    }
}

/// Looks at files on disk.
async fn look(shared: &Shared, paths: Vec<String>) -> Result<Vec<Found>, EngineError> {
    let workspace = Arc::clone(&shared.workspace);
    let work = move || {
        let states = workspace.spelled_states(&paths);
        states.into_iter().map(|state| Found(state.map_err(|refusal| refusal.to_string()))).collect()
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| EngineError::Internal)
}

impl Undone {
    fn of(found: Found, steps: &[&KeptFile], contents: &mut Contents) -> Self {
        let now = found.now(steps);
        let (mut state, mut conflict) = (now.clone(), found.0.err());
        for step in steps {
            let restored = restore::restore(state, step, contents);
            state = restored.state;
            conflict = conflict.or(restored.conflict);
        }
        Self { now: loaded(now, contents), state: loaded(state, contents), conflict }
    }

    fn view(&self, path: &str) -> UndoFile {
        let difference = diff(path, text(self.now.as_ref()).as_deref(), text(self.state.as_ref()).as_deref());
        UndoFile {
            path: path.to_owned(),
            diff: difference.to_string(),
            added: difference.added,
            removed: difference.removed,
            conflict: self.conflict.clone(),
        }
    }
}

fn loaded(state: Option<KeptState>, contents: &Contents) -> Option<FileState> {
    let KeptState { hash, mode } = state?;
    Some(FileState { content: contents.get(&hash)?.clone(), mode })
}

fn text(state: Option<&FileState>) -> Option<String> {
    state.map(|state| String::from_utf8_lossy(&state.content).into_owned())
}

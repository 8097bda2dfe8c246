//! The journal of what is written to disk. A change is stored with everything needed to take it
//! back before the first file is touched, and marked as applied after the last; one that is found
//! in between belongs to a program that was killed, and is handed to the next one to bring to an end.

mod extent;
mod journal;

#[cfg(doc)]
use super::StoreError;
use super::{Result, Store, events};
use crate::protocol::{
    ArtifactId, Body, ChangeId, ChangeView, ConversationId, Event, FileState, OperationId, ProjectId, TimeMs,
};
pub use extent::{Extent, WrittenFile};

/// A set of files about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChange {
    /// Its id.
    pub id: ChangeId,
    /// The project below whose root the paths are.
    pub project_id: ProjectId,
    /// The operation in whose stream the change is told.
    pub operation_id: OperationId,
    /// The change that it takes back.
    pub undoes: Option<ChangeId>,
    /// The files, each path once.
    pub files: Vec<ChangedFile>,
    /// Folders that it makes, outermost first.
    pub created_dirs: Vec<String>,
    /// Folders that it removes if they are empty by then.
    pub removed_dirs: Vec<String>,
    /// What of its artifacts, or of other changes, it is about.
    pub extent: Extent,
}

/// A file that is about to be written, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// Path below the project root.
    pub path: String,
    /// The artifact whose content it is.
    pub artifact_id: Option<ArtifactId>,
    /// The file before; `None` when there was none.
    pub before: Option<FileState>,
    /// The file after; `None` when there is none any more.
    pub after: Option<FileState>,
}

/// A file of a change as the journal keeps it: its contents stand apart, under their hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// Path below the project root.
    pub path: String,
    /// The artifact whose content it is.
    pub artifact_id: Option<ArtifactId>,
    /// The file before; `None` when there was none.
    pub before: Option<KeptState>,
    /// The file after; `None` when there is none any more.
    pub after: Option<KeptState>,
}

/// What a file is made of, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptState {
    /// SHA-256 of the bytes, lower-case hex.
    pub hash: String,
    /// Unix permission bits, where there are such.
    pub mode: Option<u32>,
}

/// A journaled change. Its contents are read when they are needed: [`Store::contents`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// Its project.
    pub project_id: ProjectId,
    /// The project's root.
    pub root: String,
    /// The operation in whose stream it is told.
    pub operation_id: OperationId,
    /// The change that it takes back.
    pub undoes: Option<ChangeId>,
    /// When it was written; `None` when it has not been finished.
    pub applied_at: Option<TimeMs>,
    /// When it was taken back.
    pub undone_at: Option<TimeMs>,
    /// The files, without those that were taken back one by one.
    pub files: Vec<KeptFile>,
    /// Folders that it made, outermost first.
    pub created_dirs: Vec<String>,
    /// Folders that it removed if they were empty.
    pub removed_dirs: Vec<String>,
}

/// Where to look for a change to take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeScope {
    /// Among all of a project.
    Project(ProjectId),
    /// Among those told in a conversation.
    Conversation(ConversationId),
    /// Among those that wrote an artifact.
    Artifact(ArtifactId),
    /// Among one and those that undo it.
    Change(ChangeId),
}

/// Changes that put something on disk which is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Those of these operations.
    Operations(&'a [OperationId]),
    /// Those that wrote an artifact.
    Artifact(ArtifactId),
}

impl Store {
    /// Journals a change. When this returns, the files may be touched; afterwards comes
    /// [`Store::finish_change`], or [`Store::abort_change`] once everything is as it was.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of its artifacts has been decided already, when the change
    /// it undoes cannot be undone (any more), or when another program is writing one of its paths;
    /// or when the database fails.
    pub async fn begin_change(&self, new: &NewChange) -> Result<()> {
        let (now, owner) = (self.now(), self.owner()?);
        self.write(async |db| {
            journal::check_paths_free(db, new).await?;
            let applies = match (&new.extent, new.undoes) {
                (Extent::TakesBack { files, set_aside }, _) => {
                    extent::check_stands(db, files, set_aside).await.map(|()| false)?
                }
                (_, None) => journal::check_artifacts_wait(db, new).await.map(|()| true)?,
                (_, Some(undone)) => !journal::check_undoable(db, undone).await?,
            };
            journal::insert(db, new, applies, &owner, now).await
        })
        .await
    }

    /// Marks a journaled change as written, its artifacts as applied (or undone, when it undoes),
    /// and tells of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is finished already, [`StoreError::NotFound`], or when the
    /// database fails.
    pub async fn finish_change(&self, id: ChangeId) -> Result<(ChangeView, Vec<Event>)> {
        let now = self.now();
        self.write(async |db| {
            let change = journal::find_journaled(db, id).await?;
            journal::set_applied(db, id, now).await?;
            let mut events = extent::carry_over(db, &change, now).await?;
            let written = journal::find(db, id).await?;
            let view = journal::view(db, written).await?;
            let told = Body::ArtifactApplied { change: view.clone() };
            events.extend(events::store(db, change.operation_id, vec![told], now).await?);
            Ok((view, events))
        })
        .await
    }

    /// Drops a journaled change whose files are all as they were before.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is finished already, [`StoreError::NotFound`], or when the
    /// database fails.
    pub async fn abort_change(&self, id: ChangeId) -> Result<()> {
        self.write(async |db| {
            journal::find_journaled(db, id).await?;
            let query = sqlx::query("UPDATE changes SET status = 'aborted' WHERE id = ?");
            query.bind(id.to_string()).execute(db).await?;
            Ok(())
        })
        .await
    }

    /// Takes over the changes of a project that a killed program has journaled and not finished,
    /// oldest first. Each wants to be brought to an end: its files all new, then
    /// [`Store::finish_change`], or all old, then [`Store::abort_change`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover_changes(&self, project: ProjectId) -> Result<Vec<Change>> {
        let journaled = self.read(async |db| journal::journaled(db, project).await).await?;
        if journaled.iter().all(|change| self.is_alive(&change.owner)) {
            return Ok(Vec::new());
        }
        let owner = self.owner()?;
        self.write(async |db| {
            let mut taken = Vec::new();
            for change in journal::journaled(db, project).await? {
                if !self.is_alive(&change.owner) {
                    journal::set_owner(db, change.id, &owner).await?;
                    taken.push(journal::with_files(db, change).await?);
                }
            }
            Ok(taken)
        })
        .await
    }

    /// One change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn change(&self, id: ChangeId) -> Result<Change> {
        self.read(async |db| {
            let change = journal::find(db, id).await?;
            journal::with_files(db, change).await
        })
        .await
    }

    /// The changes that put something on disk which is still there, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing_changes(&self, of: Standing<'_>) -> Result<Vec<Change>> {
        self.read(async |db| {
            let mut changes = Vec::new();
            for change in journal::standing(db, of).await? {
                changes.push(journal::with_files(db, change).await?);
            }
            Ok(changes)
        })
        .await
    }

    /// The newest `limit` written changes of a project, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changes(&self, project: ProjectId, limit: u32) -> Result<Vec<ChangeView>> {
        self.read(async |db| {
            let query = sqlx::query_as(
                "SELECT changes.*, root FROM changes JOIN projects ON projects.id = project_id
                 WHERE project_id = ? AND status = 'applied' ORDER BY applied_at DESC, changes.rowid DESC LIMIT ?",
            );
            let changes = query.bind(project.to_string()).bind(limit).fetch_all(&mut *db).await?;
            let mut views = Vec::with_capacity(changes.len());
            for change in changes {
                views.push(journal::view(db, change).await?);
            }
            Ok(views)
        })
        .await
    }

    /// The newest change in `scope` that still stands and is no undo: what "undo" means there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_change(&self, scope: ChangeScope) -> Result<Option<ChangeId>> {
        self.read(async |db| journal::newest(db, scope, true).await).await
    }

    /// The newest undo in `scope` that still stands: what "redo" means there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_undo(&self, scope: ChangeScope) -> Result<Option<ChangeId>> {
        self.read(async |db| journal::newest(db, scope, false).await).await
    }
}

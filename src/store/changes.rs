//! The journal of what is written to disk. A change is stored with everything needed to take it
//! back before the first file is touched, and marked as applied after the last; one that is found
//! in between belongs to a program that was killed, and is handed to the next one to bring to an end.

use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow, types::Json};

use super::{
    Result, Store, StoreError,
    artifacts::{self, sha256},
    events, rows,
};
use crate::protocol::{
    ArtifactId, ArtifactState, Body, ChangeId, ChangeView, Event, FileChange, OperationId,
    ProjectId, TimeMs,
};

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

/// What a file is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileState {
    /// The bytes.
    pub content: Vec<u8>,
    /// Unix permission bits, where there are such.
    pub mode: Option<u32>,
}

impl FileState {
    /// SHA-256 of the content, lower-case hex.
    pub fn hash(&self) -> String {
        sha256(&self.content)
    }
}

/// A journaled change with the contents that it stands between.
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
    /// The files.
    pub files: Vec<ChangedFile>,
    /// Folders that it made, outermost first.
    pub created_dirs: Vec<String>,
    /// Folders that it removed if they were empty.
    pub removed_dirs: Vec<String>,
}

/// A change without its contents.
struct ChangeRow {
    id: ChangeId,
    project_id: ProjectId,
    root: String,
    operation_id: OperationId,
    undoes: Option<ChangeId>,
    status: String,
    applies: bool,
    created_dirs: Vec<String>,
    removed_dirs: Vec<String>,
    owner: String,
    applied_at: Option<TimeMs>,
    undone_at: Option<TimeMs>,
}

impl FromRow<'_, SqliteRow> for ChangeRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: rows::parse(row, "id")?,
            project_id: rows::parse(row, "project_id")?,
            root: row.try_get("root")?,
            operation_id: rows::parse(row, "operation_id")?,
            undoes: rows::parse_optional(row, "undoes")?,
            status: row.try_get("status")?,
            applies: row.try_get("applies")?,
            created_dirs: row.try_get::<Json<_>, _>("created_dirs")?.0,
            removed_dirs: row.try_get::<Json<_>, _>("removed_dirs")?.0,
            owner: row.try_get("owner")?,
            applied_at: row.try_get("applied_at")?,
            undone_at: row.try_get("undone_at")?,
        })
    }
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
            check_paths_free(db, new).await?;
            let applies = match new.undoes {
                None => check_artifacts_wait(db, new).await.map(|()| true)?,
                Some(undone) => !check_undoable(db, undone).await?,
            };
            insert(db, new, applies, &owner, now).await
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
            let change = find_journaled(db, id).await?;
            set_applied(db, &change, now).await?;
            let written = find(db, id).await?;
            let view = view(db, written).await?;
            let told = Body::ArtifactApplied {
                change: view.clone(),
            };
            let events = events::store(db, change.operation_id, vec![told], now).await?;
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
            find_journaled(db, id).await?;
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
        let journaled = self.read(async |db| journaled(db, project).await).await?;
        if journaled.iter().all(|change| self.is_alive(&change.owner)) {
            return Ok(Vec::new());
        }
        let owner = self.owner()?;
        self.write(async |db| {
            let mut taken = Vec::new();
            for change in self::journaled(db, project).await? {
                if !self.is_alive(&change.owner) {
                    set_owner(db, change.id, &owner).await?;
                    taken.push(with_contents(db, change).await?);
                }
            }
            Ok(taken)
        })
        .await
    }

    /// One change with its contents.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn change(&self, id: ChangeId) -> Result<Change> {
        self.read(async |db| {
            let change = find(db, id).await?;
            with_contents(db, change).await
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
                views.push(view(db, change).await?);
            }
            Ok(views)
        })
        .await
    }

    /// The newest change of a project that still stands and is no undo: what a plain "undo" means.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_change(&self, project: ProjectId) -> Result<Option<ChangeId>> {
        self.read(async |db| {
            let query = sqlx::query(
                "SELECT id FROM changes WHERE project_id = ? AND status = 'applied' AND applies
                 AND undone_at IS NULL ORDER BY applied_at DESC, rowid DESC LIMIT 1",
            );
            let row = query.bind(project.to_string()).fetch_optional(db).await?;
            Ok(row.map(|row| rows::parse(&row, "id")).transpose()?)
        })
        .await
    }
}

/// Refuses paths that an unfinished change is about to write.
async fn check_paths_free(db: &mut SqliteConnection, new: &NewChange) -> Result<()> {
    for file in &new.files {
        let query = sqlx::query_scalar::<_, i64>(
            "SELECT count(*) FROM changes JOIN file_changes ON change_id = id
             WHERE project_id = ? AND status = 'journaled' AND path = ?",
        );
        let query = query.bind(new.project_id.to_string()).bind(&file.path);
        if query.fetch_one(&mut *db).await? > 0 {
            let sentence = format!(
                "{} is being written by another Mira. Try again in a moment.",
                file.path
            );
            return Err(StoreError::Conflict(sentence));
        }
    }
    Ok(())
}

async fn check_artifacts_wait(db: &mut SqliteConnection, new: &NewChange) -> Result<()> {
    for id in new.files.iter().filter_map(|file| file.artifact_id) {
        artifacts::check_waiting(&artifacts::find(db, id).await?.view)?;
    }
    Ok(())
}

/// Refuses what cannot be undone; returns whether the change put its artifacts on disk.
async fn check_undoable(db: &mut SqliteConnection, id: ChangeId) -> Result<bool> {
    let change = find(db, id).await?;
    let why_not = match (change.applied_at, change.undone_at) {
        (None, _) => "it was never finished",
        (_, Some(_)) => "it has been undone already",
        (Some(_), None) => return Ok(change.applies),
    };
    Err(StoreError::Conflict(format!(
        "Change {id} cannot be undone: {why_not}."
    )))
}

async fn insert(
    db: &mut SqliteConnection,
    new: &NewChange,
    applies: bool,
    owner: &str,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO changes (id, project_id, operation_id, status, undoes, applies, created_dirs,
                              removed_dirs, owner, created_at)
         VALUES (?, ?, ?, 'journaled', ?, ?, ?, ?, ?, ?)",
    );
    let query = query
        .bind(new.id.to_string())
        .bind(new.project_id.to_string());
    let query = query
        .bind(new.operation_id.to_string())
        .bind(new.undoes.map(|id| id.to_string()));
    query
        .bind(applies)
        .bind(Json(&new.created_dirs))
        .bind(Json(&new.removed_dirs))
        .bind(owner)
        .bind(now)
        .execute(&mut *db)
        .await?;
    for (position, file) in (0i64..).zip(&new.files) {
        insert_file(db, new.id, position, file).await?;
    }
    Ok(())
}

async fn insert_file(
    db: &mut SqliteConnection,
    change: ChangeId,
    position: i64,
    file: &ChangedFile,
) -> Result<()> {
    let before = keep(db, file.before.as_ref()).await?;
    let after = keep(db, file.after.as_ref()).await?;
    let query = sqlx::query(
        "INSERT INTO file_changes
             (change_id, position, path, artifact_id, before_hash, before_mode, after_hash, after_mode)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    );
    let query = query
        .bind(change.to_string())
        .bind(position)
        .bind(&file.path);
    let query = query.bind(file.artifact_id.map(|id| id.to_string()));
    let query = query
        .bind(before)
        .bind(file.before.as_ref().and_then(|state| state.mode));
    let query = query
        .bind(after)
        .bind(file.after.as_ref().and_then(|state| state.mode));
    query.execute(db).await?;
    Ok(())
}

/// Stores a content that is not there yet; returns its hash.
async fn keep(db: &mut SqliteConnection, state: Option<&FileState>) -> Result<Option<String>> {
    let Some(state) = state else {
        return Ok(None);
    };
    let hash = state.hash();
    let query =
        sqlx::query("INSERT INTO contents (hash, content) VALUES (?, ?) ON CONFLICT DO NOTHING");
    query.bind(&hash).bind(&state.content).execute(db).await?;
    Ok(Some(hash))
}

async fn find(db: &mut SqliteConnection, id: ChangeId) -> Result<ChangeRow> {
    let query = sqlx::query_as(
        "SELECT changes.*, root FROM changes JOIN projects ON projects.id = project_id WHERE changes.id = ?",
    );
    let found = query.bind(id.to_string()).fetch_optional(db).await?;
    found.ok_or_else(|| StoreError::not_found("change", id))
}

async fn find_journaled(db: &mut SqliteConnection, id: ChangeId) -> Result<ChangeRow> {
    let change = find(db, id).await?;
    if change.status != "journaled" {
        return Err(StoreError::Conflict(format!(
            "Change {id} is {} already.",
            change.status
        )));
    }
    Ok(change)
}

async fn journaled(db: &mut SqliteConnection, project: ProjectId) -> Result<Vec<ChangeRow>> {
    let query = sqlx::query_as(
        "SELECT changes.*, root FROM changes JOIN projects ON projects.id = project_id
         WHERE status = 'journaled' AND project_id = ? ORDER BY changes.rowid",
    );
    Ok(query.bind(project.to_string()).fetch_all(db).await?)
}

async fn set_owner(db: &mut SqliteConnection, id: ChangeId, owner: &str) -> Result<()> {
    let query = sqlx::query("UPDATE changes SET owner = ? WHERE id = ?");
    query.bind(owner).bind(id.to_string()).execute(db).await?;
    Ok(())
}

/// Marks a change as written and carries that to its artifacts and to the change it undoes.
async fn set_applied(db: &mut SqliteConnection, change: &ChangeRow, now: TimeMs) -> Result<()> {
    let query = sqlx::query("UPDATE changes SET status = 'applied', applied_at = ? WHERE id = ?");
    query
        .bind(now)
        .bind(change.id.to_string())
        .execute(&mut *db)
        .await?;
    if let Some(undone) = change.undoes {
        let query = sqlx::query("UPDATE changes SET undone_at = ? WHERE id = ?");
        query
            .bind(now)
            .bind(undone.to_string())
            .execute(&mut *db)
            .await?;
    }
    let state = if change.applies {
        ArtifactState::Applied
    } else {
        ArtifactState::Undone
    };
    for artifact in artifacts_of(db, change.id).await? {
        artifacts::set_state(db, artifact, state, now).await?;
    }
    Ok(())
}

async fn artifacts_of(db: &mut SqliteConnection, change: ChangeId) -> Result<Vec<ArtifactId>> {
    let query = sqlx::query(
        "SELECT artifact_id FROM file_changes WHERE change_id = ? AND artifact_id IS NOT NULL",
    );
    let rows = query.bind(change.to_string()).fetch_all(db).await?;
    Ok(rows
        .iter()
        .map(|row| rows::parse(row, "artifact_id"))
        .collect::<sqlx::Result<_>>()?)
}

/// What front ends may know of a written change.
async fn view(db: &mut SqliteConnection, change: ChangeRow) -> Result<ChangeView> {
    let query = sqlx::query(
        "SELECT path, before_hash, after_hash FROM file_changes WHERE change_id = ? ORDER BY position",
    );
    let rows = query.bind(change.id.to_string()).fetch_all(db).await?;
    let file = |row: &SqliteRow| {
        Ok(FileChange {
            path: row.try_get("path")?,
            before_hash: row.try_get("before_hash")?,
            after_hash: row.try_get("after_hash")?,
        })
    };
    Ok(ChangeView {
        change_id: change.id,
        files: rows.iter().map(file).collect::<sqlx::Result<_>>()?,
        undoes: change.undoes,
        applied_at: change.applied_at.unwrap_or_default(),
        undone_at: change.undone_at,
    })
}

async fn with_contents(db: &mut SqliteConnection, change: ChangeRow) -> Result<Change> {
    let query = sqlx::query(
        "SELECT path, artifact_id, before_mode, after_mode,
                before.content AS before_content, after.content AS after_content
         FROM file_changes
         LEFT JOIN contents AS before ON before.hash = before_hash
         LEFT JOIN contents AS after ON after.hash = after_hash
         WHERE change_id = ? ORDER BY position",
    );
    let rows = query.bind(change.id.to_string()).fetch_all(db).await?;
    Ok(Change {
        id: change.id,
        project_id: change.project_id,
        root: change.root,
        operation_id: change.operation_id,
        undoes: change.undoes,
        applied_at: change.applied_at,
        undone_at: change.undone_at,
        created_dirs: change.created_dirs,
        removed_dirs: change.removed_dirs,
        files: rows.iter().map(changed_file).collect::<sqlx::Result<_>>()?,
    })
}

fn changed_file(row: &SqliteRow) -> sqlx::Result<ChangedFile> {
    Ok(ChangedFile {
        path: row.try_get("path")?,
        artifact_id: rows::parse_optional(row, "artifact_id")?,
        before: state(row, "before_content", "before_mode")?,
        after: state(row, "after_content", "after_mode")?,
    })
}

fn state(row: &SqliteRow, content: &str, mode: &str) -> sqlx::Result<Option<FileState>> {
    let content: Option<Vec<u8>> = row.try_get(content)?;
    let mode: Option<u32> = row.try_get(mode)?;
    Ok(content.map(|content| FileState { content, mode }))
}

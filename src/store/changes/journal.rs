//! The rows of the journal.

use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow, types::Json};

use super::{
    Change, ChangeScope, ChangedFile, Extent, FileState, KeptFile, KeptState, NewChange, Standing, extent,
};
use crate::{
    protocol::{ArtifactId, ChangeId, ChangeView, FileChange, OperationId, ProjectId, TimeMs},
    store::{Result, StoreError, artifacts, contents, rows},
};

/// A change without its contents.
pub(super) struct ChangeRow {
    pub(super) id: ChangeId,
    pub(super) project_id: ProjectId,
    pub(super) root: String,
    pub(super) operation_id: OperationId,
    pub(super) undoes: Option<ChangeId>,
    pub(super) status: String,
    pub(super) applies: bool,
    pub(super) created_dirs: Vec<String>,
    pub(super) removed_dirs: Vec<String>,
    pub(super) owner: String,
    pub(super) applied_at: Option<TimeMs>,
    pub(super) undone_at: Option<TimeMs>,
    pub(super) extent: Extent,
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
            extent: row
                .try_get::<Option<Json<_>>, _>("extent")?
                .map_or_else(Extent::default, |extent| extent.0),
        })
    }
}

/// Refuses paths that an unfinished change is about to write.
pub(super) async fn check_paths_free(db: &mut SqliteConnection, new: &NewChange) -> Result<()> {
    for file in &new.files {
        let query = sqlx::query_scalar::<_, i64>(
            "SELECT count(*) FROM changes JOIN file_changes ON change_id = id
             WHERE project_id = ? AND status = 'journaled' AND path = ?",
        );
        let query = query.bind(new.project_id.to_string()).bind(&file.path);
        if query.fetch_one(&mut *db).await? > 0 {
            let sentence = format!("{} is being written by another Mira. Try again in a moment.", file.path);
            return Err(StoreError::Conflict(sentence));
        }
    }
    Ok(())
}

pub(super) async fn check_artifacts_wait(db: &mut SqliteConnection, new: &NewChange) -> Result<()> {
    artifacts::check_all_waiting(db, new.files.iter().filter_map(|file| file.artifact_id)).await
}

/// Refuses what cannot be undone; returns whether the change put its artifacts on disk.
pub(super) async fn check_undoable(db: &mut SqliteConnection, id: ChangeId) -> Result<bool> {
    let change = find(db, id).await?;
    let why_not = match (change.applied_at, change.undone_at) {
        (None, _) => "it was never finished",
        (_, Some(_)) => "it has been undone already",
        (Some(_), None) => return Ok(change.applies),
    };
    Err(StoreError::Conflict(format!("Change {id} cannot be undone: {why_not}.")))
}

pub(super) async fn insert(
    db: &mut SqliteConnection,
    new: &NewChange,
    applies: bool,
    owner: &str,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO changes (id, project_id, operation_id, status, undoes, applies, created_dirs,
                              removed_dirs, owner, created_at, extent)
         VALUES (?, ?, ?, 'journaled', ?, ?, ?, ?, ?, ?, ?)",
    );
    let query = query.bind(new.id.to_string()).bind(new.project_id.to_string());
    let query = query.bind(new.operation_id.to_string()).bind(new.undoes.map(|id| id.to_string()));
    query
        .bind(applies)
        .bind(Json(&new.created_dirs))
        .bind(Json(&new.removed_dirs))
        .bind(owner)
        .bind(now)
        .bind(Some(&new.extent).filter(|extent| **extent != Extent::Whole).map(Json))
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
    let query = query.bind(change.to_string()).bind(position).bind(&file.path);
    let query = query.bind(file.artifact_id.map(|id| id.to_string()));
    let query = query.bind(before).bind(file.before.as_ref().and_then(|state| state.mode));
    let query = query.bind(after).bind(file.after.as_ref().and_then(|state| state.mode));
    query.execute(db).await?;
    Ok(())
}

async fn keep(db: &mut SqliteConnection, state: Option<&FileState>) -> Result<Option<String>> {
    let Some(state) = state else {
        return Ok(None);
    };
    contents::keep(db, state.content.hash(), &state.content).await?;
    Ok(Some(state.hash()))
}

pub(super) async fn find(db: &mut SqliteConnection, id: ChangeId) -> Result<ChangeRow> {
    let query = sqlx::query_as(
        "SELECT changes.*, root FROM changes JOIN projects ON projects.id = project_id WHERE changes.id = ?",
    );
    let found = query.bind(id.to_string()).fetch_optional(db).await?;
    found.ok_or_else(|| StoreError::not_found("change", id))
}

pub(super) async fn find_journaled(db: &mut SqliteConnection, id: ChangeId) -> Result<ChangeRow> {
    let change = find(db, id).await?;
    if change.status != "journaled" {
        return Err(StoreError::Conflict(format!("Change {id} is {} already.", change.status)));
    }
    Ok(change)
}

pub(super) async fn journaled(db: &mut SqliteConnection, project: ProjectId) -> Result<Vec<ChangeRow>> {
    let query = sqlx::query_as(
        "SELECT changes.*, root FROM changes JOIN projects ON projects.id = project_id
         WHERE status = 'journaled' AND project_id = ? ORDER BY changes.rowid",
    );
    Ok(query.bind(project.to_string()).fetch_all(db).await?)
}

pub(super) async fn set_owner(db: &mut SqliteConnection, id: ChangeId, owner: &str) -> Result<()> {
    let query = sqlx::query("UPDATE changes SET owner = ? WHERE id = ?");
    query.bind(owner).bind(id.to_string()).execute(db).await?;
    Ok(())
}

/// Marks a change as written.
pub(super) async fn set_applied(db: &mut SqliteConnection, id: ChangeId, now: TimeMs) -> Result<()> {
    let query = sqlx::query("UPDATE changes SET status = 'applied', applied_at = ? WHERE id = ?");
    query.bind(now).bind(id.to_string()).execute(db).await?;
    Ok(())
}

/// Marks a change as taken back.
pub(super) async fn set_undone(db: &mut SqliteConnection, id: ChangeId, now: TimeMs) -> Result<()> {
    let query = sqlx::query("UPDATE changes SET undone_at = ? WHERE id = ?");
    query.bind(now).bind(id.to_string()).execute(db).await?;
    Ok(())
}

pub(super) async fn standing(db: &mut SqliteConnection, of: Standing<'_>) -> Result<Vec<ChangeRow>> {
    let (operations, artifact) = match of {
        Standing::Operations(ids) => (ids, None),
        Standing::Artifact(id) => (&[][..], Some(id.to_string())),
    };
    let query = sqlx::query_as(
        "SELECT changes.*, root FROM changes JOIN projects ON projects.id = project_id
         WHERE status = 'applied' AND applies AND undone_at IS NULL
         AND (operation_id IN (SELECT value FROM json_each(?1))
              OR changes.id IN (SELECT change_id FROM file_changes WHERE artifact_id = ?2))
         ORDER BY applied_at DESC, changes.rowid DESC",
    );
    Ok(query.bind(Json(operations)).bind(artifact).fetch_all(db).await?)
}

pub(super) async fn artifacts_of(db: &mut SqliteConnection, change: ChangeId) -> Result<Vec<ArtifactId>> {
    let query =
        sqlx::query("SELECT artifact_id FROM file_changes WHERE change_id = ? AND artifact_id IS NOT NULL");
    let rows = query.bind(change.to_string()).fetch_all(db).await?;
    Ok(rows.iter().map(|row| rows::parse(row, "artifact_id")).collect::<sqlx::Result<_>>()?)
}

/// The newest change in `scope` that still stands: one that put artifacts on disk, or one that took
/// them away.
pub(super) async fn newest(
    db: &mut SqliteConnection,
    scope: ChangeScope,
    applies: bool,
) -> Result<Option<ChangeId>> {
    let (project, conversation, artifact, change) = match scope {
        ChangeScope::Project(id) => (Some(id.to_string()), None, None, None),
        ChangeScope::Conversation(id) => (None, Some(id.to_string()), None, None),
        ChangeScope::Artifact(id) => (None, None, Some(id.to_string()), None),
        ChangeScope::Change(id) => (None, None, None, Some(id.to_string())),
    };
    let query = sqlx::query(
        "SELECT id FROM changes WHERE status = 'applied' AND applies = ?5 AND undone_at IS NULL
         AND (project_id = ?1
              OR operation_id IN (SELECT id FROM operations WHERE session_id = ?2)
              OR id IN (SELECT change_id FROM file_changes WHERE artifact_id = ?3)
              OR id = ?4 OR undoes = ?4)
         ORDER BY applied_at DESC, rowid DESC LIMIT 1",
    );
    let query = query.bind(project).bind(conversation).bind(artifact).bind(change).bind(applies);
    let row = query.fetch_optional(db).await?;
    Ok(row.map(|row| rows::parse(&row, "id")).transpose()?)
}

/// What front ends may know of a written change.
pub(super) async fn view(db: &mut SqliteConnection, change: ChangeRow) -> Result<ChangeView> {
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

pub(super) async fn with_files(db: &mut SqliteConnection, change: ChangeRow) -> Result<Change> {
    let query = sqlx::query(
        "SELECT path, artifact_id, before_hash, before_mode, after_hash, after_mode, undone_at IS NULL AS stands
         FROM file_changes WHERE change_id = ? ORDER BY position",
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
        files: extent::standing(rows.iter().map(kept_file).collect::<sqlx::Result<_>>()?),
    })
}

/// A file of a change, and whether it has not been taken back by itself.
fn kept_file(row: &SqliteRow) -> sqlx::Result<(KeptFile, bool)> {
    let file = KeptFile {
        path: row.try_get("path")?,
        artifact_id: rows::parse_optional(row, "artifact_id")?,
        before: state(row, "before_hash", "before_mode")?,
        after: state(row, "after_hash", "after_mode")?,
    };
    Ok((file, row.try_get("stands")?))
}

fn state(row: &SqliteRow, hash: &str, mode: &str) -> sqlx::Result<Option<KeptState>> {
    let hash: Option<String> = row.try_get(hash)?;
    let mode: Option<u32> = row.try_get(mode)?;
    Ok(hash.map(|hash| KeptState { hash, mode }))
}

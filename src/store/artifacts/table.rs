//! The rows of artifacts.

use std::collections::HashMap;

use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow, types::Json};

use super::{Artifact, NewArtifact};
use crate::protocol::{
    ArtifactAction, ArtifactId, ArtifactState, ArtifactView, Body, ConversationId, Event, OperationId,
    ProjectId, TimeMs,
};
use crate::store::{Result, StoreError, contents, events, operations, rows};

impl FromRow<'_, SqliteRow> for Artifact {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            view: view(row)?,
            operation_id: rows::parse(row, "operation_id")?,
            conversation_id: rows::parse(row, "conversation_id")?,
            project_id: rows::parse(row, "project_id")?,
            conflicts: row.try_get::<Json<_>, _>("conflicts")?.0,
        })
    }
}

fn view(row: &SqliteRow) -> sqlx::Result<ArtifactView> {
    Ok(ArtifactView {
        artifact_id: rows::parse(row, "id")?,
        path: row.try_get("file_path")?,
        action: action(row)?,
        kind: rows::parse(row, "kind")?,
        language: row.try_get("language")?,
        content: row.try_get("content")?,
        content_hash: row.try_get("content_hash")?,
        base_hash: row.try_get("base_hash")?,
        diff: row.try_get("diff")?,
        is_new_file: row.try_get("is_new_file")?,
        added: rows::count(row, "lines_added")?,
        removed: rows::count(row, "lines_removed")?,
        syntax_errors: row.try_get::<Json<_>, _>("syntax_errors")?.0,
        state: rows::parse(row, "state")?,
        taken: row.try_get::<Option<Json<_>>, _>("taken")?.map(|taken| taken.0),
        previous_artifact_id: rows::parse_optional(row, "previous_artifact_id")?,
        created_at: row.try_get("created_at")?,
    })
}

fn action(row: &SqliteRow) -> sqlx::Result<ArtifactAction> {
    let from: Option<String> = row.try_get("renamed_from")?;
    Ok(match (row.try_get("action")?, from) {
        ("rename", Some(from)) => ArtifactAction::Rename { from },
        ("delete", _) => ArtifactAction::Delete,
        _ => ArtifactAction::Write,
    })
}

/// How an action is stored: its name, and the former path.
fn named(action: &ArtifactAction) -> (&'static str, Option<&str>) {
    match action {
        ArtifactAction::Write => ("write", None),
        ArtifactAction::Delete => ("delete", None),
        ArtifactAction::Rename { from } => ("rename", Some(from)),
    }
}

/// The conversation and the project of a running operation.
pub(in crate::store) async fn home(
    db: &mut SqliteConnection,
    operation: OperationId,
) -> Result<(ConversationId, ProjectId)> {
    operations::check_running(db, operation).await?;
    let query = sqlx::query(
        "SELECT conversations.id, project_id FROM operations
         JOIN conversations ON conversations.id = session_id WHERE operations.id = ?",
    );
    let row = query.bind(operation.to_string()).fetch_one(db).await?;
    Ok((rows::parse(&row, "id")?, rows::parse(&row, "project_id")?))
}

/// What waits for a path, or waits to rename a file away from it.
pub(in crate::store) async fn waiting(
    db: &mut SqliteConnection,
    project: ProjectId,
    path: &str,
) -> Result<Vec<Artifact>> {
    // The plus sends SQLite to the paths: it would rather walk all artifacts of the project, contents and all.
    let query = sqlx::query_as(
        "SELECT * FROM artifacts_now WHERE +project_id = ?1 AND (file_path = ?2 OR renamed_from = ?2)
         AND state = 'pending' ORDER BY number",
    );
    Ok(query.bind(project.to_string()).bind(path).fetch_all(db).await?)
}

/// Stores a proposal, and both states of its file among the contents.
pub(in crate::store) async fn insert(
    db: &mut SqliteConnection,
    new: &NewArtifact,
    conversation: ConversationId,
    project: ProjectId,
    (hash, base_hash): (&str, Option<&str>),
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO artifacts
             (id, operation_id, conversation_id, project_id, kind, file_path, content, language, content_hash,
              base_hash, previous_artifact_id, is_new_file, diff, diff_from_previous, lines_added, lines_removed,
              related_files, dependencies, project_context, user_requirements, constraints, generated_by,
              generation_time_ms, context_tokens, output_tokens, created_at, completed_at, syntax_errors, conflicts,
              action, renamed_from)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22, ?23, ?24, ?25, ?26, ?26, ?27, ?28, ?29, ?30)",
    );
    let query = query.bind(new.id.to_string()).bind(new.operation_id.to_string());
    let query = query.bind(conversation.to_string()).bind(project.to_string());
    let query = query.bind(new.kind.as_str()).bind(&new.path).bind(&new.content).bind(&new.language);
    let query = query.bind(hash).bind(base_hash);
    let query = query.bind(new.previous_artifact_id.map(|id| id.to_string())).bind(new.is_new_file);
    let query = query.bind(&new.diff).bind(&new.diff_from_previous).bind(new.added).bind(new.removed);
    let origin = &new.origin;
    let query = query.bind(Json(&origin.related_files)).bind(Json(&origin.dependencies));
    let query = query.bind(&origin.project_context).bind(&origin.user_requirements);
    let query = query.bind(&origin.constraints).bind(&origin.generated_by).bind(origin.generation_time_ms);
    let query = query.bind(origin.context_tokens).bind(origin.output_tokens).bind(now);
    let query = query.bind(Json(&new.syntax_errors)).bind(Json(&new.conflicts));
    let (action, renamed_from) = named(&new.action);
    let query = query.bind(action).bind(renamed_from);
    query.execute(&mut *db).await?;
    let query = sqlx::query("INSERT INTO artifact_states (artifact_id) VALUES (?)");
    query.bind(new.id.to_string()).execute(&mut *db).await?;
    if let Some((base, hash)) = new.base.as_deref().zip(base_hash) {
        contents::keep(db, hash, base).await?;
    }
    match new.action {
        ArtifactAction::Delete => Ok(()),
        ArtifactAction::Write | ArtifactAction::Rename { .. } => {
            contents::keep(db, hash, new.content.as_bytes()).await
        }
    }
}

pub(in crate::store) async fn find(db: &mut SqliteConnection, id: ArtifactId) -> Result<Artifact> {
    let query = sqlx::query_as("SELECT * FROM artifacts_now WHERE id = ?");
    let found = query.bind(id.to_string()).fetch_optional(db).await?;
    found.ok_or_else(|| StoreError::not_found("artifact", id))
}

/// These artifacts, in this order.
pub(in crate::store) async fn find_each(
    db: &mut SqliteConnection,
    ids: &[ArtifactId],
) -> Result<Vec<Artifact>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(find(db, *id).await?);
    }
    Ok(found)
}

/// What front ends see of these artifacts, as far as they exist.
pub(in crate::store) async fn find_all(
    db: &mut SqliteConnection,
    ids: &[ArtifactId],
) -> Result<HashMap<ArtifactId, ArtifactView>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query =
        sqlx::query_as("SELECT * FROM artifacts_now WHERE id IN (SELECT DISTINCT value FROM json_each(?))");
    let found: Vec<Artifact> = query.bind(Json(ids)).fetch_all(db).await?;
    Ok(found.into_iter().map(|artifact| (artifact.view.artifact_id, artifact.view)).collect())
}

/// A few artifacts that a short id fits; two are enough to see that it is too short.
pub(in crate::store) async fn matching(
    db: &mut SqliteConnection,
    project: ProjectId,
    text: &str,
) -> Result<Vec<Artifact>> {
    let query = sqlx::query_as(
        "SELECT * FROM artifacts_now WHERE project_id = ?1 AND (id LIKE ?2 || '%' OR id LIKE '%' || ?2)
         ORDER BY number DESC LIMIT 4",
    );
    Ok(query.bind(project.to_string()).bind(text).fetch_all(db).await?)
}

/// Refuses when one of these has been decided already; their contents are not read for that.
pub(in crate::store) async fn check_all_waiting(
    db: &mut SqliteConnection,
    ids: impl Iterator<Item = ArtifactId>,
) -> Result<()> {
    for id in ids {
        let query = sqlx::query("SELECT file_path, state FROM artifacts_now WHERE id = ?");
        let row = query.bind(id.to_string()).fetch_optional(&mut *db).await?;
        let row = row.ok_or_else(|| StoreError::not_found("artifact", id))?;
        check_is_waiting(id, row.try_get("file_path")?, rows::parse(&row, "state")?)?;
    }
    Ok(())
}

/// Refuses what has been decided already.
pub(in crate::store) fn check_waiting(artifact: &ArtifactView) -> Result<()> {
    check_is_waiting(artifact.artifact_id, &artifact.path, artifact.state)
}

fn check_is_waiting(id: ArtifactId, path: &str, state: ArtifactState) -> Result<()> {
    if state == ArtifactState::Pending {
        return Ok(());
    }
    let sentence = format!("Artifact {id} ({path}) does not wait any more: it is {state}.");
    Err(StoreError::Conflict(sentence))
}

/// Stores a decision and tells of it.
pub(in crate::store) async fn decide(
    db: &mut SqliteConnection,
    mut artifact: Artifact,
    state: ArtifactState,
    now: TimeMs,
) -> Result<Vec<Event>> {
    set_state(db, artifact.view.artifact_id, state, now).await?;
    artifact.view.state = state;
    announce(db, artifact.operation_id, &artifact, now).await
}

pub(in crate::store) async fn set_state(
    db: &mut SqliteConnection,
    id: ArtifactId,
    state: ArtifactState,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "UPDATE artifact_states SET state = ?1, applied_at = iif(?1 = 'applied', ?2, applied_at)
         WHERE artifact_id = ?3",
    );
    query.bind(state.as_str()).bind(now).bind(id.to_string()).execute(db).await?;
    Ok(())
}

/// Keeps which hunks were written.
pub(in crate::store) async fn set_taken(
    db: &mut SqliteConnection,
    id: ArtifactId,
    hunks: &[u32],
) -> Result<()> {
    let query = sqlx::query("UPDATE artifact_states SET taken = ? WHERE artifact_id = ?");
    query.bind(Json(hunks)).bind(id.to_string()).execute(db).await?;
    Ok(())
}

/// Passes an artifact on to the operation that has proposed the same again.
pub(in crate::store) async fn adopt(
    db: &mut SqliteConnection,
    id: ArtifactId,
    operation: OperationId,
    conversation: ConversationId,
) -> Result<()> {
    let query = sqlx::query("UPDATE artifacts SET operation_id = ?, conversation_id = ? WHERE id = ?");
    let query = query.bind(operation.to_string()).bind(conversation.to_string());
    query.bind(id.to_string()).execute(db).await?;
    Ok(())
}

/// Tells of an artifact as it is, in the stream of `operation`.
pub(in crate::store) async fn announce(
    db: &mut SqliteConnection,
    operation: OperationId,
    artifact: &Artifact,
    now: TimeMs,
) -> Result<Vec<Event>> {
    let body = Body::Artifact { artifact: Box::new(artifact.view.clone()) };
    events::store(db, operation, vec![body], now).await
}

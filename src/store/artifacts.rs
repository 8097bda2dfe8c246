//! Artifacts: proposed file states, each path a chain of versions of which at most one waits.

use sha2::{Digest, Sha256};
use sqlx::{FromRow, QueryBuilder, Row, SqliteConnection, sqlite::SqliteRow, types::Json};

use super::{Result, Store, StoreError, events, rows};
use crate::protocol::{
    ArtifactId, ArtifactKind, ArtifactState, ArtifactView, Body, ConversationId, Event,
    OperationId, ProjectId, TimeMs,
};

/// A file state to propose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewArtifact {
    /// Its id.
    pub id: ArtifactId,
    /// The operation that proposes it.
    pub operation_id: OperationId,
    /// Path below the project root, with `/` between parts.
    pub path: String,
    /// What it is.
    pub kind: ArtifactKind,
    /// Language name as in code fences, when known.
    pub language: Option<String>,
    /// The whole proposed content.
    pub content: String,
    /// SHA-256 of the file it was made against; `None` when there was no file.
    pub base_hash: Option<String>,
    /// Unified diff against the file on disk.
    pub diff: String,
    /// Lines added by the diff.
    pub added: u32,
    /// Lines removed by the diff.
    pub removed: u32,
    /// Whether the path does not exist on disk.
    pub is_new_file: bool,
    /// The proposal for the same path that came before ([`Store::latest_artifact`]).
    pub previous_artifact_id: Option<ArtifactId>,
    /// Unified diff against that proposal.
    pub diff_from_previous: Option<String>,
    /// How it came to be.
    pub origin: Origin,
}

/// How an artifact came to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The model that wrote it.
    pub generated_by: Option<String>,
    /// How long the model took.
    pub generation_time_ms: Option<u32>,
    /// Tokens the model was given.
    pub context_tokens: Option<u32>,
    /// Tokens the model wrote.
    pub output_tokens: Option<u32>,
    /// Files the coder was shown.
    pub related_files: Vec<String>,
    /// What the content needs beside itself.
    pub dependencies: Vec<String>,
    /// What the coder was told of the project.
    pub project_context: Option<String>,
    /// What the coder was asked for.
    pub user_requirements: Option<String>,
    /// What the coder was told to keep to.
    pub constraints: Option<String>,
}

/// A stored artifact and where it belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact {
    /// What front ends see.
    pub view: ArtifactView,
    /// The operation that proposed it.
    pub operation_id: OperationId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Its project.
    pub project_id: ProjectId,
}

/// What became of a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct InsertedArtifact {
    /// The artifact: the proposed one, or an older one that says the same and still waits.
    pub artifact: Artifact,
    /// Whether it was there already; then nothing was stored.
    pub duplicate: bool,
    /// To announce: the artifact, and the proposals that it replaces.
    pub events: Vec<Event>,
}

/// Which artifacts to list; each field that is set narrows the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArtifactFilter {
    /// Those of a project.
    pub project: Option<ProjectId>,
    /// Those of a conversation.
    pub conversation: Option<ConversationId>,
    /// Those of an operation.
    pub operation: Option<OperationId>,
    /// Those in a state.
    pub state: Option<ArtifactState>,
}

impl FromRow<'_, SqliteRow> for Artifact {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            view: view(row)?,
            operation_id: rows::parse(row, "operation_id")?,
            conversation_id: rows::parse(row, "conversation_id")?,
            project_id: rows::parse(row, "project_id")?,
        })
    }
}

fn view(row: &SqliteRow) -> sqlx::Result<ArtifactView> {
    Ok(ArtifactView {
        artifact_id: rows::parse(row, "id")?,
        path: row.try_get("file_path")?,
        kind: rows::parse(row, "kind")?,
        language: row.try_get("language")?,
        content: row.try_get("content")?,
        content_hash: row.try_get("content_hash")?,
        base_hash: row.try_get("base_hash")?,
        diff: row.try_get("diff")?,
        is_new_file: row.try_get("is_new_file")?,
        added: rows::count(row, "lines_added")?,
        removed: rows::count(row, "lines_removed")?,
        state: rows::parse(row, "state")?,
        previous_artifact_id: rows::parse_optional(row, "previous_artifact_id")?,
        created_at: row.try_get("created_at")?,
    })
}

impl Store {
    /// Stores a proposal. One with the same content for the same path that still waits is kept
    /// instead; waiting proposals for the path with other content are superseded.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without its operation, [`StoreError::Ended`] after its end, or when
    /// the database fails.
    pub async fn insert_artifact(&self, new: &NewArtifact) -> Result<InsertedArtifact> {
        let (now, hash) = (self.now(), sha256(new.content.as_bytes()));
        self.write(async |db| {
            let (conversation, project) = home(db, new.operation_id).await?;
            events::fold_artifact(db, new.operation_id, &new.path).await?;
            let waiting = waiting(db, project, &new.path).await?;
            if let Some(same) = waiting
                .iter()
                .find(|artifact| artifact.view.content_hash == hash)
            {
                return Ok(InsertedArtifact {
                    artifact: same.clone(),
                    duplicate: true,
                    events: Vec::new(),
                });
            }
            insert(db, new, conversation, project, &hash, now).await?;
            let artifact = find(db, new.id).await?;
            let mut events = announce(db, &artifact, now).await?;
            for older in waiting {
                events.extend(decide(db, older, ArtifactState::Superseded, now).await?);
            }
            Ok(InsertedArtifact {
                artifact,
                duplicate: false,
                events,
            })
        })
        .await
    }

    /// One artifact.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn artifact(&self, id: ArtifactId) -> Result<Artifact> {
        self.read(async |db| find(db, id).await).await
    }

    /// The artifact whose id begins or ends with `text`. Ids that were made together begin alike, so
    /// their ends tell them apart sooner.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Ambiguous`], or when the database fails.
    pub async fn find_artifact(&self, project: ProjectId, text: &str) -> Result<Artifact> {
        let what = "artifact";
        if text.is_empty() || !text.chars().all(|c| c.is_ascii_hexdigit() || c == '-') {
            return Err(StoreError::not_found(what, text));
        }
        let text = text.to_ascii_lowercase();
        let mut found: Vec<Artifact> = self
            .read(async |db| matching(db, project, &text).await)
            .await?;
        match found.len() {
            0 | 1 => found.pop().ok_or_else(|| StoreError::not_found(what, text)),
            _ => {
                let matches = found
                    .iter()
                    .map(|artifact| artifact.view.artifact_id.to_string())
                    .collect();
                Err(StoreError::Ambiguous {
                    what,
                    text,
                    matches,
                })
            }
        }
    }

    /// The newest proposal for a path of a project, whatever became of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest_artifact(
        &self,
        project: ProjectId,
        path: &str,
    ) -> Result<Option<Artifact>> {
        self.read(async |db| {
            let query = sqlx::query_as(
                "SELECT * FROM artifacts WHERE project_id = ? AND file_path = ?
                 ORDER BY created_at DESC, rowid DESC LIMIT 1",
            );
            Ok(query
                .bind(project.to_string())
                .bind(path)
                .fetch_optional(db)
                .await?)
        })
        .await
    }

    /// The newest `limit` artifacts that pass `filter`, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn artifacts(&self, filter: ArtifactFilter, limit: u32) -> Result<Vec<Artifact>> {
        self.read(async |db| {
            let mut query = QueryBuilder::new("SELECT * FROM artifacts WHERE 1");
            let conditions = [
                (
                    " AND project_id = ",
                    filter.project.map(|id| id.to_string()),
                ),
                (
                    " AND conversation_id = ",
                    filter.conversation.map(|id| id.to_string()),
                ),
                (
                    " AND operation_id = ",
                    filter.operation.map(|id| id.to_string()),
                ),
                (" AND state = ", filter.state.map(|state| state.to_string())),
            ];
            for (condition, value) in conditions {
                if let Some(value) = value {
                    query.push(condition).push_bind(value);
                }
            }
            query
                .push(" ORDER BY created_at DESC, rowid DESC LIMIT ")
                .push_bind(limit);
            Ok(query.build_query_as().fetch_all(db).await?)
        })
        .await
    }

    /// Turns a waiting artifact down.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it has been decided already, [`StoreError::NotFound`], or when
    /// the database fails.
    pub async fn reject_artifact(&self, id: ArtifactId) -> Result<Vec<Event>> {
        let now = self.now();
        self.write(async |db| {
            let artifact = find(db, id).await?;
            check_waiting(&artifact.view)?;
            decide(db, artifact, ArtifactState::Rejected, now).await
        })
        .await
    }
}

/// The conversation and the project of a running operation.
async fn home(
    db: &mut SqliteConnection,
    operation: OperationId,
) -> Result<(ConversationId, ProjectId)> {
    let status = super::operations::status(db, operation).await?;
    if status.is_terminal() {
        return Err(StoreError::Ended { operation, status });
    }
    let query = sqlx::query(
        "SELECT conversations.id, project_id FROM operations
         JOIN conversations ON conversations.id = session_id WHERE operations.id = ?",
    );
    let row = query.bind(operation.to_string()).fetch_one(db).await?;
    Ok((rows::parse(&row, "id")?, rows::parse(&row, "project_id")?))
}

async fn waiting(
    db: &mut SqliteConnection,
    project: ProjectId,
    path: &str,
) -> Result<Vec<Artifact>> {
    let query = sqlx::query_as(
        "SELECT * FROM artifacts WHERE project_id = ? AND file_path = ? AND state = 'pending' ORDER BY rowid",
    );
    Ok(query
        .bind(project.to_string())
        .bind(path)
        .fetch_all(db)
        .await?)
}

async fn insert(
    db: &mut SqliteConnection,
    new: &NewArtifact,
    conversation: ConversationId,
    project: ProjectId,
    hash: &str,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO artifacts
             (id, operation_id, conversation_id, project_id, kind, file_path, content, language, content_hash,
              base_hash, previous_artifact_id, is_new_file, diff, diff_from_previous, lines_added, lines_removed,
              related_files, dependencies, project_context, user_requirements, constraints, generated_by,
              generation_time_ms, context_tokens, output_tokens, created_at, completed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22, ?23, ?24, ?25, ?26, ?26)",
    );
    let query = query
        .bind(new.id.to_string())
        .bind(new.operation_id.to_string());
    let query = query
        .bind(conversation.to_string())
        .bind(project.to_string());
    let query = query
        .bind(new.kind.as_str())
        .bind(&new.path)
        .bind(&new.content)
        .bind(&new.language);
    let query = query.bind(hash).bind(&new.base_hash);
    let query = query
        .bind(new.previous_artifact_id.map(|id| id.to_string()))
        .bind(new.is_new_file);
    let query = query
        .bind(&new.diff)
        .bind(&new.diff_from_previous)
        .bind(new.added)
        .bind(new.removed);
    let origin = &new.origin;
    let query = query
        .bind(Json(&origin.related_files))
        .bind(Json(&origin.dependencies));
    let query = query
        .bind(&origin.project_context)
        .bind(&origin.user_requirements);
    let query = query
        .bind(&origin.constraints)
        .bind(&origin.generated_by)
        .bind(origin.generation_time_ms);
    let query = query
        .bind(origin.context_tokens)
        .bind(origin.output_tokens)
        .bind(now);
    query.execute(db).await?;
    Ok(())
}

pub(super) async fn find(db: &mut SqliteConnection, id: ArtifactId) -> Result<Artifact> {
    let query = sqlx::query_as("SELECT * FROM artifacts WHERE id = ?");
    let found = query.bind(id.to_string()).fetch_optional(db).await?;
    found.ok_or_else(|| StoreError::not_found("artifact", id))
}

/// A few artifacts that a short id fits; two are enough to see that it is too short.
async fn matching(
    db: &mut SqliteConnection,
    project: ProjectId,
    text: &str,
) -> Result<Vec<Artifact>> {
    let query = sqlx::query_as(
        "SELECT * FROM artifacts WHERE project_id = ?1 AND (id LIKE ?2 || '%' OR id LIKE '%' || ?2)
         ORDER BY rowid DESC LIMIT 4",
    );
    Ok(query
        .bind(project.to_string())
        .bind(text)
        .fetch_all(db)
        .await?)
}

/// Refuses what has been decided already.
pub(super) fn check_waiting(artifact: &ArtifactView) -> Result<()> {
    if artifact.state == ArtifactState::Pending {
        return Ok(());
    }
    let ArtifactView {
        artifact_id,
        path,
        state,
        ..
    } = artifact;
    let sentence =
        format!("Artifact {artifact_id} ({path}) does not wait any more: it is {state}.");
    Err(StoreError::Conflict(sentence))
}

/// Stores a decision and tells of it.
async fn decide(
    db: &mut SqliteConnection,
    mut artifact: Artifact,
    state: ArtifactState,
    now: TimeMs,
) -> Result<Vec<Event>> {
    set_state(db, artifact.view.artifact_id, state, now).await?;
    artifact.view.state = state;
    announce(db, &artifact, now).await
}

pub(super) async fn set_state(
    db: &mut SqliteConnection,
    id: ArtifactId,
    state: ArtifactState,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "UPDATE artifacts SET state = ?1, applied_at = iif(?1 = 'applied', ?2, applied_at) WHERE id = ?3",
    );
    query
        .bind(state.as_str())
        .bind(now)
        .bind(id.to_string())
        .execute(db)
        .await?;
    Ok(())
}

async fn announce(
    db: &mut SqliteConnection,
    artifact: &Artifact,
    now: TimeMs,
) -> Result<Vec<Event>> {
    let body = Body::Artifact {
        artifact: Box::new(artifact.view.clone()),
    };
    events::store(db, artifact.operation_id, vec![body], now).await
}

/// SHA-256 in lower-case hex.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

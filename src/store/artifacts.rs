//! Artifacts: proposed file states, each path a chain of versions of which at most one waits.

mod table;

use futures_util::future::try_join_all;
use sqlx::QueryBuilder;

use super::{Dropped, Result, Store, StoreError, contents::AT_ONCE, events, rejections, rows};
use crate::protocol::{
    ArtifactAction, ArtifactId, ArtifactKind, ArtifactState, ArtifactView, ConversationId, Event, LineRange,
    OperationId, ProjectId, SyntaxErrorView, content_hash,
};

pub(super) use table::{check_all_waiting, check_waiting, decide, find, find_all, set_state, set_taken};

/// A file state to propose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewArtifact {
    /// Its id.
    pub id: ArtifactId,
    /// The operation that proposes it.
    pub operation_id: OperationId,
    /// Path below the project root, with `/` between parts.
    pub path: String,
    /// What it does to that path.
    pub action: ArtifactAction,
    /// What it is.
    pub kind: ArtifactKind,
    /// Language name as in code fences, when known.
    pub language: Option<String>,
    /// The whole proposed content.
    pub content: String,
    /// The file it was made against; `None` when there was no file.
    pub base: Option<Vec<u8>>,
    /// Lines of that file that are the user's own later edits and that the proposal replaces.
    pub conflicts: Vec<LineRange>,
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
    /// What its syntax check found that was not there before.
    pub syntax_errors: Vec<SyntaxErrorView>,
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
    /// Files that the content needs beside itself.
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
    /// Lines of its base that are the user's own later edits and that it replaces.
    pub conflicts: Vec<LineRange>,
}

/// What became of a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct InsertedArtifact {
    /// The artifact: the proposed one, or an older one that says the same and still waits.
    pub artifact: Artifact,
    /// Whether it was there already; then nothing but its announcement was stored.
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

impl Store {
    /// Stores a proposal. One for the same path with the same content over the same base that still
    /// waits is kept instead: it passes to the operation that came to the same and is told again in
    /// its stream. Others that wait for the path, or to rename a file away from it, are superseded.
    ///
    /// The journal's contents get both states of the file now, so that writing many proposals later
    /// has little to store while the user waits.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without its operation, [`StoreError::Ended`] after its end, or when
    /// the database fails.
    pub async fn insert_artifact(&self, new: &NewArtifact) -> Result<InsertedArtifact> {
        let (now, hash) = (self.now(), content_hash(new.content.as_bytes()));
        let base_hash = new.base.as_deref().map(content_hash);
        self.write(async |db| {
            let (conversation, project) = table::home(db, new.operation_id).await?;
            events::fold_artifact(db, new.operation_id, &new.path).await?;
            let mut waiting = table::waiting(db, project, &new.path).await?;
            if let ArtifactAction::Rename { from } = &new.action {
                let at_former = table::waiting(db, project, from).await?;
                let known: Vec<_> = waiting.iter().map(|older| older.view.artifact_id).collect();
                waiting
                    .extend(at_former.into_iter().filter(|older| !known.contains(&older.view.artifact_id)));
            }
            if let Some(same) = waiting.iter().find(|artifact| {
                let ArtifactView { path, action, content_hash, base_hash: base, .. } = &artifact.view;
                (path, action, content_hash, base) == (&new.path, &new.action, &hash, &base_hash)
            }) {
                table::adopt(db, same.view.artifact_id, new.operation_id, conversation).await?;
                let artifact = table::find(db, same.view.artifact_id).await?;
                let events = table::announce(db, new.operation_id, &artifact, now).await?;
                return Ok(InsertedArtifact { artifact, duplicate: true, events });
            }
            let hashes = (hash.as_str(), base_hash.as_deref());
            table::insert(db, new, conversation, project, hashes, now).await?;
            let artifact = table::find(db, new.id).await?;
            let mut events = table::announce(db, new.operation_id, &artifact, now).await?;
            for older in waiting {
                events.extend(table::decide(db, older, ArtifactState::Superseded, now).await?);
            }
            Ok(InsertedArtifact { artifact, duplicate: false, events })
        })
        .await
    }

    /// One artifact.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn artifact(&self, id: ArtifactId) -> Result<Artifact> {
        self.read(async |db| table::find(db, id).await).await
    }

    /// These artifacts, in this order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one does not exist, or when the database fails.
    pub async fn artifacts_by_id(&self, ids: &[ArtifactId]) -> Result<Vec<Artifact>> {
        let parts = ids.chunks(ids.len().div_ceil(AT_ONCE).max(1));
        let read = parts.map(|part| self.read(async |db| table::find_each(db, part).await));
        Ok(try_join_all(read).await?.into_iter().flatten().collect())
    }

    /// The artifact whose id begins or ends with `text`. Ids that were made together begin alike, so
    /// their ends tell them apart sooner.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Ambiguous`], or when the database fails.
    pub async fn find_artifact(&self, project: ProjectId, text: &str) -> Result<Artifact> {
        let part = rows::id_part("artifact", text)?;
        let found = self.read(async |db| table::matching(db, project, &part).await).await?;
        rows::only("artifact", &part, found, |artifact: &Artifact| artifact.view.artifact_id.to_string())
    }

    /// The proposal that waits to rename a file away from `path`, unless its turn is set aside.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_rename(&self, project: ProjectId, path: &str) -> Result<Option<Artifact>> {
        self.read(async |db| {
            let query = sqlx::query_as(
                "SELECT * FROM artifacts_now WHERE project_id = ? AND renamed_from = ? AND state = 'pending'
                 AND operation_id NOT IN (SELECT id FROM operations WHERE set_aside_at IS NOT NULL)",
            );
            Ok(query.bind(project.to_string()).bind(path).fetch_optional(db).await?)
        })
        .await
    }

    /// The newest proposal for a path of a project, whatever became of it, unless its turn is set aside.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest_artifact(&self, project: ProjectId, path: &str) -> Result<Option<Artifact>> {
        self.read(async |db| {
            let query = sqlx::query_as(
                "SELECT * FROM artifacts_now WHERE project_id = ? AND file_path = ?
                 AND operation_id NOT IN (SELECT id FROM operations WHERE set_aside_at IS NOT NULL)
                 ORDER BY created_at DESC, number DESC LIMIT 1",
            );
            Ok(query.bind(project.to_string()).bind(path).fetch_optional(db).await?)
        })
        .await
    }

    /// The newest `limit` artifacts that pass `filter`, newest first, without those of turns that are
    /// set aside.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn artifacts(&self, filter: ArtifactFilter, limit: u32) -> Result<Vec<Artifact>> {
        self.read(async |db| {
            let mut query = QueryBuilder::new(
                "SELECT * FROM artifacts_now
                 WHERE operation_id NOT IN (SELECT id FROM operations WHERE set_aside_at IS NOT NULL)",
            );
            let conditions = [
                (" AND project_id = ", filter.project.map(|id| id.to_string())),
                (" AND conversation_id = ", filter.conversation.map(|id| id.to_string())),
                (" AND operation_id = ", filter.operation.map(|id| id.to_string())),
                (" AND state = ", filter.state.map(|state| state.to_string())),
            ];
            for (condition, value) in conditions {
                if let Some(value) = value {
                    query.push(condition).push_bind(value);
                }
            }
            query.push(" ORDER BY created_at DESC, number DESC LIMIT ").push_bind(limit);
            Ok(query.build_query_as().fetch_all(db).await?)
        })
        .await
    }

    /// Stores the next version of a waiting proposal, in the operation that proposed it, and supersedes the
    /// waiting one; with it what was dropped of that one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it has been decided already, [`StoreError::NotFound`], or when
    /// the database fails.
    pub async fn replace_artifact(
        &self,
        old: ArtifactId,
        new: &NewArtifact,
        dropped: Option<&Dropped>,
    ) -> Result<Artifact> {
        let (now, hash) = (self.now(), content_hash(new.content.as_bytes()));
        let base_hash = new.base.as_deref().map(content_hash);
        self.write(async |db| {
            let old = table::find(db, old).await?;
            check_waiting(&old.view)?;
            if let Some(dropped) = dropped {
                rejections::drop_hunks(db, old.operation_id, &old.view, dropped, now).await?;
            }
            let hashes = (hash.as_str(), base_hash.as_deref());
            table::insert(db, new, old.conversation_id, old.project_id, hashes, now).await?;
            let artifact = table::find(db, new.id).await?;
            table::announce(db, new.operation_id, &artifact, now).await?;
            table::decide(db, old, ArtifactState::Superseded, now).await?;
            Ok(artifact)
        })
        .await
    }

    /// The text that a proposal was made against; `None` when there was no file. A file that is no text can
    /// only be deleted, and is as empty here as in that proposal's diff.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was not kept, or when the database fails.
    pub async fn base_text(&self, artifact: &ArtifactView) -> Result<Option<String>> {
        let Some(hash) = &artifact.base_hash else { return Ok(None) };
        let found: Option<Vec<u8>> = self
            .read(async |db| {
                let query = sqlx::query_scalar("SELECT content FROM contents WHERE hash = ?");
                Ok(query.bind(hash).fetch_optional(db).await?)
            })
            .await?;
        let is_delete = artifact.action == ArtifactAction::Delete;
        let text = found.and_then(|bytes| match String::from_utf8(bytes) {
            Err(_) if is_delete => Some(String::new()),
            text => text.ok(),
        });
        let kept =
            text.ok_or_else(|| StoreError::not_found("kept text behind artifact", artifact.artifact_id));
        kept.map(Some)
    }
}

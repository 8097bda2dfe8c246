//! What the user turned down, and why: kept so that models do not propose it again.

use serde::{Deserialize, Serialize};
use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

#[cfg(doc)]
use super::StoreError;
use super::{Result, Store, artifacts, events};
use crate::protocol::{
    ArtifactId, ArtifactState, ArtifactView, Body, ConversationId, Event, OperationId, TimeMs,
};

/// Most characters of a rejected diff that are read back: models are shown less than that.
const READ_BACK: u32 = 8 * 1024;

/// Hunks that the user turned down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Their numbers.
    pub hunks: Vec<u32>,
    /// The hunks in unified form.
    pub text: String,
    /// Why.
    pub reason: Option<String>,
}

/// Something that was turned down, as it is told again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The file.
    pub path: String,
    /// What of it, in unified form, or the beginning of that.
    pub text: String,
    /// Why.
    pub reason: Option<String>,
}

impl FromRow<'_, SqliteRow> for Rejection {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            path: row.try_get("file_path")?,
            text: row.try_get("text")?,
            reason: row.try_get("reason")?,
        })
    }
}

impl Store {
    /// Turns a waiting artifact down as a whole.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it has been decided already, [`StoreError::NotFound`], or when
    /// the database fails.
    pub async fn reject_artifact(&self, id: ArtifactId, reason: Option<&str>) -> Result<Vec<Event>> {
        let now = self.now();
        self.write(async |db| {
            let artifact = artifacts::find(db, id).await?;
            artifacts::check_waiting(&artifact.view)?;
            insert(db, id, None, reason, now).await?;
            let told = told(&artifact.view, None, reason);
            let operation = artifact.operation_id;
            let mut events = artifacts::decide(db, artifact, ArtifactState::Rejected, now).await?;
            events.extend(events::store(db, operation, vec![told], now).await?);
            Ok(events)
        })
        .await
    }

    /// The newest `limit` things that were turned down in a conversation, newest first. Turns that are
    /// set aside count as not had.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rejections(&self, conversation: ConversationId, limit: u32) -> Result<Vec<Rejection>> {
        self.read(async |db| {
            let query = sqlx::query_as(
                "SELECT file_path, substr(coalesce(hunks, diff), 1, ?3) AS text, reason
                 FROM rejections
                 JOIN artifacts ON artifacts.id = artifact_id
                 JOIN operations ON operations.id = artifacts.operation_id
                 WHERE conversation_id = ?1 AND set_aside_at IS NULL
                 ORDER BY rejections.id DESC LIMIT ?2",
            );
            Ok(query.bind(conversation.to_string()).bind(limit).bind(READ_BACK).fetch_all(db).await?)
        })
        .await
    }
}

/// Keeps that hunks were turned down, and tells of it.
pub(super) async fn drop_hunks(
    db: &mut SqliteConnection,
    operation: OperationId,
    artifact: &ArtifactView,
    dropped: &Dropped,
    now: TimeMs,
) -> Result<Vec<Event>> {
    let reason = dropped.reason.as_deref();
    insert(db, artifact.artifact_id, Some(&dropped.text), reason, now).await?;
    let told = told(artifact, Some(&dropped.hunks), reason);
    events::store(db, operation, vec![told], now).await
}

async fn insert(
    db: &mut SqliteConnection,
    artifact: ArtifactId,
    hunks: Option<&str>,
    reason: Option<&str>,
    now: TimeMs,
) -> Result<()> {
    let query =
        sqlx::query("INSERT INTO rejections (artifact_id, hunks, reason, created_at) VALUES (?, ?, ?, ?)");
    query.bind(artifact.to_string()).bind(hunks).bind(reason).bind(now).execute(db).await?;
    Ok(())
}

fn told(artifact: &ArtifactView, hunks: Option<&[u32]>, reason: Option<&str>) -> Body {
    Body::ArtifactRejected {
        artifact_id: artifact.artifact_id,
        path: artifact.path.clone(),
        hunks: hunks.map(<[u32]>::to_vec),
        reason: reason.map(str::to_owned),
    }
}

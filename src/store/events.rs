//! Events: numbered within their conversation, and carried into the rows they speak of.

use std::collections::HashMap;

use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow, types::Json};

use super::{Result, Store, StoreError, artifacts, conversations, operations, rows, tool_calls, usage};
use crate::protocol::{
    ArtifactId, ArtifactView, Body, ConversationId, Event, MessageRole, OperationId, OperationStatus, TimeMs,
};

impl Store {
    /// Stores what happened in a running operation; announce the events that come back.
    ///
    /// Beside the events, this keeps the rows they speak of: an `operation_status` moves the
    /// operation, a finished `chat_response` becomes a message (and its pieces, with the reasoning
    /// that led to it, are dropped), a `tool_call` and a `usage` become theirs. An operation ends
    /// with [`Store::finish`]; artifacts come with [`Store::insert_artifact`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Ended`], [`StoreError::Transition`], or when the
    /// database fails. Nothing is stored then.
    pub async fn append_events(&self, operation: OperationId, bodies: Vec<Body>) -> Result<Vec<Event>> {
        let now = self.now();
        self.write(async |db| {
            operations::check_running(db, operation).await?;
            record(db, operation, bodies, now).await
        })
        .await
    }

    /// The events of a conversation after `since`, in order, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn events(&self, conversation: ConversationId, since: u64, limit: u32) -> Result<Vec<Event>> {
        self.read(async |db| {
            let query = sqlx::query_as::<_, Stored>(
                "SELECT operation_id, event_type, created_at, sequence_number, event_data FROM operation_events
                 WHERE conversation_id = ? AND sequence_number > ? ORDER BY sequence_number LIMIT ?",
            );
            let query = query.bind(conversation.to_string()).bind(signed(since)).bind(limit);
            let stored = query.fetch_all(&mut *db).await?;
            load(db, conversation, stored).await
        })
        .await
    }
}

/// The newest event of one of these kinds that tells of a tool call.
pub(super) async fn newest_of_call(
    db: &mut SqliteConnection,
    operation: OperationId,
    call_id: &str,
    kinds: &[&str],
) -> Result<Option<Body>> {
    let query = sqlx::query_scalar::<_, String>(
        "SELECT event_data FROM operation_events
         WHERE operation_id = ? AND event_data ->> 'call_id' = ?
         AND event_type IN (SELECT value FROM json_each(?)) ORDER BY sequence_number DESC LIMIT 1",
    );
    let query = query.bind(operation.to_string()).bind(call_id).bind(Json(kinds));
    let found = query.fetch_optional(db).await?;
    found.map(|data| serde_json::from_str(&data).map_err(unreadable)).transpose()
}

/// All events of these operations of a conversation, each operation's in order.
pub(super) async fn of_operations(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    operations: &[OperationId],
) -> Result<Vec<Event>> {
    let query = sqlx::query_as::<_, Stored>(
        "SELECT operation_id, event_type, created_at, sequence_number, event_data FROM operation_events
         WHERE operation_id IN (SELECT value FROM json_each(?)) ORDER BY operation_id, sequence_number",
    );
    let stored = query.bind(Json(operations)).fetch_all(&mut *db).await?;
    load(db, conversation, stored).await
}

/// Stores events of an operation and does to other rows what they say.
pub(super) async fn record(
    db: &mut SqliteConnection,
    operation: OperationId,
    bodies: Vec<Body>,
    now: TimeMs,
) -> Result<Vec<Event>> {
    for body in &bodies {
        carry_out(db, operation, body, now).await?;
    }
    store(db, operation, bodies, now).await
}

async fn carry_out(
    db: &mut SqliteConnection,
    operation: OperationId,
    body: &Body,
    now: TimeMs,
) -> Result<()> {
    match body {
        Body::OperationStatus { status, .. } => operations::go_on(db, operation, *status, now).await,
        Body::ChatResponse { message_id, content, finished: true } => {
            conversations::put_message(db, *message_id, operation, MessageRole::Assistant, content, now)
                .await?;
            fold_message(db, operation, &message_id.to_string()).await
        }
        Body::ToolCall { call_id, name, summary, state } => {
            tool_calls::put(db, operation, call_id, name, summary, *state, now).await
        }
        Body::Usage { usage } => usage::insert(db, operation, usage, now).await,
        Body::ArtifactDraft { path, .. } => drop_drafts(db, operation, path).await,
        _ => Ok(()),
    }
}

/// Drops the pieces of a message that is whole now, and the reasoning that led to it.
async fn fold_message(db: &mut SqliteConnection, operation: OperationId, message: &str) -> Result<()> {
    let query = sqlx::query(
        "DELETE FROM operation_events WHERE operation_id = ?
         AND (event_type = 'reasoning' OR event_type = 'chat_response'
              AND event_data ->> 'message_id' = ? AND NOT event_data ->> 'finished')",
    );
    query.bind(operation.to_string()).bind(message).execute(db).await?;
    Ok(())
}

/// Drops what was told earlier of an edit that has grown.
async fn drop_drafts(db: &mut SqliteConnection, operation: OperationId, path: &str) -> Result<()> {
    let query = sqlx::query(
        "DELETE FROM operation_events
         WHERE operation_id = ? AND event_type = 'artifact_draft' AND event_data ->> 'path' = ?",
    );
    query.bind(operation.to_string()).bind(path).execute(db).await?;
    Ok(())
}

/// Drops the pieces of a file that is stored as an artifact now.
pub(super) async fn fold_artifact(
    db: &mut SqliteConnection,
    operation: OperationId,
    path: &str,
) -> Result<()> {
    let query = sqlx::query(
        "DELETE FROM operation_events
         WHERE operation_id = ? AND event_type IN ('artifact_delta', 'artifact_draft')
         AND event_data ->> 'path' = ?",
    );
    query.bind(operation.to_string()).bind(path).execute(db).await?;
    Ok(())
}

/// Drops all pieces that are left of an operation that came to its intended end, and what it waited for.
pub(super) async fn fold_operation(db: &mut SqliteConnection, operation: OperationId) -> Result<()> {
    let query = sqlx::query(
        "DELETE FROM operation_events WHERE operation_id = ?
         AND (event_type IN ('reasoning', 'artifact_delta', 'artifact_draft', 'retrying')
              OR event_type = 'chat_response' AND NOT event_data ->> 'finished')",
    );
    query.bind(operation.to_string()).execute(db).await?;
    Ok(())
}

/// Numbers and stores events, nothing more.
pub(super) async fn store(
    db: &mut SqliteConnection,
    operation: OperationId,
    bodies: Vec<Body>,
    now: TimeMs,
) -> Result<Vec<Event>> {
    let (conversation_id, mut seq) = reserve(db, operation, bodies.len()).await?;
    let mut events = Vec::with_capacity(bodies.len());
    for body in bodies {
        seq += 1;
        let event = Event { seq, at: now, conversation_id, operation_id: operation, body };
        insert(db, &event).await?;
        events.push(event);
    }
    Ok(events)
}

/// Takes `count` sequence numbers; returns the one before them.
async fn reserve(
    db: &mut SqliteConnection,
    operation: OperationId,
    count: usize,
) -> Result<(ConversationId, u64)> {
    let query = sqlx::query(
        "UPDATE conversations SET last_seq = last_seq + ?1
         WHERE id = (SELECT session_id FROM operations WHERE id = ?2)
         RETURNING id, last_seq - ?1 AS before",
    );
    let query = query.bind(signed(count as u64)).bind(operation.to_string());
    let row = query.fetch_optional(db).await?;
    let row = row.ok_or_else(|| StoreError::not_found("operation", operation))?;
    Ok((rows::parse(&row, "id")?, rows::count(&row, "before")?))
}

async fn insert(db: &mut SqliteConnection, event: &Event) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO operation_events
         (operation_id, conversation_id, event_type, created_at, sequence_number, event_data)
         VALUES (?, ?, ?, ?, ?, ?)",
    );
    let query = query.bind(event.operation_id.to_string()).bind(event.conversation_id.to_string());
    let query = query.bind(kind(&event.body)).bind(event.at).bind(signed(event.seq));
    query.bind(data(&event.body)?).execute(db).await?;
    Ok(())
}

/// An event as its row tells it.
struct Stored {
    operation_id: OperationId,
    kind: String,
    at: TimeMs,
    seq: u64,
    data: String,
}

impl FromRow<'_, SqliteRow> for Stored {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            operation_id: rows::parse(row, "operation_id")?,
            kind: row.try_get("event_type")?,
            at: row.try_get("created_at")?,
            seq: rows::count(row, "sequence_number")?,
            data: row.try_get("event_data")?,
        })
    }
}

/// Events from their rows; the artifacts they refer to come in one go.
async fn load(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    stored: Vec<Stored>,
) -> Result<Vec<Event>> {
    let referred = stored.iter().filter(|event| event.is_reference()).map(Stored::artifact);
    let referred: Vec<ArtifactId> = referred.collect::<Result<_>>()?;
    let artifacts = artifacts::find_all(db, &referred).await?;
    stored.into_iter().map(|event| event.load(conversation, &artifacts)).collect()
}

impl Stored {
    fn load(
        self,
        conversation_id: ConversationId,
        artifacts: &HashMap<ArtifactId, ArtifactView>,
    ) -> Result<Event> {
        let body = match self.is_reference() {
            true => {
                let id = self.artifact()?;
                let artifact = artifacts.get(&id).ok_or_else(|| StoreError::not_found("artifact", id))?;
                Body::Artifact { artifact: Box::new(artifact.clone()) }
            }
            false => serde_json::from_str(&self.data).map_err(unreadable)?,
        };
        Ok(Event { seq: self.seq, at: self.at, conversation_id, operation_id: self.operation_id, body })
    }

    fn is_reference(&self) -> bool {
        self.kind == "artifact"
    }

    fn artifact(&self) -> Result<ArtifactId> {
        let reference: ArtifactReference = serde_json::from_str(&self.data).map_err(unreadable)?;
        Ok(reference.artifact_id)
    }
}

/// What an artifact's event keeps: the rest is in its own row, once.
#[derive(serde::Serialize, serde::Deserialize)]
struct ArtifactReference {
    artifact_id: ArtifactId,
}

fn data(body: &Body) -> Result<String> {
    let text = match body {
        Body::Artifact { artifact } => {
            serde_json::to_string(&ArtifactReference { artifact_id: artifact.artifact_id })
        }
        _ => serde_json::to_string(body),
    };
    text.map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> StoreError {
    sqlx::Error::Decode(error.into()).into()
}

/// The name of a body on the wire, which is its type in the table.
fn kind(body: &Body) -> &'static str {
    match body {
        Body::OperationStatus { .. } => "operation_status",
        Body::OperationCancelled {} => "operation_cancelled",
        Body::ChatResponse { .. } => "chat_response",
        Body::Reasoning { .. } => "reasoning",
        Body::ToolCall { .. } => "tool_call",
        Body::Delegation { .. } => "delegation",
        Body::ApprovalRequest { .. } => "approval_request",
        Body::ApprovalDecided { .. } => "approval_decided",
        Body::ArtifactDelta { .. } => "artifact_delta",
        Body::ArtifactDraft { .. } => "artifact_draft",
        Body::Artifact { .. } => "artifact",
        Body::ArtifactApplied { .. } => "artifact_applied",
        Body::ArtifactRejected { .. } => "artifact_rejected",
        Body::Rewound { .. } => "rewound",
        Body::Unrewound { .. } => "unrewound",
        Body::Usage { .. } => "usage",
        Body::Retrying { .. } => "retrying",
        Body::Notice { .. } => "notice",
        Body::Error { .. } => "error",
    }
}

/// SQLite's integers are signed; no count of ours comes near the difference.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The closing events of an operation: its terminal status comes last.
pub(super) fn closing(status: OperationStatus, message: String) -> Vec<Body> {
    let cancelled = (status == OperationStatus::Cancelled).then_some(Body::OperationCancelled {});
    cancelled.into_iter().chain([Body::OperationStatus { status, message }]).collect()
}

//! Operations: begun with their message, moved by their events, ended once.

use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use super::{Result, Store, StoreError, conversations, events, history, rows, tool_calls};
use crate::protocol::{
    Body, ConversationId, Event, MessageId, MessageRole, OperationId, OperationStatus, OperationView,
    ProjectId, TimeMs,
};

/// An operation to begin.
#[derive(Clone, Debug, PartialEq)]
pub struct NewOperation {
    /// Its id.
    pub id: OperationId,
    /// Its conversation, which begins with it when it is new.
    pub conversation_id: ConversationId,
    /// The project of the conversation.
    pub project_id: ProjectId,
    /// The id of the user's message.
    pub message_id: MessageId,
    /// What sort of request it is (`chat` until something else is known).
    pub kind: String,
    /// What the user said.
    pub user_message: String,
    /// What the client showed, as JSON.
    pub context_snapshot: Option<String>,
    /// The planner's model.
    pub primary_model: Option<String>,
    /// The operation that this one retries or goes on from.
    pub parent_operation_id: Option<OperationId>,
    /// The provider's response that the first request continues.
    pub parent_response_id: Option<String>,
    /// First items for the model's history, each as JSON.
    pub history: Vec<String>,
}

/// How an operation ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// A terminal status.
    pub status: OperationStatus,
    /// A sentence for people, told with the status.
    pub message: String,
    /// The closing text, or the partial text of one that did not close.
    pub result: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// The provider's id of the last response, for the next turn to continue.
    pub response_id: Option<String>,
    /// Last items for the model's history, each as JSON.
    pub history: Vec<String>,
    /// What became known about the request.
    pub details: OperationDetails,
}

/// What becomes known about a request while it is worked on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperationDetails {
    /// How hard it is, 0 to 1.
    pub complexity_score: Option<f64>,
    /// The model that wrote the code.
    pub delegated_to: Option<String>,
    /// Why the planner handed it over.
    pub delegation_reason: Option<String>,
    /// The language of the code.
    pub target_language: Option<String>,
    /// The framework it is for.
    pub target_framework: Option<String>,
    /// What the user wants, in a few words.
    pub operation_intent: Option<String>,
    /// Paths that were proposed.
    pub files_affected: Vec<String>,
}

/// Reads an operation; its table keeps more than front ends need.
struct OperationRow(OperationView);

impl FromRow<'_, SqliteRow> for OperationRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self(OperationView {
            id: rows::parse(row, "id")?,
            conversation_id: rows::parse(row, "session_id")?,
            status: rows::parse(row, "status")?,
            user_message: row.try_get("user_message")?,
            result: row.try_get("result")?,
            error: row.try_get("error")?,
            created_at: row.try_get("created_at")?,
            started_at: row.try_get("started_at")?,
            completed_at: row.try_get("completed_at")?,
            cost_usd: row.try_get("cost_usd")?,
        }))
    }
}

impl Store {
    /// Stores a pending operation with its user's message, and its conversation when that is new.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the conversation belongs to another project, or when the
    /// database fails.
    pub async fn begin(&self, new: &NewOperation) -> Result<Vec<Event>> {
        let (now, owner) = (self.now(), self.owner()?);
        self.write(async |db| {
            conversations::ensure(db, new.conversation_id, new.project_id, &new.user_message, now).await?;
            insert(db, new, &owner, now).await?;
            let (id, text) = (new.message_id, &new.user_message);
            conversations::put_message(db, id, new.id, MessageRole::User, text, now).await?;
            history::add(db, new.id, &new.history).await?;
            let pending = Body::OperationStatus { status: OperationStatus::Pending, message: String::new() };
            events::store(db, new.id, vec![pending], now).await
        })
        .await
    }

    /// Ends an operation: `last` events (a closing message among them), its outcome, its totals and
    /// its terminal event in one transaction. Calls that still run are told as cancelled.
    ///
    /// # Errors
    /// [`StoreError::Transition`] when it has ended already or `outcome.status` is not terminal,
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn finish(
        &self,
        operation: OperationId,
        outcome: &Outcome,
        last: Vec<Body>,
    ) -> Result<Vec<Event>> {
        let now = self.now();
        self.write(async |db| finish(db, operation, outcome, last, now).await).await
    }

    /// One operation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn operation(&self, id: OperationId) -> Result<OperationView> {
        let found: Option<OperationRow> = self
            .read(async |db| {
                let query = sqlx::query_as("SELECT * FROM operations WHERE id = ?");
                Ok(query.bind(id.to_string()).fetch_optional(db).await?)
            })
            .await?;
        found.map(|row| row.0).ok_or_else(|| StoreError::not_found("operation", id))
    }

    /// The newest `limit` operations of a conversation, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn operations(&self, conversation: ConversationId, limit: u32) -> Result<Vec<OperationView>> {
        self.read(async |db| {
            let query = sqlx::query_as::<_, OperationRow>(
                "SELECT * FROM operations WHERE session_id = ? ORDER BY created_at DESC, id DESC LIMIT ?",
            );
            let newest_first = query.bind(conversation.to_string()).bind(limit).fetch_all(db).await?;
            Ok(newest_first.into_iter().rev().map(|row| row.0).collect())
        })
        .await
    }
}

/// The newest `limit` operations of a conversation, or of those before `before`, oldest first; and
/// whether there are older ones.
pub(super) async fn page(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    before: Option<OperationId>,
    limit: u32,
) -> Result<(Vec<OperationView>, bool)> {
    let (created_at, id) = match before {
        Some(id) => (created_at(db, id).await?, id.to_string()),
        None => (TimeMs::MAX, String::new()),
    };
    // The first comparison is the one that the index answers.
    let query = sqlx::query_as::<_, OperationRow>(
        "SELECT * FROM operations
         WHERE session_id = ?1 AND created_at <= ?2 AND (created_at < ?2 OR id < ?3) AND set_aside_at IS NULL
         ORDER BY created_at DESC, id DESC LIMIT ?4",
    );
    let query = query.bind(conversation.to_string()).bind(created_at).bind(id);
    let mut rows = query.bind(i64::from(limit) + 1).fetch_all(db).await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    Ok((rows.into_iter().rev().map(|row| row.0).collect(), has_more))
}

async fn created_at(db: &mut SqliteConnection, operation: OperationId) -> Result<TimeMs> {
    let query = sqlx::query_scalar("SELECT created_at FROM operations WHERE id = ?");
    let found = query.bind(operation.to_string()).fetch_optional(db).await?;
    found.ok_or_else(|| StoreError::not_found("operation", operation))
}

async fn insert(db: &mut SqliteConnection, new: &NewOperation, owner: &str, now: TimeMs) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO operations (id, session_id, kind, status, owner, created_at, user_message, context_snapshot,
                                 primary_model, parent_operation_id, parent_response_id)
         VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?)",
    );
    let query = query.bind(new.id.to_string()).bind(new.conversation_id.to_string());
    let query = query.bind(&new.kind).bind(owner).bind(now).bind(&new.user_message);
    let query = query.bind(&new.context_snapshot).bind(&new.primary_model);
    let parent = new.parent_operation_id.map(|id| id.to_string());
    query.bind(parent).bind(&new.parent_response_id).execute(db).await?;
    Ok(())
}

/// Where an operation stands.
pub(super) async fn status(db: &mut SqliteConnection, operation: OperationId) -> Result<OperationStatus> {
    let query = sqlx::query("SELECT status FROM operations WHERE id = ?");
    let row = query.bind(operation.to_string()).fetch_optional(db).await?;
    let row = row.ok_or_else(|| StoreError::not_found("operation", operation))?;
    Ok(rows::parse(&row, "status")?)
}

/// Refuses what comes after the end of an operation.
pub(super) async fn check_running(db: &mut SqliteConnection, operation: OperationId) -> Result<()> {
    let status = status(db, operation).await?;
    if status.is_terminal() {
        return Err(StoreError::Ended { operation, status });
    }
    Ok(())
}

/// Moves a running operation on; only [`finish`] ends it.
pub(super) async fn go_on(
    db: &mut SqliteConnection,
    operation: OperationId,
    to: OperationStatus,
    now: TimeMs,
) -> Result<()> {
    let from = status(db, operation).await?;
    if from.is_terminal() || to.is_terminal() || to == OperationStatus::Pending {
        return Err(StoreError::Transition { operation, from, to });
    }
    let query =
        sqlx::query("UPDATE operations SET status = ?, started_at = coalesce(started_at, ?) WHERE id = ?");
    query.bind(to.as_str()).bind(now).bind(operation.to_string()).execute(db).await?;
    Ok(())
}

pub(super) async fn finish(
    db: &mut SqliteConnection,
    operation: OperationId,
    outcome: &Outcome,
    last: Vec<Body>,
    now: TimeMs,
) -> Result<Vec<Event>> {
    let (from, to) = (status(db, operation).await?, outcome.status);
    if from.is_terminal() || !to.is_terminal() {
        return Err(StoreError::Transition { operation, from, to });
    }
    let mut told = events::record(db, operation, last, now).await?;
    let stopped = tool_calls::stop(db, operation).await?;
    told.extend(events::record(db, operation, stopped, now).await?);
    history::add(db, operation, &outcome.history).await?;
    close(db, operation, outcome, now).await?;
    add_totals(db, operation).await?;
    if to == OperationStatus::Completed {
        events::fold_operation(db, operation).await?;
    }
    touch(db, operation, outcome.response_id.as_deref(), now).await?;
    let closing = events::closing(to, outcome.message.clone());
    told.extend(events::store(db, operation, closing, now).await?);
    Ok(told)
}

async fn close(
    db: &mut SqliteConnection,
    operation: OperationId,
    outcome: &Outcome,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "UPDATE operations SET status = ?, completed_at = ?, result = ?, error = ?, response_id = ?,
             complexity_score = ?, delegated_to = ?, delegation_reason = ?, target_language = ?,
             target_framework = ?, operation_intent = ?, files_affected = ?
         WHERE id = ?",
    );
    let details = &outcome.details;
    let query = query.bind(outcome.status.as_str()).bind(now).bind(&outcome.result);
    let query = query.bind(&outcome.error).bind(&outcome.response_id).bind(details.complexity_score);
    let query = query.bind(&details.delegated_to).bind(&details.delegation_reason);
    let query = query.bind(&details.target_language).bind(&details.target_framework);
    let query = query.bind(&details.operation_intent).bind(sqlx::types::Json(&details.files_affected));
    query.bind(operation.to_string()).execute(db).await?;
    Ok(())
}

/// Sums up the usage rows of an operation in its own row.
async fn add_totals(db: &mut SqliteConnection, operation: OperationId) -> Result<()> {
    let query = sqlx::query(
        "UPDATE operations SET (tokens_input, tokens_output, tokens_reasoning, cost_usd, delegate_calls) =
             (SELECT coalesce(sum(tokens_input), 0), coalesce(sum(tokens_output), 0),
                     coalesce(sum(tokens_reasoning), 0), coalesce(sum(cost_usd), 0.0),
                     coalesce(sum(role = 'coder'), 0)
              FROM usage WHERE operation_id = ?1)
         WHERE id = ?1",
    );
    query.bind(operation.to_string()).execute(db).await?;
    Ok(())
}

/// Marks an operation's conversation as used now, and keeps the response that the next turn continues.
async fn touch(
    db: &mut SqliteConnection,
    operation: OperationId,
    response: Option<&str>,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "UPDATE conversations SET updated_at = ?, last_response_id = ?
         WHERE id = (SELECT session_id FROM operations WHERE id = ?)",
    );
    query.bind(now).bind(response).bind(operation.to_string()).execute(db).await?;
    Ok(())
}

//! Operations: begun with their message, moved by their events, ended once; with the model history
//! and the tool calls they leave behind.

use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use super::{Result, Store, StoreError, conversations, events, rows};
use crate::protocol::{
    Body, ConversationId, Event, MessageId, MessageRole, OperationId, OperationStatus,
    OperationView, ProjectId, TimeMs, ToolCallState,
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
    /// Paths that were proposed or read for it.
    pub files_affected: Vec<String>,
}

/// One entry of the model's history, opaque to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryItem {
    /// The operation that added it.
    pub operation_id: OperationId,
    /// The item as JSON.
    pub item: String,
}

/// A tool call with what went in and came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCallRecord {
    /// The provider's id of the call.
    pub call_id: String,
    /// The tool.
    pub name: String,
    /// One line on what it does, for people.
    pub summary: String,
    /// What the model passed, as JSON text.
    pub arguments: Option<String>,
    /// What the model was answered.
    pub output: Option<String>,
    /// How far it is.
    pub state: ToolCallState,
}

impl FromRow<'_, SqliteRow> for ToolCallRecord {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            call_id: row.try_get("call_id")?,
            name: row.try_get("name")?,
            summary: row.try_get("summary")?,
            arguments: row.try_get("arguments")?,
            output: row.try_get("output")?,
            state: rows::parse(row, "state")?,
        })
    }
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
            conversations::ensure(
                db,
                new.conversation_id,
                new.project_id,
                &new.user_message,
                now,
            )
            .await?;
            insert(db, new, &owner, now).await?;
            let (id, text) = (new.message_id, &new.user_message);
            conversations::put_message(db, id, new.id, MessageRole::User, text, now).await?;
            add_history(db, new.id, &new.history).await?;
            let pending = Body::OperationStatus {
                status: OperationStatus::Pending,
                message: String::new(),
            };
            events::store(db, new.id, vec![pending], now).await
        })
        .await
    }

    /// Keeps a finished round for the history of later requests: items as JSON, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_history(&self, operation: OperationId, items: &[String]) -> Result<()> {
        self.write(async |db| add_history(db, operation, items).await)
            .await
    }

    /// Stores a tool call with what went in and came out, and the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn record_tool_call(
        &self,
        operation: OperationId,
        call: &ToolCallRecord,
    ) -> Result<Vec<Event>> {
        let now = self.now();
        self.write(async |db| {
            let body = Body::ToolCall {
                call_id: call.call_id.clone(),
                name: call.name.clone(),
                summary: call.summary.clone(),
                state: call.state,
            };
            let events = events::record(db, operation, vec![body], now).await?;
            put_tool_content(db, operation, call).await?;
            Ok(events)
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
        self.write(async |db| finish(db, operation, outcome, last, now).await)
            .await
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
        found
            .map(|row| row.0)
            .ok_or_else(|| StoreError::not_found("operation", id))
    }

    /// The newest `limit` operations of a conversation, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn operations(
        &self,
        conversation: ConversationId,
        limit: u32,
    ) -> Result<Vec<OperationView>> {
        self.read(async |db| {
            let query = sqlx::query_as::<_, OperationRow>(
                "SELECT * FROM operations WHERE session_id = ? ORDER BY created_at DESC, id DESC LIMIT ?",
            );
            let newest_first = query.bind(conversation.to_string()).bind(limit).fetch_all(db).await?;
            Ok(newest_first.into_iter().rev().map(|row| row.0).collect())
        })
        .await
    }

    /// What the newest `operations` operations of a conversation added to the model's history, oldest
    /// first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn history(
        &self,
        conversation: ConversationId,
        operations: u32,
    ) -> Result<Vec<HistoryItem>> {
        self.read(async |db| {
            let query = sqlx::query(
                "SELECT operation_id, item FROM history_items
                 JOIN (SELECT id, created_at FROM operations WHERE session_id = ?
                       ORDER BY created_at DESC, id DESC LIMIT ?) AS newest ON newest.id = operation_id
                 ORDER BY newest.created_at, operation_id, position",
            );
            let rows = query.bind(conversation.to_string()).bind(operations).fetch_all(db).await?;
            let item = |row: &SqliteRow| {
                Ok(HistoryItem { operation_id: rows::parse(row, "operation_id")?, item: row.try_get("item")? })
            };
            Ok(rows.iter().map(item).collect::<sqlx::Result<_>>()?)
        })
        .await
    }

    /// The tool calls of an operation, in the order they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tool_calls(&self, operation: OperationId) -> Result<Vec<ToolCallRecord>> {
        self.read(async |db| tool_calls(db, operation).await).await
    }
}

async fn insert(
    db: &mut SqliteConnection,
    new: &NewOperation,
    owner: &str,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO operations (id, session_id, kind, status, owner, created_at, user_message, context_snapshot,
                                 primary_model, parent_operation_id, parent_response_id)
         VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?)",
    );
    let query = query
        .bind(new.id.to_string())
        .bind(new.conversation_id.to_string());
    let query = query
        .bind(&new.kind)
        .bind(owner)
        .bind(now)
        .bind(&new.user_message);
    let query = query.bind(&new.context_snapshot).bind(&new.primary_model);
    let parent = new.parent_operation_id.map(|id| id.to_string());
    query
        .bind(parent)
        .bind(&new.parent_response_id)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn add_history(
    db: &mut SqliteConnection,
    operation: OperationId,
    items: &[String],
) -> Result<()> {
    for item in items {
        let query = sqlx::query(
            "INSERT INTO history_items (operation_id, position, item)
             SELECT ?1, coalesce(max(position) + 1, 0), ?2 FROM history_items WHERE operation_id = ?1",
        );
        query
            .bind(operation.to_string())
            .bind(item)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// Where an operation stands.
pub(super) async fn status(
    db: &mut SqliteConnection,
    operation: OperationId,
) -> Result<OperationStatus> {
    let query = sqlx::query("SELECT status FROM operations WHERE id = ?");
    let row = query.bind(operation.to_string()).fetch_optional(db).await?;
    let row = row.ok_or_else(|| StoreError::not_found("operation", operation))?;
    Ok(rows::parse(&row, "status")?)
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
        return Err(StoreError::Transition {
            operation,
            from,
            to,
        });
    }
    let query = sqlx::query(
        "UPDATE operations SET status = ?, started_at = coalesce(started_at, ?) WHERE id = ?",
    );
    query
        .bind(to.as_str())
        .bind(now)
        .bind(operation.to_string())
        .execute(db)
        .await?;
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
        return Err(StoreError::Transition {
            operation,
            from,
            to,
        });
    }
    let mut told = events::record(db, operation, last, now).await?;
    let stopped = stop_tool_calls(db, operation).await?;
    told.extend(events::record(db, operation, stopped, now).await?);
    add_history(db, operation, &outcome.history).await?;
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
    let query = query
        .bind(outcome.status.as_str())
        .bind(now)
        .bind(&outcome.result);
    let query = query
        .bind(&outcome.error)
        .bind(&outcome.response_id)
        .bind(details.complexity_score);
    let query = query
        .bind(&details.delegated_to)
        .bind(&details.delegation_reason);
    let query = query
        .bind(&details.target_language)
        .bind(&details.target_framework);
    let query = query
        .bind(&details.operation_intent)
        .bind(sqlx::types::Json(&details.files_affected));
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
    query
        .bind(now)
        .bind(response)
        .bind(operation.to_string())
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn put_tool_call(
    db: &mut SqliteConnection,
    operation: OperationId,
    call_id: &str,
    name: &str,
    summary: &str,
    state: ToolCallState,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO tool_calls (operation_id, call_id, name, summary, state, created_at, completed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, iif(?5 = 'running', NULL, ?6))
         ON CONFLICT (operation_id, call_id) DO UPDATE
         SET summary = excluded.summary, state = excluded.state, completed_at = excluded.completed_at",
    );
    let query = query
        .bind(operation.to_string())
        .bind(call_id)
        .bind(name)
        .bind(summary);
    query.bind(state.as_str()).bind(now).execute(db).await?;
    Ok(())
}

async fn put_tool_content(
    db: &mut SqliteConnection,
    operation: OperationId,
    call: &ToolCallRecord,
) -> Result<()> {
    let query = sqlx::query(
        "UPDATE tool_calls SET arguments = coalesce(?, arguments), output = coalesce(?, output)
         WHERE operation_id = ? AND call_id = ?",
    );
    let query = query
        .bind(&call.arguments)
        .bind(&call.output)
        .bind(operation.to_string());
    query.bind(&call.call_id).execute(db).await?;
    Ok(())
}

async fn tool_calls(
    db: &mut SqliteConnection,
    operation: OperationId,
) -> Result<Vec<ToolCallRecord>> {
    let query = sqlx::query_as("SELECT * FROM tool_calls WHERE operation_id = ? ORDER BY rowid");
    Ok(query.bind(operation.to_string()).fetch_all(db).await?)
}

/// The events that close the calls still running in an operation that ends.
async fn stop_tool_calls(db: &mut SqliteConnection, operation: OperationId) -> Result<Vec<Body>> {
    let running = tool_calls(db, operation)
        .await?
        .into_iter()
        .filter(|call| call.state == ToolCallState::Running);
    let stopped = running.map(|call| Body::ToolCall {
        call_id: call.call_id,
        name: call.name,
        summary: call.summary,
        state: ToolCallState::Cancelled,
    });
    Ok(stopped.collect())
}

//! Tool calls: told by events, kept with what went in and came out.

use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use super::{Result, Store, StoreError, events, operations, rows};
use crate::protocol::{Body, Event, OperationId, TimeMs, ToolCallState};

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

impl Store {
    /// Stores a tool call with what went in and came out, and the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Ended`] after the operation's end, [`StoreError::NotFound`], or when the database
    /// fails.
    pub async fn record_tool_call(
        &self,
        operation: OperationId,
        call: &ToolCallRecord,
    ) -> Result<Vec<Event>> {
        let now = self.now();
        self.write(async |db| {
            operations::check_running(db, operation).await?;
            let body = Body::ToolCall {
                call_id: call.call_id.clone(),
                name: call.name.clone(),
                summary: call.summary.clone(),
                state: call.state,
            };
            let events = events::record(db, operation, vec![body], now).await?;
            put_content(db, operation, call).await?;
            Ok(events)
        })
        .await
    }

    /// One tool call of an operation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn tool_call(&self, operation: OperationId, call_id: &str) -> Result<ToolCallRecord> {
        self.read(async |db| find(db, operation, call_id).await).await
    }

    /// The tool calls of an operation, in the order they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tool_calls(&self, operation: OperationId) -> Result<Vec<ToolCallRecord>> {
        self.read(async |db| list(db, operation).await).await
    }
}

async fn find(db: &mut SqliteConnection, operation: OperationId, call_id: &str) -> Result<ToolCallRecord> {
    let query = sqlx::query_as("SELECT * FROM tool_calls WHERE operation_id = ? AND call_id = ?");
    let found = query.bind(operation.to_string()).bind(call_id).fetch_optional(db).await?;
    found.ok_or_else(|| StoreError::not_found("tool call", call_id))
}

pub(super) async fn put(
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
    let query = query.bind(operation.to_string()).bind(call_id).bind(name).bind(summary);
    query.bind(state.as_str()).bind(now).execute(db).await?;
    Ok(())
}

async fn put_content(db: &mut SqliteConnection, operation: OperationId, call: &ToolCallRecord) -> Result<()> {
    let query = sqlx::query(
        "UPDATE tool_calls SET arguments = coalesce(?, arguments), output = coalesce(?, output)
         WHERE operation_id = ? AND call_id = ?",
    );
    let query = query.bind(&call.arguments).bind(&call.output).bind(operation.to_string());
    query.bind(&call.call_id).execute(db).await?;
    Ok(())
}

async fn list(db: &mut SqliteConnection, operation: OperationId) -> Result<Vec<ToolCallRecord>> {
    let query = sqlx::query_as("SELECT * FROM tool_calls WHERE operation_id = ? ORDER BY rowid");
    Ok(query.bind(operation.to_string()).fetch_all(db).await?)
}

/// The events that close the calls still running in an operation that ends.
pub(super) async fn stop(db: &mut SqliteConnection, operation: OperationId) -> Result<Vec<Body>> {
    let running = list(db, operation).await?.into_iter().filter(|call| call.state == ToolCallState::Running);
    let stopped = running.map(|call| Body::ToolCall {
        call_id: call.call_id,
        name: call.name,
        summary: call.summary,
        state: ToolCallState::Cancelled,
    });
    Ok(stopped.collect())
}

//! Going back in a conversation: its latest operations are set aside, which hides them from whatever
//! goes on, and can be brought back.

use sqlx::{SqliteConnection, sqlite::SqliteRow, types::Json};

use super::{Result, Store, StoreError, events, rows};
use crate::protocol::{Body, ChangeId, ConversationId, Event, OperationId, TimeMs};

/// Operations that were set aside together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// The operations, oldest first.
    pub operations: Vec<OperationId>,
    /// The change that took their files back with them and still stands.
    pub change: Option<ChangeId>,
}

impl Store {
    /// The operations of a conversation from `from` on that are not set aside, oldest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when `from` is none of them, [`StoreError::Conflict`] while one of
    /// them is at work, or when the database fails.
    pub async fn operations_from(
        &self,
        conversation: ConversationId,
        from: OperationId,
    ) -> Result<Vec<OperationId>> {
        self.read(async |db| {
            let query = sqlx::query(
                "SELECT later.id, later.completed_at FROM operations AS first
                 JOIN operations AS later ON later.session_id = first.session_id
                      AND (later.created_at, later.id) >= (first.created_at, first.id)
                 WHERE first.id = ?1 AND first.session_id = ?2
                       AND first.set_aside_at IS NULL AND later.set_aside_at IS NULL
                 ORDER BY later.created_at, later.id",
            );
            let found =
                query.bind(from.to_string()).bind(conversation.to_string()).fetch_all(&mut *db).await?;
            let ids = ids(&found)?;
            check_ended(db, &ids).await?;
            match ids.is_empty() {
                true => Err(StoreError::not_found("operation in this conversation", from)),
                false => Ok(ids),
            }
        })
        .await
    }

    /// Sets operations of one conversation aside.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] while one of them is at work, or when the database fails.
    pub async fn set_operations_aside(&self, operations: &[OperationId]) -> Result<Vec<Event>> {
        let now = self.now();
        self.write(async |db| {
            check_ended(db, operations).await?;
            set_aside(db, operations, now).await
        })
        .await
    }

    /// What was set aside last in a conversation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when nothing is set aside, or when the database fails.
    pub async fn last_set_aside(&self, conversation: ConversationId) -> Result<SetAside> {
        self.read(async |db| {
            let query = sqlx::query(
                "SELECT id FROM operations WHERE session_id = ?1 AND set_aside_at =
                     (SELECT max(set_aside_at) FROM operations WHERE session_id = ?1)
                 ORDER BY created_at, id",
            );
            let operations = ids(&query.bind(conversation.to_string()).fetch_all(&mut *db).await?)?;
            let Some(first) = operations.first().copied() else {
                return Err(StoreError::not_found("turn that was set aside in conversation", conversation));
            };
            Ok(SetAside { change: with_files(db, first).await?, operations })
        })
        .await
    }

    /// Brings operations of one conversation back that were set aside.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bring_operations_back(&self, operations: &[OperationId]) -> Result<Vec<Event>> {
        let now = self.now();
        self.write(async |db| bring_back(db, operations, now).await).await
    }
}

/// The change that took files back when `first` and what followed was set aside, unless it is undone. A Mira
/// that brought turns back alone has left such changes standing: theirs is not what was set aside last.
async fn with_files(db: &mut SqliteConnection, first: OperationId) -> Result<Option<ChangeId>> {
    let query = sqlx::query(
        "SELECT id FROM changes
         WHERE extent ->> '$.takes_back.set_aside[0]' = ?1 AND status = 'applied' AND undone_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM operation_events AS told WHERE told.operation_id = ?1
                         AND event_type = 'unrewound' AND told.created_at > applied_at)
         ORDER BY rowid DESC LIMIT 1",
    );
    let row = query.bind(first.to_string()).fetch_optional(db).await?;
    Ok(row.map(|row| rows::parse(&row, "id")).transpose()?)
}

/// Brings operations of one conversation back and tells of it in the stream of the first.
pub(super) async fn bring_back(
    db: &mut SqliteConnection,
    operations: &[OperationId],
    now: TimeMs,
) -> Result<Vec<Event>> {
    let Some(first) = operations.first().copied() else { return Ok(Vec::new()) };
    mark(db, operations, None).await?;
    forget_response(db, first).await?;
    events::store(db, first, vec![Body::Unrewound { operations: operations.to_vec() }], now).await
}

/// Sets ended operations of one conversation aside and tells of it in the stream of the first.
pub(super) async fn set_aside(
    db: &mut SqliteConnection,
    operations: &[OperationId],
    now: TimeMs,
) -> Result<Vec<Event>> {
    let Some(first) = operations.first().copied() else { return Ok(Vec::new()) };
    let query = sqlx::query_scalar(
        "SELECT max(set_aside_at) FROM operations
         WHERE session_id = (SELECT session_id FROM operations WHERE id = ?)",
    );
    let last: Option<TimeMs> = query.bind(first.to_string()).fetch_one(&mut *db).await?;
    // What is set aside together has a time of its own, however fast one follows the other.
    let at = last.map_or(now, |last| now.max(last + 1));
    mark(db, operations, Some(at)).await?;
    forget_response(db, first).await?;
    events::store(db, first, vec![Body::Rewound { operations: operations.to_vec() }], now).await
}

/// Refuses while one of them is at work.
pub(super) async fn check_ended(db: &mut SqliteConnection, operations: &[OperationId]) -> Result<()> {
    let query = sqlx::query_scalar::<_, i64>(
        "SELECT count(*) FROM operations
         WHERE id IN (SELECT value FROM json_each(?)) AND completed_at IS NULL",
    );
    match query.bind(Json(operations)).fetch_one(db).await? {
        0 => Ok(()),
        _ => Err(StoreError::Conflict("A turn there is still at work. Stop it first.".to_owned())),
    }
}

async fn mark(db: &mut SqliteConnection, operations: &[OperationId], at: Option<TimeMs>) -> Result<()> {
    let query =
        sqlx::query("UPDATE operations SET set_aside_at = ? WHERE id IN (SELECT value FROM json_each(?))");
    query.bind(at).bind(Json(operations)).execute(db).await?;
    Ok(())
}

/// The provider's newest response knows another conversation than the one that goes on: what goes on
/// is sent whole.
async fn forget_response(db: &mut SqliteConnection, operation: OperationId) -> Result<()> {
    let query = sqlx::query(
        "UPDATE conversations SET last_response_id = NULL
         WHERE id = (SELECT session_id FROM operations WHERE id = ?)",
    );
    query.bind(operation.to_string()).execute(db).await?;
    Ok(())
}

fn ids(rows: &[SqliteRow]) -> Result<Vec<OperationId>> {
    Ok(rows.iter().map(|row| rows::parse(row, "id")).collect::<sqlx::Result<_>>()?)
}

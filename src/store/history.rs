//! The history that model requests are built from: what each operation added, as JSON that the
//! store does not look into.

use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

#[cfg(doc)]
use super::StoreError;
use super::{Result, Store, operations, rows};
use crate::protocol::{ConversationId, OperationId};

/// One entry of the model's history, opaque to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryItem {
    /// The operation that added it.
    pub operation_id: OperationId,
    /// The item as JSON.
    pub item: String,
}

impl Store {
    /// Keeps a finished round for the history of later requests: items as JSON, in order.
    ///
    /// # Errors
    /// [`StoreError::Ended`] after the operation's end, [`StoreError::NotFound`], or when the database
    /// fails.
    pub async fn keep_history(&self, operation: OperationId, items: &[String]) -> Result<()> {
        self.write(async |db| {
            operations::check_running(db, operation).await?;
            add(db, operation, items).await
        })
        .await
    }

    /// What the newest `operations` operations of a conversation that are not set aside added to the
    /// model's history, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn history(&self, conversation: ConversationId, operations: u32) -> Result<Vec<HistoryItem>> {
        self.read(async |db| {
            let query = sqlx::query(
                "SELECT operation_id, item FROM history_items
                 JOIN (SELECT id, created_at FROM operations WHERE session_id = ? AND set_aside_at IS NULL
                       ORDER BY created_at DESC, id DESC LIMIT ?) AS newest ON newest.id = operation_id
                 ORDER BY newest.created_at, operation_id, position",
            );
            let rows = query.bind(conversation.to_string()).bind(operations).fetch_all(db).await?;
            let item = |row: &SqliteRow| {
                Ok(HistoryItem {
                    operation_id: rows::parse(row, "operation_id")?,
                    item: row.try_get("item")?,
                })
            };
            Ok(rows.iter().map(item).collect::<sqlx::Result<_>>()?)
        })
        .await
    }
}

pub(super) async fn add(db: &mut SqliteConnection, operation: OperationId, items: &[String]) -> Result<()> {
    for item in items {
        let query = sqlx::query(
            "INSERT INTO history_items (operation_id, position, item)
             SELECT ?1, coalesce(max(position) + 1, 0), ?2 FROM history_items WHERE operation_id = ?1",
        );
        query.bind(operation.to_string()).bind(item).execute(&mut *db).await?;
    }
    Ok(())
}

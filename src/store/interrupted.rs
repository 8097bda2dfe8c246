//! What a program that was killed left open, closed by the next one that starts.

use sqlx::{Row, SqliteConnection};

use super::{Result, Store, operations, operations::Outcome, rows};
use crate::protocol::{Body, MessageId, OperationId, OperationStatus, TimeMs};

/// The error of an operation whose program ended before it did.
const INTERRUPTED: &str = "interrupted";

impl Store {
    /// Ends the operations of programs that are gone as failed, keeping what text had arrived.
    pub(super) async fn close_interrupted(&self) -> Result<()> {
        let left_open = self.left_open().await;
        if !left_open.map_err(|error| error.at(&self.0.path))? {
            return Ok(());
        }
        let now = self.now();
        self.write(async |db| {
            for (operation, owner) in unfinished(db).await? {
                if !self.is_alive(&owner) {
                    close(db, operation, now).await?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Whether there is anything to close. The usual start finds nothing and need not wait for the
    /// write lock; the writer's connection is open already, so no reader is opened for this.
    async fn left_open(&self) -> Result<bool> {
        let mut connection = self.0.writer.acquire().await?;
        let unfinished = unfinished(&mut connection).await?;
        Ok(unfinished.iter().any(|(_, owner)| !self.is_alive(owner)))
    }

    pub(super) fn is_alive(&self, owner: &str) -> bool {
        self.0.owners.is_alive(owner)
    }
}

/// All operations that have not ended, with those who work on them.
async fn unfinished(db: &mut SqliteConnection) -> Result<Vec<(OperationId, String)>> {
    let query = sqlx::query("SELECT id, owner FROM operations WHERE completed_at IS NULL ORDER BY id");
    let rows = query.fetch_all(db).await?;
    let pair = |row| Ok((rows::parse(row, "id")?, Row::try_get(row, "owner")?));
    Ok(rows.iter().map(pair).collect::<sqlx::Result<_>>()?)
}

async fn close(db: &mut SqliteConnection, operation: OperationId, now: TimeMs) -> Result<()> {
    let messages = partial_messages(db, operation).await?;
    let outcome = Outcome {
        status: OperationStatus::Failed,
        message: "Interrupted: Mira ended before the answer was complete. Ask again to retry.".to_owned(),
        result: result(db, operation, &messages).await?,
        error: Some(INTERRUPTED.to_owned()),
        response_id: None,
        history: Vec::new(),
        details: operations::OperationDetails::default(),
    };
    let whole = |(message_id, content)| Body::ChatResponse { message_id, content, finished: true };
    let last = messages.into_iter().map(whole).collect();
    operations::finish(db, operation, &outcome, last, now).await?;
    Ok(())
}

/// The messages whose pieces had arrived but not their end, each put together.
async fn partial_messages(
    db: &mut SqliteConnection,
    operation: OperationId,
) -> Result<Vec<(MessageId, String)>> {
    let query = sqlx::query(
        "SELECT event_data ->> 'message_id' AS message_id,
                group_concat(event_data ->> 'content', '' ORDER BY sequence_number) AS content
         FROM operation_events
         WHERE operation_id = ? AND event_type = 'chat_response' AND NOT event_data ->> 'finished'
         GROUP BY message_id ORDER BY min(sequence_number)",
    );
    let rows = query.bind(operation.to_string()).fetch_all(db).await?;
    let pair = |row| Ok((rows::parse(row, "message_id")?, Row::try_get(row, "content")?));
    Ok(rows.iter().map(pair).collect::<sqlx::Result<_>>()?)
}

/// The text that was cut off; else the last whole message, if there was one.
async fn result(
    db: &mut SqliteConnection,
    operation: OperationId,
    partial: &[(MessageId, String)],
) -> Result<Option<String>> {
    if let Some((_, text)) = partial.last() {
        return Ok(Some(text.clone()));
    }
    let query = sqlx::query_scalar(
        "SELECT event_data ->> 'content' FROM operation_events
         WHERE operation_id = ? AND event_type = 'chat_response' ORDER BY sequence_number DESC LIMIT 1",
    );
    Ok(query.bind(operation.to_string()).fetch_optional(db).await?)
}

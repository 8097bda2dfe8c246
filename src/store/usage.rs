//! What model calls cost: one row a call, summed by role and model.

use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use super::{Result, Store, events::signed, rows};
use crate::protocol::{ConversationId, OperationId, TimeMs, UsageView};

/// Which calls to sum up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageScope {
    /// Those of one operation.
    Operation(OperationId),
    /// Those of one conversation.
    Conversation(ConversationId),
    /// Those of a span of time, a day for instance: from the first, before the second.
    Between(TimeMs, TimeMs),
}

/// Reads a row of sums.
struct UsageRow(UsageView);

impl FromRow<'_, SqliteRow> for UsageRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self(UsageView {
            role: row.try_get("role")?,
            model: row.try_get("model")?,
            input: rows::count(row, "input")?,
            cached: rows::count(row, "cached")?,
            cache_write: rows::count(row, "cache_write")?,
            output: rows::count(row, "output")?,
            reasoning: rows::count(row, "reasoning")?,
            cost_usd: row.try_get("cost_usd")?,
        }))
    }
}

impl Store {
    /// Sums of tokens and money, one a role and model. Calls without a known price add no money; a
    /// sum of such calls alone is `None`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn usage(&self, scope: UsageScope) -> Result<Vec<UsageView>> {
        let (operation, conversation, from, until) = match scope {
            UsageScope::Operation(id) => (Some(id.to_string()), None, None, None),
            UsageScope::Conversation(id) => (None, Some(id.to_string()), None, None),
            UsageScope::Between(from, until) => (None, None, Some(from), Some(until)),
        };
        self.read(async |db| {
            let query = sqlx::query_as::<_, UsageRow>(
                "SELECT role, model, sum(tokens_input) AS input, sum(tokens_cached) AS cached,
                        sum(tokens_cache_write) AS cache_write, sum(tokens_output) AS output,
                        sum(tokens_reasoning) AS reasoning, sum(cost_usd) AS cost_usd
                 FROM usage
                 WHERE operation_id = ?1 OR conversation_id = ?2 OR (created_at >= ?3 AND created_at < ?4)
                 GROUP BY role, model ORDER BY min(id)",
            );
            let query = query.bind(&operation).bind(&conversation).bind(from).bind(until);
            Ok(query.fetch_all(db).await?.into_iter().map(|row| row.0).collect())
        })
        .await
    }

    /// The figures of the newest call that a role made in a conversation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_usage(&self, conversation: ConversationId, role: &str) -> Result<Option<UsageView>> {
        self.read(async |db| {
            let query = sqlx::query_as::<_, UsageRow>(
                "SELECT role, model, tokens_input AS input, tokens_cached AS cached,
                        tokens_cache_write AS cache_write, tokens_output AS output,
                        tokens_reasoning AS reasoning, cost_usd
                 FROM usage WHERE conversation_id = ? AND role = ? ORDER BY id DESC LIMIT 1",
            );
            let query = query.bind(conversation.to_string()).bind(role);
            Ok(query.fetch_optional(db).await?.map(|row| row.0))
        })
        .await
    }
}

/// Stores the figures of one call of an operation.
pub(super) async fn insert(
    db: &mut SqliteConnection,
    operation: OperationId,
    usage: &UsageView,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO usage (operation_id, conversation_id, role, model, tokens_input, tokens_cached,
                            tokens_cache_write, tokens_output, tokens_reasoning, cost_usd, created_at)
         SELECT id, session_id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM operations WHERE id = ?1",
    );
    let query = query.bind(operation.to_string()).bind(&usage.role).bind(&usage.model);
    let query = query.bind(signed(usage.input)).bind(signed(usage.cached)).bind(signed(usage.cache_write));
    let query = query.bind(signed(usage.output)).bind(signed(usage.reasoning));
    query.bind(usage.cost_usd).bind(now).execute(db).await?;
    Ok(())
}

//! Conversations and their messages.

use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use super::{Result, Store, StoreError, rows};
use crate::protocol::{ConversationId, MessageId, MessageRole, MessageView, OperationId, ProjectId, TimeMs};

/// One history of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The project it is about.
    pub project_id: ProjectId,
    /// What it is called: the first line said, until someone names it.
    pub title: String,
    /// The sequence number of its newest event.
    pub last_seq: u64,
    /// The provider's id of its newest response, where responses are stored.
    pub last_response_id: Option<String>,
    /// When it began.
    pub created_at: TimeMs,
    /// When an operation last began or ended in it.
    pub updated_at: TimeMs,
}

impl FromRow<'_, SqliteRow> for Conversation {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: rows::parse(row, "id")?,
            project_id: rows::parse(row, "project_id")?,
            title: row.try_get("title")?,
            last_seq: rows::count(row, "last_seq")?,
            last_response_id: row.try_get("last_response_id")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

/// Reads a message; its table keeps more than front ends need.
struct MessageRow(MessageView);

impl FromRow<'_, SqliteRow> for MessageRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self(MessageView {
            id: rows::parse(row, "id")?,
            role: rows::parse(row, "role")?,
            content: row.try_get("content")?,
            created_at: row.try_get("created_at")?,
        }))
    }
}

impl Store {
    /// One conversation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn conversation(&self, id: ConversationId) -> Result<Conversation> {
        let found = self.read(async |db| find(db, id).await).await?;
        found.ok_or_else(|| StoreError::not_found("conversation", id))
    }

    /// The conversations of a project, the most recently used first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn conversations(&self, project: ProjectId, limit: u32) -> Result<Vec<Conversation>> {
        self.read(async |db| {
            let query = sqlx::query_as(
                "SELECT * FROM conversations WHERE project_id = ? ORDER BY updated_at DESC, id DESC LIMIT ?",
            );
            Ok(query.bind(project.to_string()).bind(limit).fetch_all(db).await?)
        })
        .await
    }

    /// The most recently used conversation of a project.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest_conversation(&self, project: ProjectId) -> Result<Option<Conversation>> {
        Ok(self.conversations(project, 1).await?.into_iter().next())
    }

    /// The newest `limit` messages of a conversation, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn messages(&self, conversation: ConversationId, limit: u32) -> Result<Vec<MessageView>> {
        self.read(async |db| {
            let query = sqlx::query_as::<_, MessageRow>(
                "SELECT id, role, content, created_at FROM messages
                 WHERE conversation_id = ? ORDER BY created_at DESC, number DESC LIMIT ?",
            );
            let newest_first = query.bind(conversation.to_string()).bind(limit).fetch_all(db).await?;
            Ok(newest_first.into_iter().rev().map(|row| row.0).collect())
        })
        .await
    }
}

pub(super) async fn find(db: &mut SqliteConnection, id: ConversationId) -> Result<Option<Conversation>> {
    let query = sqlx::query_as("SELECT * FROM conversations WHERE id = ?");
    Ok(query.bind(id.to_string()).fetch_optional(db).await?)
}

/// Begins a conversation whose title is the first line of `text`, or finds that it exists.
pub(super) async fn ensure(
    db: &mut SqliteConnection,
    id: ConversationId,
    project: ProjectId,
    text: &str,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query_scalar(
        "INSERT INTO conversations (id, project_id, title, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at
         RETURNING project_id",
    );
    let query = query.bind(id.to_string()).bind(project.to_string()).bind(title(text)).bind(now);
    let owner: String = query.fetch_one(db).await?;
    if owner != project.to_string() {
        let sentence = format!("Conversation {id} belongs to another project. Go on with it there.");
        return Err(StoreError::Conflict(sentence));
    }
    Ok(())
}

/// The first line that says something, short enough for a list.
fn title(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default().chars().take(80).collect()
}

/// Stores a message of `operation`'s conversation. Told twice, the later text holds.
pub(super) async fn put_message(
    db: &mut SqliteConnection,
    id: MessageId,
    operation: OperationId,
    role: MessageRole,
    content: &str,
    now: TimeMs,
) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO messages (id, conversation_id, role, content, created_at, metadata)
         SELECT ?1, session_id, ?2, ?3, ?4, json_object('operation_id', id) FROM operations WHERE id = ?5
         ON CONFLICT (id) DO UPDATE SET content = excluded.content",
    );
    let query = query.bind(id.to_string()).bind(role.as_str()).bind(content).bind(now);
    query.bind(operation.to_string()).execute(db).await?;
    Ok(())
}

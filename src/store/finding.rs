//! Finding one's way back: a project's conversations in a list, by their words or by a part of their
//! id, and the prompts that were given.

use sqlx::{FromRow, Row, sqlite::SqliteRow};

#[cfg(doc)]
use super::StoreError;
use super::{Result, Store, rows};
use crate::protocol::{ConversationView, ProjectId};

/// What fits on a line of a list.
const PREVIEW_CHARS: usize = 200;

/// Reads what a list shows of a conversation.
struct Listed(ConversationView);

impl FromRow<'_, SqliteRow> for Listed {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self(ConversationView {
            conversation_id: rows::parse(row, "id")?,
            title: row.try_get("title")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            messages: rows::count(row, "messages")?,
            preview: one_line(row.try_get::<Option<&str>, _>("preview")?.unwrap_or_default()),
        }))
    }
}

/// Leaves out messages of turns that were set aside. Of these there are few, so they are asked about last.
macro_rules! kept {
    () => {
        "coalesce(metadata ->> 'operation_id', '') NOT IN
             (SELECT id FROM operations WHERE set_aside_at IS NOT NULL)"
    };
}

/// The conversations that `$chosen` selects. Counting and looking for a preview come after choosing,
/// so they are done for few; both are answered by the index of messages by conversation.
macro_rules! listed {
    ($with:expr, $preview:literal, $chosen:literal) => {
        concat!(
            $with,
            "SELECT id, title, created_at, updated_at,
                    CASE WHEN EXISTS (SELECT 1 FROM operations
                                      WHERE session_id = chosen.id AND set_aside_at IS NOT NULL)
                         THEN (SELECT count(*) FROM messages WHERE conversation_id = chosen.id AND ",
            kept!(),
            ")
                         -- The index alone answers this.
                         ELSE (SELECT count(*) FROM messages WHERE conversation_id = chosen.id)
                    END AS messages,
                    coalesce(",
            $preview,
            ", (SELECT content FROM messages WHERE conversation_id = chosen.id AND ",
            kept!(),
            "ORDER BY created_at DESC, number DESC LIMIT 1)) AS preview
             FROM (",
            $chosen,
            ") AS chosen ORDER BY updated_at DESC, id DESC"
        )
    };
}

impl Store {
    /// The conversations of a project for a list, the most recently used first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_conversations(&self, project: ProjectId, limit: u32) -> Result<Vec<ConversationView>> {
        self.read(async |db| {
            let query = sqlx::query_as::<_, Listed>(listed!(
                "",
                "NULL",
                "SELECT * FROM conversations WHERE project_id = ?1 ORDER BY updated_at DESC, id DESC LIMIT ?2"
            ));
            let found = query.bind(project.to_string()).bind(limit).fetch_all(db).await?;
            Ok(found.into_iter().map(|row| row.0).collect())
        })
        .await
    }

    /// The conversations of a project in which `text` is found, the most recently used first, at most
    /// `limit`: a message has all its words (the last one may be only begun), or the title holds it.
    /// The preview is the newest message that has them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search_conversations(
        &self,
        project: ProjectId,
        text: &str,
        limit: u32,
    ) -> Result<Vec<ConversationView>> {
        let (words, title) = (words(text), holding(text.trim()));
        self.read(async |db| {
            // The index is walked twice, once to choose and once to cut previews out of the chosen: asking
            // it for one message at a time would walk it once for each.
            let query = sqlx::query_as::<_, Listed>(listed!(
                concat!(
                    "WITH hits AS MATERIALIZED (
                     SELECT conversation_id, max(number) AS number
                     FROM messages_fts JOIN messages ON number = messages_fts.rowid
                     WHERE messages_fts MATCH ?2 AND ",
                    kept!(),
                    " GROUP BY conversation_id),
                 fitting AS MATERIALIZED (
                     SELECT conversations.*, hits.number AS hit
                     FROM conversations LEFT JOIN hits ON conversation_id = conversations.id
                     WHERE project_id = ?1 AND (hits.number IS NOT NULL OR title LIKE ?3 ESCAPE '\\')
                     ORDER BY updated_at DESC, id DESC LIMIT ?4),
                 previews AS MATERIALIZED (
                     SELECT hit, snippet(messages_fts, 0, '', '', '…', 24) AS text
                     FROM messages_fts CROSS JOIN fitting ON hit = messages_fts.rowid
                     WHERE messages_fts MATCH ?2)
                 "
                ),
                "(SELECT text FROM previews WHERE previews.hit = chosen.hit)",
                "SELECT * FROM fitting"
            ));
            let query = query.bind(project.to_string()).bind(words).bind(title).bind(limit);
            Ok(query.fetch_all(db).await?.into_iter().map(|row| row.0).collect())
        })
        .await
    }

    /// The conversation of a project whose id begins or ends with `text`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Ambiguous`], or when the database fails.
    pub async fn find_conversation(&self, project: ProjectId, text: &str) -> Result<ConversationView> {
        let part = rows::id_part("conversation", text)?;
        let found: Vec<Listed> = self
            .read(async |db| {
                let query = sqlx::query_as(listed!(
                    "",
                    "NULL",
                    "SELECT * FROM conversations
                     WHERE project_id = ?1 AND (id LIKE ?2 || '%' OR id LIKE '%' || ?2) LIMIT 4"
                ));
                Ok(query.bind(project.to_string()).bind(&part).fetch_all(db).await?)
            })
            .await?;
        rows::only("conversation", &part, found, |row| row.0.conversation_id.to_string()).map(|row| row.0)
    }

    /// The newest `limit` prompts of a project, oldest first, without those that were set aside.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prompts(&self, project: ProjectId, limit: u32) -> Result<Vec<String>> {
        self.read(async |db| {
            // Choosing needs nothing but the index; texts are read for the chosen alone.
            let query = sqlx::query_scalar(
                "SELECT user_message FROM operations WHERE rowid IN
                     (SELECT operations.rowid FROM operations
                      JOIN conversations ON conversations.id = session_id
                      WHERE project_id = ? AND set_aside_at IS NULL
                      ORDER BY operations.created_at DESC, operations.rowid DESC LIMIT ?)
                 ORDER BY created_at, rowid",
            );
            Ok(query.bind(project.to_string()).bind(limit).fetch_all(db).await?)
        })
        .await
    }
}

/// The user's words for the full-text index: each in quotes, so that none is taken for an operator,
/// the last one as a beginning. Words without a letter or digit are not in the index.
fn words(text: &str) -> String {
    let has_letters = |word: &&str| word.chars().any(char::is_alphanumeric);
    let words = text.split(|c: char| c.is_whitespace() || c == '\0').filter(has_letters);
    let quoted: Vec<String> = words.map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
    match quoted.is_empty() {
        // A phrase without words, which no message has.
        true => "\"\"".to_owned(),
        false => format!("{}*", quoted.join(" ")),
    }
}

/// A pattern for whatever holds `text`.
fn holding(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}

/// The beginning of a text, its line breaks as spaces.
fn one_line(text: &str) -> String {
    let spaced = text.split_whitespace().flat_map(|word| std::iter::once(' ').chain(word.chars())).skip(1);
    let mut line: Vec<char> = spaced.take(PREVIEW_CHARS + 1).collect();
    if line.len() > PREVIEW_CHARS {
        line.truncate(PREVIEW_CHARS - 1);
        line.push('…');
    }
    line.into_iter().collect()
}

//! Projects: one row a root directory.

use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use super::{Result, Store, rows};
use crate::protocol::{IdSource, ProjectId, TimeMs};

/// A directory that Mira has worked in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its canonical root.
    pub root: String,
    /// When it was first opened.
    pub created_at: TimeMs,
}

impl FromRow<'_, SqliteRow> for Project {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: rows::parse(row, "id")?,
            root: row.try_get("root")?,
            created_at: row.try_get("created_at")?,
        })
    }
}

impl Store {
    /// The project at `root`, made known when it is new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn project(&self, root: &str, ids: &IdSource) -> Result<Project> {
        let now = self.now();
        self.write(async |db| match find(db, root).await? {
            Some(known) => Ok(known),
            None => insert(db, root, ids, now).await,
        })
        .await
    }
}

async fn find(db: &mut SqliteConnection, root: &str) -> Result<Option<Project>> {
    let query = sqlx::query_as("SELECT id, root, created_at FROM projects WHERE root = ?");
    Ok(query.bind(root).fetch_optional(db).await?)
}

async fn insert(db: &mut SqliteConnection, root: &str, ids: &IdSource, now: TimeMs) -> Result<Project> {
    let project = Project { id: ProjectId::new(ids), root: root.to_owned(), created_at: now };
    let query = sqlx::query("INSERT INTO projects (id, root, created_at) VALUES (?, ?, ?)");
    let query = query.bind(project.id.to_string()).bind(root).bind(now);
    query.execute(db).await?;
    Ok(project)
}

//! What is known of the files of a project: symbols and terms by path, and the recent commits. What
//! they say is for others; here they are text and bytes.

use sqlx::{FromRow, SqliteConnection};

use super::{Result, Store};
use crate::protocol::ProjectId;

/// A file of the index as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct IndexedFile {
    /// From the project root.
    pub path: String,
    /// In bytes.
    pub size: i64,
    /// In nanoseconds since 1970.
    pub modified: i64,
    /// SHA-256 of the content; empty when it was not read.
    pub hash: String,
    /// What it is written in.
    pub language: Option<String>,
    /// What it defines, as JSON.
    pub symbols: String,
    /// Its words.
    pub terms: Vec<u8>,
}

/// A file of the index without its symbols, which are much and seldom needed.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct IndexedTerms {
    /// From the project root.
    pub path: String,
    /// In bytes.
    pub size: i64,
    /// In nanoseconds since 1970.
    pub modified: i64,
    /// SHA-256 of the content; empty when it was not read.
    pub hash: String,
    /// What it is written in.
    pub language: Option<String>,
    /// Its words.
    pub terms: Vec<u8>,
}

/// What a file of the index defines.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct IndexedSymbols {
    /// From the project root.
    pub path: String,
    /// As JSON.
    pub symbols: String,
}

impl Store {
    /// All files of a project's index that have this format, by path.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn indexed_files(&self, project: ProjectId, format: u32) -> Result<Vec<IndexedTerms>> {
        self.read(async |db| {
            let query = sqlx::query_as(
                "SELECT path, size, modified, hash, language, terms FROM index_files \
                 WHERE project_id = ? AND format = ? ORDER BY path",
            );
            Ok(query.bind(project.to_string()).bind(format).fetch_all(db).await?)
        })
        .await
    }

    /// What these files of a project define, by path.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn indexed_symbols(
        &self,
        project: ProjectId,
        format: u32,
        paths: &[String],
    ) -> Result<Vec<IndexedSymbols>> {
        self.read(async |db| {
            let query = sqlx::query_as(
                "SELECT path, symbols FROM index_files WHERE project_id = ? AND format = ? \
                 AND path IN (SELECT value FROM json_each(?)) ORDER BY path",
            );
            let paths = serde_json::Value::from(paths).to_string();
            Ok(query.bind(project.to_string()).bind(format).bind(paths).fetch_all(db).await?)
        })
        .await
    }

    /// What the files define in whose symbols `text` stands, in any case, by path; at most `limit` files.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn indexed_symbols_like(
        &self,
        project: ProjectId,
        format: u32,
        text: &str,
        limit: u32,
    ) -> Result<Vec<IndexedSymbols>> {
        self.read(async |db| {
            let query = sqlx::query_as(
                "SELECT path, symbols FROM index_files WHERE project_id = ? AND format = ? \
                 AND instr(lower(symbols), lower(?)) > 0 ORDER BY path LIMIT ?",
            );
            let query = query.bind(project.to_string()).bind(format).bind(text).bind(limit);
            Ok(query.fetch_all(db).await?)
        })
        .await
    }

    /// Adds files to a project's index, or replaces what is there under their paths.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_indexed(&self, project: ProjectId, format: u32, files: &[IndexedFile]) -> Result<()> {
        let project = project.to_string();
        self.write(async |db| {
            for file in files {
                keep(db, &project, format, file).await?;
            }
            Ok(())
        })
        .await
    }

    /// Notes that files have the content that is known, but another size or time of change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn restamp_indexed(&self, project: ProjectId, stamps: &[(String, i64, i64)]) -> Result<()> {
        let project = project.to_string();
        self.write(async |db| {
            for (path, size, modified) in stamps {
                let query = sqlx::query(
                    "UPDATE index_files SET size = ?, modified = ? WHERE project_id = ? AND path = ?",
                );
                query.bind(size).bind(modified).bind(&project).bind(path).execute(&mut *db).await?;
            }
            Ok(())
        })
        .await
    }

    /// Takes files out of a project's index.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_indexed(&self, project: ProjectId, paths: &[String]) -> Result<()> {
        let project = project.to_string();
        self.write(async |db| {
            for path in paths {
                let query = sqlx::query("DELETE FROM index_files WHERE project_id = ? AND path = ?");
                query.bind(&project).bind(path).execute(&mut *db).await?;
            }
            Ok(())
        })
        .await
    }

    /// The recent commits of a project as they were kept for this head, as JSON.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn indexed_history(&self, project: ProjectId, head: &str) -> Result<Option<String>> {
        self.read(async |db| {
            let query =
                sqlx::query_scalar("SELECT commits FROM index_history WHERE project_id = ? AND head = ?");
            Ok(query.bind(project.to_string()).bind(head).fetch_optional(db).await?)
        })
        .await
    }

    /// Keeps the recent commits of a project in place of those of an earlier head.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_indexed_history(&self, project: ProjectId, head: &str, commits: &str) -> Result<()> {
        self.write(async |db| {
            let query = sqlx::query(
                "INSERT OR REPLACE INTO index_history (project_id, head, commits) VALUES (?, ?, ?)",
            );
            query.bind(project.to_string()).bind(head).bind(commits).execute(db).await?;
            Ok(())
        })
        .await
    }
}

async fn keep(db: &mut SqliteConnection, project: &str, format: u32, file: &IndexedFile) -> Result<()> {
    let query = sqlx::query(
        "INSERT INTO index_files (project_id, path, size, modified, hash, language, symbols, terms, format) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (project_id, path) DO UPDATE SET size = excluded.size, modified = excluded.modified, \
         hash = excluded.hash, language = excluded.language, symbols = excluded.symbols, \
         terms = excluded.terms, format = excluded.format",
    );
    let query = query.bind(project).bind(&file.path).bind(file.size).bind(file.modified).bind(&file.hash);
    let query = query.bind(&file.language).bind(&file.symbols).bind(&file.terms).bind(format);
    query.execute(db).await?;
    Ok(())
}

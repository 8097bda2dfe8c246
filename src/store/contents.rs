//! Contents of files, each stored once under its hash: what the journal and the proposals refer to.

use std::collections::{BTreeSet, HashMap};

use futures_util::future::try_join_all;
use sqlx::SqliteConnection;

use super::{Result, Store, StoreError};
use crate::protocol::Content;

/// Contents by their hashes.
pub type Contents = HashMap<String, Content>;

/// Large contents are read by this many connections at a time: copying them is work for a processor each.
pub(super) const AT_ONCE: usize = 2;

impl Store {
    /// The contents with these hashes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one is not kept, or when the database fails.
    pub async fn contents(&self, hashes: &BTreeSet<String>) -> Result<Contents> {
        let hashes: Vec<&String> = hashes.iter().collect();
        let parts = hashes.chunks(hashes.len().div_ceil(AT_ONCE).max(1));
        let read = parts.map(|part| self.read(async |db| some(db, part).await));
        Ok(try_join_all(read).await?.into_iter().flatten().collect())
    }
}

async fn some(db: &mut SqliteConnection, hashes: &[&String]) -> Result<Vec<(String, Content)>> {
    let mut found = Vec::with_capacity(hashes.len());
    for &hash in hashes {
        let query = sqlx::query_scalar("SELECT content FROM contents WHERE hash = ?");
        let bytes: Option<Vec<u8>> = query.bind(hash).fetch_optional(&mut *db).await?;
        let bytes = bytes.ok_or_else(|| StoreError::not_found("content", hash))?;
        found.push((hash.clone(), Content::known(bytes, hash.clone())));
    }
    Ok(found)
}

/// Stores a content unless it is there. Asking first is what makes a second time cheap: a refused
/// insert has been given all the bytes.
pub(super) async fn keep(db: &mut SqliteConnection, hash: &str, content: &[u8]) -> Result<()> {
    let there = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM contents WHERE hash = ?");
    if there.bind(hash).fetch_one(&mut *db).await? > 0 {
        return Ok(());
    }
    let query = sqlx::query("INSERT INTO contents (hash, content) VALUES (?, ?)");
    query.bind(hash).bind(content).execute(db).await?;
    Ok(())
}

//! Contents of files, each stored once under its hash: what the journal and the proposals refer to.

use sqlx::SqliteConnection;

use super::Result;

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

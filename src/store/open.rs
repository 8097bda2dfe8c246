//! Opening a database: private files, a write-ahead log, our schema and nobody else's.
//!
//! Opening an up-to-date database only reads. Bringing one up to date is a single transaction that
//! holds the write lock, so two programs that start at once take turns and a kill leaves the old
//! schema or the new one.

use std::{
    fs, io,
    path::Path,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, SqliteConnection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Result, StoreError};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Marks a database as Mira's in its header: "Mira".
const APPLICATION_ID: i64 = 0x4d69_7261;

/// SQLite before this version can corrupt a database under a write-ahead log.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// How long to wait for another program's write.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens or creates the database file; returns the writer's pool and the readers'.
pub(super) async fn file(path: &Path, readers: u32) -> Result<(SqlitePool, SqlitePool)> {
    make_private_file(path).map_err(|error| StoreError::unreachable(path, error))?;
    let options = options().filename(path);
    let writer = pool(1).connect_lazy_with(options.clone());
    prepare_patiently(&writer, path).await.map_err(|error| error.at(path))?;
    let readers = pool(readers.max(1)).connect_lazy_with(options.read_only(true));
    Ok((writer, readers))
}

/// A fresh database in memory: one connection that reads and writes.
pub(super) async fn memory() -> Result<SqlitePool> {
    let pool = pool(1).connect_lazy_with(options().in_memory(true));
    let mut connection = pool.acquire().await?;
    migrate(&mut connection).await?;
    drop(connection);
    Ok(pool)
}

fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        // 1 MiB a connection; the files are small and the system caches them anyway.
        .pragma("cache_size", "-1024")
        .thread_name(|number| format!("sqlite-{number}"))
        .disable_statement_logging()
}

fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
}

/// SQLite reports some conflicts between programs that open at once without waiting (the switch to
/// a write-ahead log, the first one to look into a log left behind), so the waiting is done here.
async fn prepare_patiently(writer: &SqlitePool, path: &Path) -> Result<()> {
    let start = Instant::now();
    loop {
        match prepare(writer, path).await {
            Err(error) if error.is_locked() && start.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            done => return done,
        }
    }
}

async fn prepare(writer: &SqlitePool, path: &Path) -> Result<()> {
    let mut connection = writer.acquire().await?;
    check_sqlite(&mut connection).await?;
    if !is_current(&mut connection, path).await? {
        check_ours(&mut connection, path).await?;
        switch_to_wal(&mut connection).await?;
        migrate(&mut connection).await?;
    }
    check_wal(&mut connection, path).await
}

async fn check_sqlite(connection: &mut SqliteConnection) -> Result<()> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(connection).await?;
    let parts: Vec<u32> = found.split('.').map_while(|part| part.parse().ok()).collect();
    if parts.as_slice() < OLDEST_SQLITE.as_slice() {
        return Err(StoreError::OldSqlite { found });
    }
    Ok(())
}

/// Whether exactly our migrations have been applied.
async fn is_current(connection: &mut SqliteConnection, path: &Path) -> Result<bool> {
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    let found: i64 = if has_migrations(connection).await? {
        let newest = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations");
        newest.fetch_one(connection).await?
    } else {
        0
    };
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    Ok(found == known)
}

async fn has_migrations(connection: &mut SqliteConnection) -> Result<bool> {
    let table = "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
    Ok(sqlx::query_scalar::<_, i64>(table).fetch_one(connection).await? > 0)
}

/// A database that is neither empty nor marked as ours belongs to another program.
async fn check_ours(connection: &mut SqliteConnection, path: &Path) -> Result<()> {
    let mark: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let objects: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(connection).await?;
    if mark != APPLICATION_ID && (mark != 0 || objects > 0) {
        return Err(StoreError::NotOurs { path: path.to_owned() });
    }
    Ok(())
}

async fn switch_to_wal(connection: &mut SqliteConnection) -> Result<()> {
    sqlx::query("PRAGMA journal_mode = WAL").execute(connection).await?;
    Ok(())
}

async fn check_wal(connection: &mut SqliteConnection, path: &Path) -> Result<()> {
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(connection).await?;
    if mode != "wal" {
        return Err(StoreError::NoWal { path: path.to_owned(), mode });
    }
    Ok(())
}

/// Applies what is missing, in one transaction that starts with the write lock.
async fn migrate(connection: &mut SqliteConnection) -> Result<()> {
    use sqlx::Connection;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("PRAGMA application_id = 0x4d697261").execute(&mut *transaction).await?;
    MIGRATIONS.run(&mut *transaction).await.map_err(sqlx::Error::from)?;
    transaction.commit().await?;
    Ok(())
}

/// Makes sure that the file exists, made for its user's eyes only, and looks writable. SQLite gives
/// the files beside it the same permissions. A file that exists is not opened here: closing it again
/// would drop the locks that SQLite may hold on it in this very program.
fn make_private_file(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_private_folder(folder)?;
    match fs::metadata(path) {
        Ok(file) if file.permissions().readonly() || fs::metadata(folder)?.permissions().readonly() => {
            Err(io::ErrorKind::PermissionDenied.into())
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create_private_file(path),
        Err(error) => Err(error),
    }
}

fn create_private_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        // Another program that starts at this moment was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map(drop),
    }
}

/// Makes a folder, and those above it that are missing, for its user only.
pub(super) fn make_private_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

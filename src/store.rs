//! The truth on disk: one SQLite database that holds conversations, operations, artifacts and the
//! undo journal. Nothing else in the program speaks SQL.
//!
//! [`Store`] is the door. Every method that writes is one transaction: when it returns, what it did
//! has reached the disk, so the events it hands back may be announced. Rows follow events: a status
//! event moves its operation, a finished answer becomes a message, a usage event becomes a usage
//! row, all in the transaction that stores the event, so the two can never disagree.
//!
//! Several programs may share one database. Each marks its unfinished work with an owner, a file in
//! `owners/` beside the database that it holds locked for as long as it lives (`owners.rs`). Opening
//! the store closes the operations of owners that are gone, and only those.

mod approvals;
mod artifacts;
mod changes;
mod code_index;
mod contents;
mod conversations;
mod error;
mod events;
mod finding;
mod history;
mod interrupted;
mod open;
mod operations;
mod owners;
mod projects;
mod rejections;
mod rewinds;
mod rows;
mod tool_calls;
mod transcript;
mod usage;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlx::{SqliteConnection, SqlitePool};

pub use artifacts::{Artifact, ArtifactFilter, InsertedArtifact, NewArtifact, Origin};
pub use changes::{
    Change, ChangeScope, ChangedFile, Extent, KeptFile, KeptState, NewChange, Standing, WrittenFile,
};
pub use code_index::{IndexedFile, IndexedSymbols, IndexedTerms};
pub use contents::Contents;
pub use conversations::Conversation;
pub use error::StoreError;
pub use history::HistoryItem;
pub use operations::{NewOperation, OperationDetails, Outcome};
pub use projects::Project;
pub use rejections::{Dropped, Rejection};
pub use rewinds::SetAside;
pub use tool_calls::ToolCallRecord;
pub use usage::UsageScope;

pub use crate::protocol::FileState;
use crate::protocol::{Clock, TimeMs};
use owners::Owners;

/// What the store's methods return.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A handle on the database; clones share it.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// One connection: SQLite takes one writer at a time, and waiting here is fair.
    writer: SqlitePool,
    readers: SqlitePool,
    path: PathBuf,
    owners: Owners,
    clock: Clock,
}

impl Store {
    /// Opens the database at `path`, creating it (and its folder) when there is none, brings its
    /// schema up to date, and closes the operations that ended programs left unfinished.
    ///
    /// At most `readers` read-only connections are opened beside the one that writes, when needed.
    ///
    /// # Errors
    /// A database that cannot be used as it is stays as it is; the error says what helps.
    pub async fn open(path: &Path, readers: u32, clock: Clock) -> Result<Self> {
        let (writer, readers) = open::file(path, readers).await?;
        let owners = Owners::beside(path);
        let store = Self::assemble(writer, readers, path, owners, clock);
        store.close_interrupted().await?;
        Ok(store)
    }

    /// A fresh database that lives as long as its handle.
    ///
    /// # Errors
    /// When memory is short.
    pub async fn in_memory(clock: Clock) -> Result<Self> {
        let pool = open::memory().await?;
        let path = Path::new(":memory:");
        Ok(Self::assemble(pool.clone(), pool, path, Owners::alone(), clock))
    }

    fn assemble(writer: SqlitePool, readers: SqlitePool, path: &Path, owners: Owners, clock: Clock) -> Self {
        Self(Arc::new(Inner { writer, readers, path: path.to_owned(), owners, clock }))
    }

    /// Ends all connections; the last program to do so folds the write-ahead log into the database.
    pub async fn close(&self) {
        self.0.readers.close().await;
        self.0.writer.close().await;
    }

    fn now(&self) -> TimeMs {
        self.0.clock.now()
    }

    fn owner(&self) -> Result<String> {
        let claimed = self.0.owners.me();
        claimed.map_err(|error| StoreError::unreachable(&self.0.path, error))
    }

    /// Does `work` in one write transaction. It takes the write lock at its start: a transaction
    /// that reads first and writes later fails at once when another program wrote in between.
    async fn write<T>(&self, work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T>) -> Result<T> {
        let done = async {
            let mut transaction = self.0.writer.begin_with("BEGIN IMMEDIATE").await?;
            let result = work(&mut transaction).await?;
            transaction.commit().await?;
            Ok(result)
        };
        done.await.map_err(|error: StoreError| error.at(&self.0.path))
    }

    /// Does `work` on a connection that cannot write.
    async fn read<T>(&self, work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T>) -> Result<T> {
        let done = async {
            let mut connection = self.0.readers.acquire().await?;
            work(&mut connection).await
        };
        done.await.map_err(|error: StoreError| error.at(&self.0.path))
    }

    /// Does `work` on one state of the database, whatever is written meanwhile.
    async fn read_snapshot<T>(
        &self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T>,
    ) -> Result<T> {
        let done = async {
            let mut transaction = self.0.readers.begin().await?;
            let result = work(&mut transaction).await?;
            transaction.commit().await?;
            Ok(result)
        };
        done.await.map_err(|error: StoreError| error.at(&self.0.path))
    }
}

#[cfg(test)]
mod tests;

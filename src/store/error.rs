//! What can go wrong with the database, told as sentences.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::protocol::{OperationId, OperationStatus};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A later version of Mira has changed the schema.
    #[error(
        "The database {} was written by a newer Mira (schema {found}, this one knows {known}). \
         Update Mira, or set MIRA_HOME to another folder.", path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its newest migration.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// SQLite found its structure broken.
    #[error(
        "The database {} is damaged ({detail}). Nothing was changed. Restore a backup, \
         or move the file away to start with an empty one.", path.display()
    )]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// The file is something else.
    #[error(
        "{} is not a database of Mira. Nothing was changed. Set DATABASE_URL to another file, \
         or move this one away.", path.display()
    )]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// Another program kept it locked for longer than we wait.
    #[error(
        "The database {} is locked by another program. Try again, \
         or end the program that holds it.", path.display()
    )]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error(
        "The database {} cannot be written. Make the file and its folder writable, \
         or set MIRA_HOME to a folder that is.", path.display()
    )]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// No room on its disk.
    #[error(
        "The disk is full: the database {} could not grow. Free some space and try again; \
         what was stored before is safe.", path.display()
    )]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// The file or its folder cannot be opened or made.
    #[error("The database {} cannot be opened ({reason}). Check the path and its permissions.", path.display())]
    Unreachable {
        /// The database.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The folder's file system cannot share a write-ahead log.
    #[error(
        "The database {} does not take a write-ahead log (it stays in mode {mode:?}). \
         Set MIRA_HOME to a folder on a local disk.", path.display()
    )]
    NoWal {
        /// The database.
        path: PathBuf,
        /// The journal mode it stays in.
        mode: String,
    },
    /// The SQLite in this program is too old to be trusted with a write-ahead log.
    #[error(
        "This build of Mira carries SQLite {found}; it needs 3.51.3 or newer. Build it with the locked dependencies."
    )]
    OldSqlite {
        /// Its version.
        found: String,
    },
    /// No row has this id.
    #[error("There is no {what} {id}.")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// The id as it was given.
        id: String,
    },
    /// A short id fits several.
    #[error("{text:?} fits {} {what}s: {}. Give more of the id.", matches.len(), matches.join(", "))]
    Ambiguous {
        /// The kind of thing.
        what: &'static str,
        /// What was given.
        text: String,
        /// Ids it fits (a few of them).
        matches: Vec<String>,
    },
    /// The world has changed since: the sentence says how.
    #[error("{0}")]
    Conflict(String),
    /// The operation has ended, or cannot take this step.
    #[error("Operation {operation} is {from} and cannot become {to}.")]
    Transition {
        /// Which.
        operation: OperationId,
        /// Where it stands.
        from: OperationStatus,
        /// Where it should have gone.
        to: OperationStatus,
    },
    /// The operation has ended and takes no more events.
    #[error("Operation {operation} has ended ({status}).")]
    Ended {
        /// Which.
        operation: OperationId,
        /// How.
        status: OperationStatus,
    },
    /// Something else between us and SQLite.
    #[error("The database answered unexpectedly: {0}")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl StoreError {
    pub(super) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }

    pub(super) fn unreachable(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::Unreachable { path, reason: error.to_string() },
        }
    }

    /// Gives an error of SQLite the sentence it deserves, now that the path is known.
    pub(super) fn at(self, path: &Path) -> Self {
        let Self::Database(error) = self else {
            return self;
        };
        let path = path.to_owned();
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Locked { path };
        }
        match primary_code(&error) {
            Some(5 | 6) => Self::Locked { path },
            Some(3 | 8) => Self::ReadOnly { path },
            Some(11) => Self::Damaged { path, detail: reason(&error) },
            Some(13) => Self::DiskFull { path },
            Some(10 | 14) => Self::Unreachable { path, reason: reason(&error) },
            Some(26) => Self::NotOurs { path },
            _ => Self::Database(error),
        }
    }

    pub(super) fn is_locked(&self) -> bool {
        match self {
            Self::Locked { .. } => true,
            Self::Database(error) => matches!(primary_code(error), Some(5 | 6)),
            _ => false,
        }
    }
}

/// SQLite's result code without its extension, <https://sqlite.org/rescode.html>.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?;
    code.parse::<u32>().ok().map(|code| code & 0xff)
}

fn reason(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

//! Why git could not be asked, as a sentence for the model and for people.

use super::Lines;
use crate::workspace::FileError;

/// A refusal or failure of git. What git itself writes to its error output is not passed on: it may
/// quote files that a repository's settings name.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// Git is not to be asked.
    #[error("git is switched off in the settings (workspace.git), so nothing is known of the history")]
    Off,
    /// No `.git` that git would take for one.
    #[error("the project is no git repository of its own, so there is no history; look at the files instead")]
    NoRepository,
    /// The repository may be anybody's.
    #[error(
        "the project's .git leads to commits of another repository, which does not name this folder as its own, so \
         it is not read; `git worktree repair` mends a worktree that was moved, else use git itself"
    )]
    Elsewhere,
    /// No program.
    #[error("git is not installed, or not found on the search path; look at the files instead")]
    NoProgram,
    /// Git did not answer.
    #[error("git took longer than {seconds} seconds and was ended; ask for one path, or for fewer lines")]
    Late {
        /// How long it may take.
        seconds: u64,
    },
    /// Git does not trust the repository, or the repository is broken.
    #[error(
        "git does not read this repository: it belongs to another user, is broken, or has too many filters"
    )]
    Unreadable,
    /// Nothing committed yet.
    #[error("there is no commit yet; look at the files instead")]
    NoCommits,
    /// A revision that could be an option, a path or a range.
    #[error("{0:?} is not taken as a commit; name a branch, a tag or the id of a commit")]
    Revision(String),
    /// Nothing of this name.
    #[error("there is no commit {0:?} here; git_log lists commits, and branches and tags count too")]
    NoCommit(String),
    /// A setting that would make git wait for a file that never ends, or end it.
    #[error(
        "blame.ignoreRevsFile of the git settings names no regular file, so git does not say who wrote what"
    )]
    IgnoreFile,
    /// The path was not there.
    #[error("{path} is no file in commit {commit}; git_log of the path says when it came and went")]
    NotThere {
        /// The file.
        path: String,
        /// The commit, as it was asked for.
        commit: String,
    },
    /// Not committed, or not so long.
    #[error(
        "git knows no lines {lines} of {path}: it is not committed, or has fewer lines; read_file shows it"
    )]
    Lines {
        /// The file.
        path: String,
        /// The lines that were asked for.
        lines: Lines,
    },
    /// More than is read at once.
    #[error("{path} is too large in that commit to be read")]
    TooLarge {
        /// The file.
        path: String,
    },
    /// Git ended without an answer.
    #[error("git could not {0}; try another path or commit")]
    Failed(&'static str),
    /// What was read is no text.
    #[error("{0}")]
    File(#[from] FileError),
}

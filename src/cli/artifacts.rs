//! The arguments of `mira artifacts`.

use clap::{Args, Subcommand};

/// Proposed files: what waits, what it changes, write it, turn it down, take it back
#[derive(Clone, Debug, Args)]
pub struct ArtifactsArgs {
    /// What to do; without it the pending ones are listed
    #[command(subcommand)]
    pub action: Option<ArtifactsAction>,
}

/// What can be done with artifacts. An id may be shortened as long as it names one artifact.
#[derive(Clone, Debug, Subcommand)]
pub enum ArtifactsAction {
    /// List this project's artifacts
    List {
        /// The written and rejected ones too
        #[arg(long)]
        all: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a proposed file
    Show {
        /// Which
        id: String,
    },
    /// Print what would change on disk
    Diff {
        /// Which; without it all pending ones
        ids: Vec<String>,
    },
    /// Write to disk, all or none
    Apply {
        /// Which; without it all pending ones
        ids: Vec<String>,
    },
    /// Turn down
    Reject {
        /// Which
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Take a written change back (undoing an undo writes it again)
    Undo {
        /// Which change or artifact; without it the last change
        id: Option<String>,
    },
}

//! Why a file could not be read or written, as a sentence with the path in it.

use std::{io, path::Path};

use super::path::PathError;

/// A refusal or failure of one file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The spelling, or the place it really leads to, is refused.
    #[error("{0}")]
    Path(#[from] PathError),
    /// Nothing there.
    #[error("{path} does not exist; list the folder to see what does")]
    Missing {
        /// The file.
        path: String,
    },
    /// A folder where a file is meant.
    #[error("{path} is a folder; name a file in it")]
    Folder {
        /// The folder.
        path: String,
    },
    /// A file where a folder is meant.
    #[error("{path} goes through something that is not a folder; check the path")]
    NotAFolder {
        /// The path.
        path: String,
    },
    /// The path itself is a link: writing would replace the link or change another file.
    #[error("{path} is a symbolic link to {target}; name the file it points to")]
    Link {
        /// The link.
        path: String,
        /// What it says.
        target: String,
    },
    /// A link on the way leads out of the project.
    #[error("{path} leads out of the project through a symbolic link; only files inside are reachable")]
    Outside {
        /// The path.
        path: String,
    },
    /// Links that never end.
    #[error("{path} goes through a loop of symbolic links; mend the links first")]
    LinkLoop {
        /// The path.
        path: String,
    },
    /// A pipe, socket or device.
    #[error("{path} is {kind}, not a regular file; it is neither read nor written")]
    Special {
        /// The path.
        path: String,
        /// What it is.
        kind: &'static str,
    },
    /// Parts of a git repository's inside, found by its look rather than by its name.
    #[error("{path} lies in a folder that git takes for a repository's inside; it is not written")]
    GitFolder {
        /// The path.
        path: String,
    },
    /// More bytes than are held in memory at once.
    #[error("{path} has {bytes} bytes, more than the {limit} that are handled; search it or use a command")]
    TooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Not text.
    #[error("{path} {why}")]
    NotText {
        /// The file.
        path: String,
        /// What it is instead.
        why: super::text::NotText,
    },
    /// The system said no.
    #[error("{path} could not be {action}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What was tried, as in "could not be read".
        action: &'static str,
        /// The system's words.
        source: io::Error,
    },
}

impl FileError {
    pub(super) fn missing(path: &Path) -> Self {
        Self::Missing { path: shown(path) }
    }

    pub(super) fn folder(path: &Path) -> Self {
        Self::Folder { path: shown(path) }
    }

    pub(super) fn not_a_folder(path: &Path) -> Self {
        Self::NotAFolder { path: shown(path) }
    }

    pub(super) fn outside(path: &Path) -> Self {
        Self::Outside { path: shown(path) }
    }

    pub(super) fn link_loop(path: &Path) -> Self {
        Self::LinkLoop { path: shown(path) }
    }

    pub(super) fn io(path: &Path, action: &'static str, source: io::Error) -> Self {
        Self::Io { path: shown(path), action, source }
    }
}

/// A path for people and models: what is not text or would move the cursor is made visible.
pub(super) fn shown(path: &Path) -> String {
    let mut out = String::new();
    for character in path.to_string_lossy().chars() {
        match super::path::is_drawable(character) {
            true => out.push(character),
            false => out.extend(character.escape_unicode()),
        }
    }
    out
}

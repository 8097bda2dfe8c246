//! The files of a project by pattern.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{FileError, Halt, RelPath, Stopped, Workspace, dir::Kind, error::shown};

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    /// Where; `None` is the project root.
    pub folder: Option<RelPath>,
    /// Only files that match one of these; all when empty. A pattern without `/` is for the name
    /// alone, one with `/` for the path from the folder or from the root.
    pub globs: Vec<String>,
    /// Most paths in the answer.
    pub max: usize,
}

/// Files, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// From the project root; names that are not text or have control characters are shown escaped.
    pub paths: Vec<String>,
    /// Matching files beyond `max`.
    pub left_out: usize,
    /// Whether files were not even looked at.
    pub stopped: Option<Stopped>,
}

/// Why a look around the project failed.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The folder.
    #[error(transparent)]
    File(#[from] FileError),
    /// A glob.
    #[error("the glob {glob:?} cannot be read: {why}")]
    Glob {
        /// As given.
        glob: String,
        /// What is wrong.
        why: String,
    },
    /// A search pattern.
    #[error("the pattern cannot be searched: {0}; mend it or search for it literally")]
    Pattern(String),
}

impl Workspace {
    /// Lists files and links, ignore rules respected.
    pub fn list(&self, request: &ListRequest, halt: &Halt) -> Result<Listing, LookError> {
        let (files, stopped) =
            self.candidates(request.folder.as_ref(), &request.globs, &[Kind::File, Kind::Link], halt)?;
        let paths: Vec<String> = files.iter().take(request.max).map(|path| shown(path)).collect();
        Ok(Listing { left_out: files.len() - paths.len(), paths, stopped })
    }

    /// The paths of these kinds that globs select, sorted. A `folder` that is a file stands for itself.
    pub(super) fn candidates(
        &self,
        folder: Option<&RelPath>,
        globs: &[String],
        kinds: &[Kind],
        halt: &Halt,
    ) -> Result<(Vec<PathBuf>, Option<Stopped>), LookError> {
        let from = folder.map_or(Path::new(""), AsRef::as_ref);
        let wanted = Globs::parse(globs)?;
        let found = match self.walk(from, halt) {
            Err(FileError::NotAFolder { .. }) => return Ok((vec![from.to_owned()], None)),
            other => other?,
        };
        let files = found.entries.into_iter().filter(|entry| kinds.contains(&entry.kind));
        let mut paths: Vec<PathBuf> = files.map(|entry| entry.path).collect();
        paths.retain(|path| wanted.select(path, from));
        paths.sort();
        Ok((paths, found.stopped))
    }
}

struct Globs(Option<GlobSet>);

impl Globs {
    fn parse(globs: &[String]) -> Result<Self, LookError> {
        if globs.is_empty() {
            return Ok(Self(None));
        }
        let refused = |glob: &str, error: globset::Error| LookError::Glob {
            glob: glob.chars().take(200).collect(),
            why: error.kind().to_string(),
        };
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            let bare = glob.strip_prefix("./").unwrap_or(glob);
            let anywhere = if bare.contains('/') { bare.to_owned() } else { format!("**/{bare}") };
            let built = GlobBuilder::new(&anywhere).literal_separator(true).build();
            set.add(built.map_err(|error| refused(glob, error))?);
        }
        let set = set.build().map_err(|error| refused(&globs.join(" "), error))?;
        Ok(Self(Some(set)))
    }

    fn select(&self, path: &Path, from: &Path) -> bool {
        let Some(set) = &self.0 else { return true };
        set.is_match(path) || path.strip_prefix(from).is_ok_and(|below| set.is_match(below))
    }
}

//! One project on disk: everything that reads, lists, searches and writes its files.
//!
//! A path from a model or a user becomes a [`RelPath`] first; from there on the project is walked
//! through open folder handles, one name at a time, so that neither a spelling nor a link nor a
//! folder swapped at the wrong moment leads outside. Functions here block; callers put them on a
//! thread for blocking work and stop them with a [`Halt`].

pub mod apply;
pub mod diff;
mod dir;
mod error;
mod files;
pub mod git;
mod halt;
pub mod image;
pub mod index;
pub mod instructions;
pub mod languages;
pub mod list;
mod locate;
mod lock;
pub mod merge;
pub mod outline;
mod path;
pub mod places;
mod protected;
pub mod rank;
pub mod read;
pub mod search;
pub mod symbols;
pub mod syntax;
pub mod text;
mod together;
mod walk;
pub mod watch;

use std::path::{Path, PathBuf};

pub use crate::protocol::{Content, FileState, content_hash};
pub use error::FileError;
pub use halt::{Halt, Stopped};
pub use lock::ProjectLock;
pub use path::{PathError, PathRefusal, RelPath};

use dir::{Dir, FileId};

/// An open project. Clones share the handle on its root.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    /// The root as it was asked for, which may go through links.
    spelled: PathBuf,
    dir: Dir,
    state: State,
}

/// Where Mira keeps its own state, which may lie inside a project.
#[derive(Clone, Debug)]
struct State {
    id: Option<FileId>,
    /// The folded names from the project root to it, when it lies inside.
    below_root: Option<Vec<String>>,
}

impl Workspace {
    /// Opens the project that `dir` belongs to: the nearest folder upwards with a `.git` (a folder
    /// or, in worktrees and submodules, a file), else `dir` itself. `home` is Mira's state folder.
    pub fn discover(dir: &Path, home: &Path) -> Result<Self, FileError> {
        let start = dir.canonicalize().map_err(|e| FileError::io(dir, "opened", e))?;
        let root = start.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
        match root {
            Some(root) => Self::open(root, home),
            None => Self::open(dir, home),
        }
    }

    /// Opens exactly this folder as a project.
    pub fn open(root: &Path, home: &Path) -> Result<Self, FileError> {
        let failed = |error| FileError::io(root, "opened", error);
        let spelled = std::path::absolute(root).map_err(failed)?;
        let real = root.canonicalize().map_err(failed)?;
        let dir = Dir::open_root(&real).map_err(failed)?;
        let state = State::find(home, &real);
        Ok(Self { root: real, spelled, dir, state })
    }

    /// The project root, absolute and without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path to read from, as a model or user spells it. An absolute one inside the project is
    /// made relative.
    pub fn path(&self, text: &str) -> Result<RelPath, PathError> {
        let path = RelPath::parse(self.relative(text)).map_err(|error| PathError::new(text, error.why))?;
        match self.state.holds(path.as_ref()) {
            true => Err(PathError::new(text, PathRefusal::State)),
            false => Ok(path),
        }
    }

    /// A path to write to: also portable, and nothing that runs by itself.
    pub fn write_path(&self, text: &str) -> Result<RelPath, PathError> {
        let path = self.path(text)?;
        path::check_writable(&path)?;
        Ok(path)
    }

    /// A folder to look into; `None` is the project root, spelled as nothing, `.` or `/` after it.
    pub fn folder(&self, text: &str) -> Result<Option<RelPath>, PathError> {
        let folder = self.relative(text).trim_end_matches("/.").trim_end_matches('/');
        match folder {
            "" if self.relative(text).starts_with('/') => Err(PathError::new(text, PathRefusal::Absolute)),
            "" | "." => Ok(None),
            folder => self.path(folder).map(Some),
        }
    }

    /// What is left of an absolute path inside the project.
    fn relative<'a>(&self, text: &'a str) -> &'a str {
        let below = |root: &Path| {
            let rest = text.strip_prefix(root.to_str()?.trim_end_matches('/'))?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/'))
        };
        match text.starts_with('/') {
            true => below(&self.root).or_else(|| below(&self.spelled)).unwrap_or(text),
            false => text,
        }
    }
}

impl State {
    fn find(home: &Path, root: &Path) -> Self {
        let id = Dir::open_root(home).and_then(|dir| dir.id()).ok();
        let absolute = home.canonicalize().or_else(|_| std::path::absolute(home));
        let below_root = absolute.ok().and_then(|home| {
            let below = home.strip_prefix(root).ok()?;
            Some(below.iter().map(|name| protected::fold(&name.to_string_lossy())).collect())
        });
        Self { id, below_root }
    }

    /// Whether a path from the root is the state folder or lies in it. A project that lies in the
    /// state folder, or is it, is the user's own odd choice and not refused.
    fn holds(&self, path: &Path) -> bool {
        let Some(home) = self.below_root.as_ref().filter(|home| !home.is_empty()) else {
            return false;
        };
        let mut names = path.iter().map(|name| protected::fold(&name.to_string_lossy()));
        home.iter().all(|part| names.next().as_ref() == Some(part))
    }
}

//! From a path to an open folder and a name in it: each step opens one name without following it,
//! links are followed by hand and only inside the project. What the real place is called is checked
//! again, so a link cannot lead to a protected name.

use std::{
    collections::VecDeque,
    ffi::{OsStr, OsString},
    path::{Component, Path, PathBuf},
};

use super::{
    FileError, Workspace,
    dir::{Dir, Kind},
    error::shown,
    path::{PathError, PathRefusal},
    protected,
};

/// As many links as Linux follows.
const MAX_LINKS: usize = 40;

/// What a place is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A link as the last name is followed.
    Read,
    /// A link as the last name is left for the caller to refuse; no folder on the way may be a git
    /// repository's inside under another name.
    Write,
}

/// Where a path leads.
#[derive(Debug)]
pub(super) struct Place {
    /// The deepest folder of the path that exists.
    pub(super) folder: Dir,
    /// The names of the folders above, from the root, without links.
    pub(super) real: Vec<OsString>,
    /// Folders below `folder` that do not exist yet.
    pub(super) missing: Vec<OsString>,
    /// The last name.
    pub(super) name: OsString,
}

impl Place {
    /// The path without links, folders still missing included.
    pub(super) fn real_path(&self) -> PathBuf {
        self.real.iter().chain(&self.missing).chain([&self.name]).collect()
    }
}

impl Workspace {
    /// Finds the place of a file, which itself need not exist.
    pub(super) fn locate(&self, path: &Path, purpose: Purpose) -> Result<Place, FileError> {
        let mut walk = Walk::new(self, path);
        let place = walk.run(purpose)?;
        self.check_real(path, &place)?;
        if purpose == Purpose::Write {
            walk.refuse_git_folders()?;
        }
        Ok(place)
    }

    /// Opens a folder, through links that stay inside; the root for an empty path.
    pub(super) fn open_folder(&self, path: &Path) -> Result<Dir, FileError> {
        if path.as_os_str().is_empty() {
            return Ok(self.dir.clone());
        }
        let place = self.locate(path, Purpose::Read)?;
        if !place.missing.is_empty() {
            return Err(FileError::missing(path));
        }
        match place.folder.look(&place.name).map_err(|e| FileError::io(path, "opened", e))? {
            None => Err(FileError::missing(path)),
            Some(meta) if meta.kind != Kind::Folder => Err(FileError::not_a_folder(path)),
            Some(_) => self.enter(path, &place.folder, &place.name),
        }
    }

    /// Steps into a folder, unless it is Mira's own.
    fn enter(&self, path: &Path, from: &Dir, name: &OsStr) -> Result<Dir, FileError> {
        let folder = from.open_folder(name).map_err(|e| FileError::io(path, "opened", e))?;
        let id = folder.id().map_err(|e| FileError::io(path, "opened", e))?;
        if self.state.id == Some(id) {
            return Err(refused(path, PathRefusal::State));
        }
        Ok(folder)
    }

    fn check_real(&self, path: &Path, place: &Place) -> Result<(), FileError> {
        let real = place.real_path();
        if real.iter().any(|name| protected::is_git(&name.to_string_lossy())) {
            return Err(refused(path, PathRefusal::Git));
        }
        if self.state.holds(&real) {
            return Err(refused(path, PathRefusal::State));
        }
        Ok(())
    }
}

pub(super) fn refused(path: &Path, why: PathRefusal) -> FileError {
    FileError::Path(PathError::new(&path.to_string_lossy(), why))
}

struct Walk<'a> {
    workspace: &'a Workspace,
    path: &'a Path,
    /// Folders from below the root down to here.
    stack: Vec<(OsString, Dir)>,
    /// Names still to go.
    ahead: VecDeque<OsString>,
    links: usize,
}

impl<'a> Walk<'a> {
    fn new(workspace: &'a Workspace, path: &'a Path) -> Self {
        let ahead = path.iter().map(OsStr::to_owned).collect();
        Self { workspace, path, stack: Vec::new(), ahead, links: 0 }
    }

    fn run(&mut self, purpose: Purpose) -> Result<Place, FileError> {
        while let Some(name) = self.ahead.pop_front() {
            if name == ".." {
                self.stack.pop().ok_or_else(|| FileError::outside(self.path))?;
                continue;
            }
            let is_last = self.ahead.is_empty();
            let here = self.here();
            let meta = here.look(&name).map_err(|e| FileError::io(self.path, "found", e))?;
            match meta.map(|meta| meta.kind) {
                Some(Kind::Link) if !(is_last && purpose == Purpose::Write) => self.follow(&here, &name)?,
                _ if is_last => return Ok(self.place(here, Vec::new(), name)),
                Some(Kind::Folder) => {
                    let folder = self.workspace.enter(self.path, &here, &name)?;
                    self.stack.push((name, folder));
                }
                Some(_) => return Err(FileError::not_a_folder(self.path)),
                None => return self.not_yet(here, name),
            }
        }
        // A link led to a folder's own name (`a/..`, `.`), which is no place for a file.
        let (name, _) = self.stack.pop().ok_or_else(|| FileError::folder(self.path))?;
        Ok(self.place(self.here(), Vec::new(), name))
    }

    /// A bare repository runs what its `config` and `hooks` say, whatever the folder is called.
    fn refuse_git_folders(&self) -> Result<(), FileError> {
        match self.stack.iter().any(|(_, dir)| protected::is_repository(|name| dir.has(name))) {
            true => Err(FileError::GitFolder { path: shown(self.path) }),
            false => Ok(()),
        }
    }

    fn here(&self) -> Dir {
        self.stack.last().map_or(&self.workspace.dir, |(_, dir)| dir).clone()
    }

    fn place(&self, folder: Dir, missing: Vec<OsString>, name: OsString) -> Place {
        let real = self.stack.iter().map(|(name, _)| name.clone()).collect();
        Place { folder, real, missing, name }
    }

    /// The rest of the path does not exist: plain names to be created, or nothing.
    fn not_yet(&mut self, here: Dir, first: OsString) -> Result<Place, FileError> {
        let mut missing: Vec<OsString> = std::iter::once(first).chain(self.ahead.drain(..)).collect();
        if missing.iter().any(|name| name == "..") {
            return Err(FileError::missing(self.path));
        }
        let name = missing.pop().unwrap_or_default();
        Ok(self.place(here, missing, name))
    }

    /// Replaces a link by what it says, read from the folder it stands in.
    fn follow(&mut self, here: &Dir, name: &OsStr) -> Result<(), FileError> {
        self.links += 1;
        if self.links > MAX_LINKS {
            return Err(FileError::link_loop(self.path));
        }
        let target = here.read_link(name).map_err(|e| FileError::io(self.path, "followed", e))?;
        let mut target = Path::new(&target);
        if target.is_absolute() {
            let inside = target.strip_prefix(&self.workspace.root);
            target = inside.map_err(|_| FileError::outside(self.path))?;
            self.stack.clear();
        }
        for part in target.components().rev() {
            match part {
                Component::Normal(name) => self.ahead.push_front(name.to_owned()),
                Component::ParentDir => self.ahead.push_front("..".into()),
                _ => {}
            }
        }
        Ok(())
    }
}

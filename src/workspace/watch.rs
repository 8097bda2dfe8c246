//! Tells that something has changed in the folders of a project that a walk sees. What it was is left
//! to a survey: paths told by the system are not trusted, and ignored folders are not watched at all.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::{FileError, Halt, Workspace, dir::Kind};

/// Folders watched at most: what older Linux systems allow a user for all of their programs.
const MAX_FOLDERS: usize = 8_192;

/// Watches folders until it is dropped.
#[derive(Debug)]
pub struct Watch {
    watcher: RecommendedWatcher,
    watched: HashSet<PathBuf>,
}

/// Why changes are not told.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The project has more folders than are watched.
    #[error("the project has {0} folders, and at most {MAX_FOLDERS} are watched")]
    TooMany(usize),
    /// The folders could not all be listed.
    #[error("the project's folders could not all be listed")]
    Cut,
    /// The system refuses.
    #[error("the system does not watch the project's folders: {0}")]
    System(#[from] notify::Error),
    /// The project's folder.
    #[error("{0}")]
    Files(#[from] FileError),
}

impl Watch {
    /// Watches nothing yet. `changed` is called at each change, on a thread of its own.
    ///
    /// # Errors
    /// The system watches no files.
    pub fn new(changed: impl Fn() + Send + 'static) -> Result<Self, WatchError> {
        let watcher = notify::recommended_watcher(move |told: notify::Result<Event>| {
            // Our own surveys open files and folders. An error, as of a full queue, may stand for a change.
            if told.map_or(true, |event| !event.kind.is_access()) {
                changed();
            }
        })?;
        Ok(Self { watcher, watched: HashSet::new() })
    }

    /// Watches the folders that are visible now, and no others.
    ///
    /// # Errors
    /// Not all of them can be watched.
    pub fn follow(&mut self, workspace: &Workspace, halt: &Halt) -> Result<(), WatchError> {
        // A folder made before its parent was watched is not told of: only a walk that meets nothing
        // new has seen all.
        while self.follow_once(workspace, halt)? {}
        Ok(())
    }

    /// Whether there were folders that were not watched before.
    fn follow_once(&mut self, workspace: &Workspace, halt: &Halt) -> Result<bool, WatchError> {
        let folders = workspace.visible_folders(halt)?;
        let is_new = folders.iter().any(|folder| !self.watched.contains(folder));
        for gone in self.watched.difference(&folders) {
            // The system may have noticed before us.
            let _ = self.watcher.unwatch(gone);
        }
        for folder in &folders {
            // Known ones too: the folder may have been removed and made anew.
            match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
                Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => {}
                told => told?,
            }
        }
        self.watched = folders;
        Ok(is_new)
    }
}

impl Workspace {
    /// The root and the folders that a walk enters, absolute.
    fn visible_folders(&self, halt: &Halt) -> Result<HashSet<PathBuf>, WatchError> {
        let found = self.walk(Path::new(""), halt)?;
        if found.stopped.is_some() {
            return Err(WatchError::Cut);
        }
        let below = found.entries.into_iter().filter(|entry| entry.kind == Kind::Folder);
        let mut folders: HashSet<PathBuf> = below.map(|entry| self.root().join(entry.path)).collect();
        folders.insert(self.root().to_owned());
        match folders.len() {
            many if many > MAX_FOLDERS => Err(WatchError::TooMany(many)),
            _ => Ok(folders),
        }
    }
}

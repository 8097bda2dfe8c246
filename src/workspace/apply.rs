//! Writing files, all or none. A [`Plan`] says what is wanted; [`Workspace::prepare`] checks it
//! against the disk and makes a [`Change`]: both states of every file, for the journal. Once that is
//! durable, [`Workspace::commit`] brings the disk from before to after; if the process dies on the
//! way, [`Workspace::recover`] ends the matter at the next start.
//!
//! Files are replaced by renaming a finished one into place. So a reader sees the old file or the
//! new one, and another hard link to the old one keeps the old content. Permission bits are kept,
//! the owner where the system lets us. A path that is itself a symbolic link is refused, with a
//! sentence that names its target; links among the folders on the way are followed inside the project.

use std::collections::BTreeSet;

use super::{
    Content, FileError, FileState, RelPath, Workspace,
    files::{self, read_target},
    locate::{Place, Purpose},
    path, together,
};

mod commit;
mod made;
mod recover;
mod stage;

use made::Made;
pub use recover::{Recovered, Recovery};

/// What is wanted of the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files, each once.
    pub writes: Vec<PlannedWrite>,
    /// Folders to remove afterwards if they are empty by then.
    pub remove_dirs: Vec<RelPath>,
}

/// What is wanted of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedWrite {
    /// Which.
    pub path: RelPath,
    /// SHA-256 of the content it must have now; `None`: it must not exist.
    pub expected_before: Option<String>,
    /// The new content; `None` deletes the file.
    pub content: Option<Content>,
    /// The new permission bits; `None` keeps those of the file, or takes the usual ones for a new one.
    pub mode: Option<u32>,
}

/// Both sides of a set of files: what the journal holds, what is written and what is undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The files.
    pub files: Vec<ChangedFile>,
    /// Folders that it creates, outermost first.
    pub created_dirs: Vec<RelPath>,
    /// Folders that it removes if empty.
    pub removed_dirs: Vec<RelPath>,
}

/// Both sides of one file; `None` where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// Which.
    pub path: RelPath,
    /// Found when the change was prepared.
    pub before: Option<FileState>,
    /// Wanted.
    pub after: Option<FileState>,
}

/// A file that is not what the plan was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Which.
    pub path: RelPath,
    /// The hash it should have; `None`: no file.
    pub expected: Option<String>,
    /// The hash it has; `None`: no file.
    pub found: Option<String>,
}

/// Why nothing was written, or, in one case, not everything taken back.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Files have changed since; nothing was touched, or everything is as it was.
    #[error("these are not on disk as the change expects them: {}; look at them and propose again", names(.0))]
    Conflict(Vec<Conflict>),
    /// A file may not or cannot be written; everything is as it was.
    #[error("{0}")]
    File(#[from] FileError),
    /// Two parts of the plan want the same place.
    #[error("{0} is named twice, or is both a file and a folder; write it once")]
    Twice(RelPath),
    /// Writing failed and so did taking it back. The journal still has both states.
    #[error("{cause}; these are still in their new state and are put back at the next start: {}", list(.left))]
    HalfWay {
        /// Why writing failed.
        cause: Box<ApplyError>,
        /// The files that are still in their new state.
        left: Vec<RelPath>,
    },
}

fn names(conflicts: &[Conflict]) -> String {
    let paths: Vec<RelPath> = conflicts.iter().map(|conflict| conflict.path.clone()).collect();
    list(&paths)
}

fn list(paths: &[RelPath]) -> String {
    paths.iter().map(RelPath::as_str).collect::<Vec<_>>().join(", ")
}

impl Workspace {
    /// Compares a plan with the disk and touches nothing. All conflicts are told at once.
    pub fn prepare(&self, plan: Plan) -> Result<Change, ApplyError> {
        let mut change = Change { removed_dirs: plan.remove_dirs, ..Change::default() };
        let mut conflicts = Vec::new();
        let mut places = BTreeSet::new();
        let mut made = Made::default();
        let looked_at = together::each(&plan.writes, |write| self.look_before(&write.path))?;
        for (write, (place, before)) in plan.writes.into_iter().zip(looked_at) {
            let found = before.as_ref().map(FileState::hash);
            if found != write.expected_before {
                let expected = write.expected_before.clone();
                conflicts.push(Conflict { path: write.path.clone(), expected, found });
            }
            if !places.insert(place.real_path()) {
                return Err(ApplyError::Twice(write.path.clone()));
            }
            if write.content.is_some() {
                note_created(&mut change.created_dirs, &place)?;
            }
            if write.content.is_some() && before.is_none() {
                made.note(&place);
            }
            change.files.push(write.against(before)?);
        }
        if !conflicts.is_empty() {
            return Err(ApplyError::Conflict(conflicts));
        }
        let both =
            change.created_dirs.iter().find(|dir| places.contains(AsRef::<std::path::Path>::as_ref(dir)));
        both.map_or(Ok(()), |dir| Err(ApplyError::Twice(dir.clone())))?;
        made.refuse_repositories(self)?;
        Ok(change)
    }

    /// Where a file stands and what it is, hashed already.
    fn look_before(&self, path: &RelPath) -> Result<(Place, Option<FileState>), FileError> {
        let place = self.place_to_write(path)?;
        let before = read_target(path, &place)?.map(|(state, _)| state);
        before.iter().for_each(FileState::hash_now);
        Ok((place, before))
    }

    fn place_to_write(&self, path: &RelPath) -> Result<Place, FileError> {
        path::check_writable(path)?;
        let place = self.locate(path.as_ref(), Purpose::Write)?;
        // Through a link the real name may be another one; it must be writable as well.
        path::check_writable(&RelPath::parse(&place.real_path().to_string_lossy())?)?;
        Ok(place)
    }
}

impl PlannedWrite {
    fn against(self, before: Option<FileState>) -> Result<ChangedFile, FileError> {
        // A set-user-id bit belongs to the bytes it was given to: new bytes do not inherit it.
        let kept = before.as_ref().and_then(|state| state.mode).map(|mode| mode & 0o777);
        let after = self.content.map(|content| FileState { content, mode: self.mode.or(kept) });
        if let Some(after) = &after {
            files::check_size(self.path.as_ref(), after.content.len() as u64, files::MAX_FILE)?;
        }
        Ok(ChangedFile { path: self.path, before, after })
    }
}

/// Notes the folders that a file needs and that do not exist, each once.
fn note_created(created: &mut Vec<RelPath>, place: &Place) -> Result<(), FileError> {
    let mut path: std::path::PathBuf = place.real.iter().collect();
    for name in &place.missing {
        path.push(name);
        let dir = RelPath::parse(&path.to_string_lossy())?;
        if !created.contains(&dir) {
            created.push(dir);
        }
    }
    Ok(())
}

/// The content of a side that may have no file.
fn content_of(state: Option<&FileState>) -> Option<&[u8]> {
    state.map(|state| &*state.content)
}

/// The hash of a side that may have no file.
fn hash_of(state: Option<&FileState>) -> Option<String> {
    state.map(FileState::hash)
}

#[cfg(test)]
mod tests;

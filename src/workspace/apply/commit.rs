//! From before to after. First everything that can fail for want of space or rights is done under
//! temporary names; then each file is looked at once more and renamed into place; what goes wrong
//! there is taken back in reverse.

use std::{collections::BTreeMap, ffi::OsString};

use super::{ApplyError, Change, ChangedFile, Conflict, content_of, hash_of, stage::Staged};
use crate::workspace::{
    FileError, FileState, RelPath, Workspace,
    dir::{Dir, FileId, Meta},
    files::{is_target, read_target},
    locate::Place,
    together,
};

impl Workspace {
    /// Writes a change whose journal entry is durable. On an error the disk is as it was before,
    /// except for [`ApplyError::HalfWay`].
    pub fn commit(&self, change: &Change) -> Result<(), ApplyError> {
        let mut commit = Commit::new(self);
        let result = commit.stage(change).and_then(|()| commit.put_all());
        match result {
            Ok(()) => {
                self.remove_empty(&change.removed_dirs);
                Ok(())
            }
            Err(cause) => Err(commit.take_back(cause)),
        }
    }

    /// Removes folders that are empty. One that is not, or is gone, is none of our business.
    pub(super) fn remove_empty(&self, dirs: &[RelPath]) {
        for dir in dirs {
            if let Ok(place) = self.place_to_write(dir)
                && place.missing.is_empty()
                && place.folder.remove_folder(&place.name).is_ok()
            {
                let _ = place.folder.sync();
            }
        }
    }
}

/// A commit on its way.
pub(super) struct Commit<'a> {
    workspace: &'a Workspace,
    waiting: Vec<Step<'a>>,
    done: Vec<Step<'a>>,
    created: Vec<(Dir, OsString)>,
    /// The folders with new names in them, each held open once.
    folders: BTreeMap<FileId, Dir>,
}

/// One file of a commit.
struct Step<'a> {
    file: &'a ChangedFile,
    place: Place,
    /// The new file; `None` when it is to be deleted, or already in place.
    staged: Option<Staged>,
}

impl<'a> Commit<'a> {
    pub(super) fn new(workspace: &'a Workspace) -> Self {
        let (waiting, done, created) = (Vec::new(), Vec::new(), Vec::new());
        Self { workspace, waiting, done, created, folders: BTreeMap::new() }
    }

    /// Writes all new files under temporary names and makes their content durable: only then may one
    /// take a name, lest a power cut leaves an empty file under it.
    pub(super) fn stage(&mut self, change: &'a Change) -> Result<(), ApplyError> {
        let changed = change.files.iter().filter(|file| file.before != file.after);
        let places =
            changed.map(|file| Ok((file, self.place(file)?))).collect::<Result<Vec<_>, ApplyError>>()?;
        let staged = together::each(&places, |(file, place)| stage_file(file, place));
        let step = |((file, place), staged)| Step { file, place, staged };
        self.waiting = places.into_iter().zip(staged?).map(step).collect();
        Ok(())
    }

    /// Where a file goes; folders that are missing on the way are made.
    fn place(&mut self, file: &'a ChangedFile) -> Result<Place, ApplyError> {
        let mut place = self.workspace.place_to_write(&file.path)?;
        if file.after.is_some() {
            self.create_missing(&file.path, &mut place)?;
        }
        place.folder = self.remember(&file.path, place.folder)?;
        Ok(place)
    }

    fn create_missing(&mut self, path: &RelPath, place: &mut Place) -> Result<(), FileError> {
        let failed = |error| FileError::io(path.as_ref(), "given its folder", error);
        for name in std::mem::take(&mut place.missing) {
            place.folder = self.remember(path, place.folder.clone())?;
            place.folder.make_folder(&name).map_err(failed)?;
            self.created.push((place.folder.clone(), name.clone()));
            place.folder = place.folder.open_folder(&name).map_err(failed)?;
            place.real.push(name);
        }
        Ok(())
    }

    /// Notes a folder for [`Commit::sync_folders`]; gives the handle that all files in it share.
    fn remember(&mut self, path: &RelPath, folder: Dir) -> Result<Dir, FileError> {
        let id = folder.id().map_err(|e| FileError::io(path.as_ref(), "opened", e))?;
        Ok(self.folders.entry(id).or_insert(folder).clone())
    }

    /// Renames all into place, then makes the names durable.
    pub(super) fn put_all(&mut self) -> Result<(), ApplyError> {
        self.waiting.reverse();
        while let Some(step) = self.waiting.pop() {
            self.put(step)?;
        }
        self.sync_folders()
    }

    fn sync_folders(&self) -> Result<(), ApplyError> {
        let folders: Vec<&Dir> = self.folders.values().collect();
        let synced = together::each(&folders, |folder| folder.sync());
        let first = || self.done.first().map_or("".as_ref(), |step| step.file.path.as_ref());
        synced.map_err(|e| FileError::io(first(), "made durable", e))?;
        Ok(())
    }

    fn put(&mut self, mut step: Step<'a>) -> Result<(), ApplyError> {
        expect(step.file, &step.place, step.file.before.as_ref())?;
        let place = &step.place;
        let written = match step.staged.take() {
            Some(staged) => staged.put(&place.name, step.file.before.is_none()),
            None => place.folder.remove_file(&place.name),
        };
        written.map_err(|e| FileError::io(step.file.path.as_ref(), "replaced", e))?;
        self.done.push(step);
        Ok(())
    }

    /// Brings back what was replaced, removes what was created.
    pub(super) fn take_back(mut self, cause: ApplyError) -> ApplyError {
        self.waiting.clear();
        let mut left = Vec::new();
        while let Some(step) = self.done.pop() {
            if restore(step.file, &step.place, step.file.after.as_ref(), step.file.before.as_ref()).is_err() {
                left.push(step.file.path.clone());
            }
        }
        for (folder, name) in self.created.iter().rev() {
            let _ = folder.remove_folder(name);
        }
        match left.is_empty() {
            true => cause,
            false => ApplyError::HalfWay { cause: Box::new(cause), left },
        }
    }
}

/// Writes the new file under a temporary name, durably.
fn stage_file(file: &ChangedFile, place: &Place) -> Result<Option<Staged>, ApplyError> {
    let meta = expect(file, place, file.before.as_ref())?;
    let staged = stage(file, place, file.after.as_ref(), meta.as_ref())?;
    let finished = staged.map(|staged| staged.sync()).transpose();
    Ok(finished.map_err(|e| FileError::io(file.path.as_ref(), "written", e))?)
}

/// Writes the wanted side under a temporary name.
fn stage(
    file: &ChangedFile,
    place: &Place,
    wanted: Option<&FileState>,
    replaces: Option<&Meta>,
) -> Result<Option<Staged>, FileError> {
    let written = wanted.map(|state| Staged::write(&place.folder, state, replaces)).transpose();
    written.map_err(|e| FileError::io(file.path.as_ref(), "written", e))
}

/// Checks that the disk has this side of a file.
fn expect(file: &ChangedFile, place: &Place, side: Option<&FileState>) -> Result<Option<Meta>, ApplyError> {
    if let Some(meta) = is_target(&file.path, place, content_of(side))? {
        return Ok(meta);
    }
    let (state, meta) = read_target(&file.path, place)?.unzip();
    if content_of(state.as_ref()) == content_of(side) {
        return Ok(meta);
    }
    let (path, expected, found) = (file.path.clone(), hash_of(side), hash_of(state.as_ref()));
    Err(ApplyError::Conflict(vec![Conflict { path, expected, found }]))
}

/// Takes one file back to its old side.
fn restore(
    file: &ChangedFile,
    place: &Place,
    from: Option<&FileState>,
    to: Option<&FileState>,
) -> Result<(), ApplyError> {
    let failed = |error| FileError::io(file.path.as_ref(), "put back", error);
    let meta = expect(file, place, from)?;
    match (stage(file, place, to, meta.as_ref())?, from) {
        (Some(staged), from) => {
            staged.sync().and_then(|staged| staged.put(&place.name, from.is_none())).map_err(failed)?;
        }
        (None, Some(_)) => place.folder.remove_file(&place.name).map_err(failed)?,
        (None, None) => {}
    }
    place.folder.sync().map_err(failed)?;
    Ok(())
}

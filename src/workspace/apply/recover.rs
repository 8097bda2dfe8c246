//! After a crash in the middle of a commit: the journal has both sides of every file, the disk tells
//! how far it came. A change that reached all its files stands; any other one is taken back.

use std::collections::BTreeSet;

use super::{ApplyError, Change, ChangedFile, commit::restore, hash_of};
use crate::workspace::{
    FileError, RelPath, Workspace, dir::Kind, files::read_target, path::TEMPORARY,
};

/// How an unfinished change ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// Which side the files are on now.
    pub outcome: Recovered,
    /// Files that somebody else has changed since the crash; they were left alone.
    pub left_alone: Vec<RelPath>,
}

/// The side an unfinished change was brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovered {
    /// As if it had never begun.
    Before,
    /// All files had been written already: as if it had ended.
    After,
}

/// Where one file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    After,
    /// The content is the same on both sides: only the mode changes.
    Both,
    Neither,
}

impl Workspace {
    /// Ends a change that the journal has as begun and not ended, and sweeps its temporary files.
    /// Doing it again does no harm.
    pub fn recover(&self, change: &Change) -> Result<Recovery, ApplyError> {
        self.sweep(change);
        let mut moving: Vec<&ChangedFile> = change.files.iter().collect();
        moving.retain(|file| file.before != file.after);
        let sides = moving
            .iter()
            .map(|file| self.side(file))
            .collect::<Result<Vec<_>, _>>()?;
        let complete = sides
            .iter()
            .all(|side| matches!(side, Side::After | Side::Both));
        if complete && sides.contains(&Side::After) {
            self.remove_empty(&change.removed_dirs);
            return Ok(Recovery {
                outcome: Recovered::After,
                left_alone: Vec::new(),
            });
        }
        let mut left_alone = Vec::new();
        for (file, side) in moving.into_iter().zip(sides) {
            match side {
                Side::Before => {}
                Side::After | Side::Both => self.put_back(file)?,
                Side::Neither => left_alone.push(file.path.clone()),
            }
        }
        let created: Vec<RelPath> = change.created_dirs.iter().rev().cloned().collect();
        self.remove_empty(&created);
        Ok(Recovery {
            outcome: Recovered::Before,
            left_alone,
        })
    }

    fn side(&self, file: &ChangedFile) -> Result<Side, FileError> {
        let place = self.place_to_write(&file.path)?;
        // Something that is no file, or too large, is nothing that we wrote.
        let Ok(state) = read_target(&file.path, &place) else {
            return Ok(Side::Neither);
        };
        let now = hash_of(state.map(|(state, _)| state).as_ref());
        let is_before = now == hash_of(file.before.as_ref());
        let is_after = now == hash_of(file.after.as_ref());
        Ok(match (is_before, is_after) {
            (true, true) => Side::Both,
            (true, false) => Side::Before,
            (false, true) => Side::After,
            (false, false) => Side::Neither,
        })
    }

    /// A deleted file's folder is still there: folders are removed last.
    fn put_back(&self, file: &ChangedFile) -> Result<(), ApplyError> {
        let place = self.place_to_write(&file.path)?;
        match place.missing.is_empty() {
            true => restore(file, &place, file.after.as_ref(), file.before.as_ref()),
            false => Err(FileError::missing(file.path.as_ref()).into()),
        }
    }

    /// Removes temporary files from the folders of a change.
    fn sweep(&self, change: &Change) {
        let mut seen = BTreeSet::new();
        for file in &change.files {
            let Ok(place) = self.place_to_write(&file.path) else {
                continue;
            };
            let Ok(id) = place.folder.id() else { continue };
            if !seen.insert(id) {
                continue;
            }
            for (name, kind) in place.folder.entries().unwrap_or_default() {
                if kind == Kind::File && name.to_string_lossy().starts_with(TEMPORARY) {
                    let _ = place.folder.remove_file(&name);
                }
            }
        }
    }
}

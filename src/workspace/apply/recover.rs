//! After a crash in the middle of a commit: the journal has both sides of every file, the disk tells
//! how far it came. A change that reached all its files stands; any other one is taken back.

use std::collections::BTreeSet;

use super::{ApplyError, Change, ChangedFile, content_of};
use crate::workspace::{FileError, RelPath, Workspace, dir::Kind, files::read_target, path::TEMPORARY};

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
        let changed = change.files.iter().filter(|file| file.before != file.after);
        let sided =
            changed.map(|file| Ok((file, self.side(file)?))).collect::<Result<Vec<_>, ApplyError>>()?;
        let has = |wanted: Side| sided.iter().any(|(_, side)| *side == wanted);
        if has(Side::After) && !has(Side::Before) && !has(Side::Neither) {
            self.remove_empty(&change.removed_dirs);
            return Ok(Recovery { outcome: Recovered::After, left_alone: Vec::new() });
        }
        let reached = sided.iter().filter(|(_, side)| matches!(side, Side::After | Side::Both));
        self.commit(&take_back(reached.map(|(file, _)| *file), change))?;
        let foreign = sided.iter().filter(|(_, side)| *side == Side::Neither);
        let left_alone = foreign.map(|(file, _)| file.path.clone()).collect();
        Ok(Recovery { outcome: Recovered::Before, left_alone })
    }

    fn side(&self, file: &ChangedFile) -> Result<Side, FileError> {
        let state = self.place_to_write(&file.path).and_then(|place| read_target(&file.path, &place));
        let state = match state {
            // The disk may answer another time.
            Err(error @ FileError::Io { .. }) => return Err(error),
            // Something that is refused by now is nothing that we wrote.
            Err(_) => return Ok(Side::Neither),
            Ok(state) => state.map(|(state, _)| state),
        };
        let now = content_of(state.as_ref());
        let is_before = now == content_of(file.before.as_ref());
        let is_after = now == content_of(file.after.as_ref());
        Ok(match (is_before, is_after) {
            (true, true) => Side::Both,
            (true, false) => Side::Before,
            (false, true) => Side::After,
            (false, false) => Side::Neither,
        })
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

/// The change that brings these files from after to before.
fn take_back<'a>(files: impl Iterator<Item = &'a ChangedFile>, change: &Change) -> Change {
    let files = files.map(|file| ChangedFile {
        path: file.path.clone(),
        before: file.after.clone(),
        after: file.before.clone(),
    });
    Change {
        files: files.collect(),
        created_dirs: Vec::new(),
        removed_dirs: change.created_dirs.iter().rev().cloned().collect(),
    }
}

//! Finished files waiting under a temporary name beside their target. Dropping one removes it, so no
//! way out of a commit leaves any behind.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, Write},
};

use rustix::fs::{Gid, Mode, Uid, fchmod, fchown};

use crate::workspace::{
    FileState,
    dir::{Dir, Meta},
    path::TEMPORARY,
};

/// Permission bits of a new file, less the umask.
const NEW_FILE: u32 = 0o644;

/// A written file under a temporary name. It may take its target's place once it is synced.
#[derive(Debug)]
pub(super) struct Staged {
    folder: Dir,
    /// `None` once renamed.
    name: Option<OsString>,
    /// Open until it is synced.
    file: Option<File>,
}

impl Staged {
    /// Writes `state` beside its target; `replaces` lends its owner.
    pub(super) fn write(folder: &Dir, state: &FileState, replaces: Option<&Meta>) -> io::Result<Self> {
        let name = OsString::from(format!("{TEMPORARY}{}", uuid::Uuid::now_v7().simple()));
        let mut file = folder.create_file(&name, state.mode.map_or(NEW_FILE, |_| 0o600))?;
        let mut staged = Self { folder: folder.clone(), name: Some(name), file: None };
        file.write_all(&state.content)?;
        take_owner(&file, replaces)?;
        if let Some(mode) = state.mode {
            fchmod(&file, Mode::from_raw_mode(mode))?;
        }
        staged.file = Some(file);
        Ok(staged)
    }

    /// Makes the content durable and lets go of the open file.
    pub(super) fn sync(mut self) -> io::Result<Self> {
        self.file.take().map_or(Ok(()), |file| file.sync_all())?;
        Ok(self)
    }

    /// Puts the file in the place of `target`, which must not exist if `is_new`.
    pub(super) fn put(mut self, target: &OsStr, is_new: bool) -> io::Result<()> {
        let Some(name) = &self.name else {
            return Ok(());
        };
        match is_new {
            true => self.folder.rename_new(name, target)?,
            false => self.folder.rename(name, target)?,
        }
        self.name = None;
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // Nobody is left to be told; a recovery sweeps what stays.
            let _ = self.folder.remove_file(name);
        }
    }
}

/// Gives the file the owner of the one it replaces. Only root may do so freely: others keep their
/// own name on it, as with any editor.
fn take_owner(file: &File, replaces: Option<&Meta>) -> io::Result<()> {
    let Some(old) = replaces else {
        return Ok(());
    };
    let new = Meta::of(file)?;
    if new.uid != old.uid {
        let _ = fchown(file, Some(Uid::from_raw(old.uid)), None);
    }
    if new.gid != old.gid {
        let _ = fchown(file, None, Some(Gid::from_raw(old.gid)));
    }
    Ok(())
}

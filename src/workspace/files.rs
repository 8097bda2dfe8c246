//! One file's bytes and mode, read whole and bounded.

use std::{
    convert::Infallible,
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::{
    FileError, RelPath, Workspace,
    dir::{Dir, Kind, Meta},
    error::shown,
    locate::{Place, Purpose},
    path, together,
};
use crate::protocol::FileState;

/// The largest file that is read whole: both states of it are held in memory and in the journal.
pub(super) const MAX_FILE: u64 = 8 * 1024 * 1024;

impl Workspace {
    /// A file to read, whole; a link to a file inside the project is followed.
    pub fn read_file(&self, path: &RelPath) -> Result<FileState, FileError> {
        let mut file = self.open_file(path.as_ref())?;
        let (content, meta) = read_whole(path.as_ref(), &mut file, MAX_FILE)?;
        Ok(FileState { content: content.into(), mode: Some(meta.mode) })
    }

    /// The state a proposal for this path starts from, under the rules of writing: `None` when
    /// there is no file yet. What is refused here would be refused by [`Workspace::prepare`].
    pub fn target_state(&self, path: &RelPath) -> Result<Option<FileState>, FileError> {
        path::check_writable(path)?;
        let place = self.locate(path.as_ref(), Purpose::Write)?;
        Ok(read_target(path, &place)?.map(|(state, _)| state))
    }

    /// [`Workspace::target_state`] of many files as the journal spells them, hashed already.
    pub fn spelled_states(&self, paths: &[String]) -> Vec<Result<Option<FileState>, FileError>> {
        let state = |path: &String| {
            let state = self.path(path).map_err(FileError::from).and_then(|path| self.target_state(&path));
            state.iter().flatten().for_each(FileState::hash_now);
            Ok::<_, Infallible>(state)
        };
        let Ok(states) = together::each(paths, state);
        states
    }

    /// Opens a regular file to read.
    pub(super) fn open_file(&self, path: &Path) -> Result<File, FileError> {
        let place = self.locate(path, Purpose::Read)?;
        if !place.missing.is_empty() {
            return Err(FileError::missing(path));
        }
        open_regular(path, &place.folder, &place.name, MAX_FILE)?.ok_or_else(|| FileError::missing(path))
    }
}

/// The state of a file about to be written, and its facts.
pub(super) fn read_target(path: &RelPath, place: &Place) -> Result<Option<(FileState, Meta)>, FileError> {
    if !place.missing.is_empty() {
        return Ok(None);
    }
    match open_regular(path.as_ref(), &place.folder, &place.name, MAX_FILE)? {
        Some(mut file) => {
            let (content, meta) = read_whole(path.as_ref(), &mut file, MAX_FILE)?;
            Ok(Some((FileState { content: content.into(), mode: Some(meta.mode) }, meta)))
        }
        None => Ok(None),
    }
}

/// Whether a file about to be written has this content, and its facts if so. The comparison is cheaper than
/// reading the file: nothing is kept of it.
pub(super) fn is_target(
    path: &RelPath,
    place: &Place,
    content: Option<&[u8]>,
) -> Result<Option<Option<Meta>>, FileError> {
    let file = match place.missing.is_empty() {
        true => open_regular(path.as_ref(), &place.folder, &place.name, MAX_FILE)?,
        false => None,
    };
    match (file, content) {
        (None, None) => Ok(Some(None)),
        (Some(mut file), Some(content)) => {
            let failed = |error| FileError::io(path.as_ref(), "read", error);
            let meta = Meta::of(&file).map_err(failed)?;
            let is_same = meta.size == content.len() as u64 && holds(&mut file, content).map_err(failed)?;
            Ok(is_same.then_some(Some(meta)))
        }
        _ => Ok(None),
    }
}

/// Whether this and nothing else is left in a file.
fn holds(file: &mut File, mut content: &[u8]) -> io::Result<bool> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = match file.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        match content.split_at_checked(read) {
            Some(([], rest)) => return Ok(rest.is_empty()),
            Some((next, rest)) if next == &buffer[..read] => content = rest,
            _ => return Ok(false),
        }
    }
}

/// All bytes of a regular file in an open folder, unless they are more than `limit`.
pub(super) fn read_in(folder: &Dir, path: &Path, limit: u64) -> Option<Vec<u8>> {
    let mut file = open_regular(path, folder, path.file_name()?, limit).ok()??;
    Some(read_whole(path, &mut file, limit).ok()?.0)
}

/// Opens a regular file of at most `limit` bytes; `None` when there is no such name.
pub(super) fn open_regular(
    path: &Path,
    folder: &Dir,
    name: &std::ffi::OsStr,
    limit: u64,
) -> Result<Option<File>, FileError> {
    let failed = |error| FileError::io(path, "read", error);
    let Some(meta) = folder.look(name).map_err(failed)? else {
        return Ok(None);
    };
    if meta.kind == Kind::Link {
        let target = folder.read_link(name).map_err(failed)?;
        return Err(FileError::Link { path: shown(path), target: shown(Path::new(&target)) });
    }
    check_regular(path, &meta, limit)?;
    let file = folder.open_file(name).map_err(failed)?;
    // The name may have changed hands since; the handle has not.
    check_regular(path, &Meta::of(&file).map_err(failed)?, limit)?;
    Ok(Some(file))
}

fn check_regular(path: &Path, meta: &Meta, limit: u64) -> Result<(), FileError> {
    match meta.kind {
        Kind::File => check_size(path, meta.size, limit),
        Kind::Folder => Err(FileError::folder(path)),
        Kind::Link => Err(FileError::Special { path: shown(path), kind: "a symbolic link" }),
        Kind::Special(kind) => Err(FileError::Special { path: shown(path), kind }),
    }
}

/// Refuses what is too large to be held twice.
pub(super) fn check_size(path: &Path, bytes: u64, limit: u64) -> Result<(), FileError> {
    match bytes > limit {
        true => Err(FileError::TooLarge { path: shown(path), bytes, limit }),
        false => Ok(()),
    }
}

/// All bytes of an open file, unless they are more than `limit`.
pub(super) fn read_whole(path: &Path, file: &mut File, limit: u64) -> Result<(Vec<u8>, Meta), FileError> {
    let failed = |error| FileError::io(path, "read", error);
    let meta = Meta::of(file).map_err(failed)?;
    let mut content = Vec::with_capacity(meta.size as usize);
    // One byte more than allowed tells a file that grows while it is read.
    file.take(limit + 1).read_to_end(&mut content).map_err(failed)?;
    check_size(path, content.len() as u64, limit)?;
    Ok((content, meta))
}

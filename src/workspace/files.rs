//! One file's bytes and mode, read whole and bounded.

use std::{fmt::Write as _, fs::File, io::Read, path::Path};

use sha2::{Digest, Sha256};

use super::{
    FileError, RelPath, Workspace,
    dir::{Dir, Kind, Meta},
    error::shown,
    locate::{Place, Purpose},
    path,
};

/// The largest file that is read whole: both states of it are held in memory and in the journal.
pub(super) const MAX_FILE: u64 = 8 * 1024 * 1024;

/// A file as it is or shall be.
#[derive(Clone, PartialEq, Eq)]
pub struct FileState {
    /// All its bytes.
    pub content: Vec<u8>,
    /// Permission bits; `None` is 0644 less the umask, as for any new file.
    pub mode: Option<u32>,
}

impl FileState {
    /// SHA-256 of the content, lower-case hex.
    pub fn hash(&self) -> String {
        content_hash(&self.content)
    }
}

impl std::fmt::Debug for FileState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileState({} bytes, mode {:?})", self.content.len(), self.mode)
    }
}

/// SHA-256, lower-case hex.
pub fn content_hash(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

impl Workspace {
    /// A file to read, whole; a link to a file inside the project is followed.
    pub fn read_file(&self, path: &RelPath) -> Result<FileState, FileError> {
        let mut file = self.open_file(path.as_ref())?;
        Ok(read_whole(path.as_ref(), &mut file, MAX_FILE)?.0)
    }

    /// The state a proposal for this path starts from, under the rules of writing: `None` when
    /// there is no file yet. What is refused here would be refused by [`Workspace::prepare`].
    pub fn target_state(&self, path: &RelPath) -> Result<Option<FileState>, FileError> {
        path::check_writable(path)?;
        let place = self.locate(path.as_ref(), Purpose::Write)?;
        Ok(read_target(path, &place)?.map(|(state, _)| state))
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
        Some(mut file) => read_whole(path.as_ref(), &mut file, MAX_FILE).map(Some),
        None => Ok(None),
    }
}

/// All bytes of a regular file in an open folder, unless they are more than `limit`.
pub(super) fn read_in(folder: &Dir, path: &Path, limit: u64) -> Option<Vec<u8>> {
    let mut file = open_regular(path, folder, path.file_name()?, limit).ok()??;
    Some(read_whole(path, &mut file, limit).ok()?.0.content)
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
pub(super) fn read_whole(path: &Path, file: &mut File, limit: u64) -> Result<(FileState, Meta), FileError> {
    let failed = |error| FileError::io(path, "read", error);
    let meta = Meta::of(file).map_err(failed)?;
    let mut content = Vec::with_capacity(meta.size as usize);
    // One byte more than allowed tells a file that grows while it is read.
    file.take(limit + 1).read_to_end(&mut content).map_err(failed)?;
    check_size(path, content.len() as u64, limit)?;
    Ok((FileState { content, mode: Some(meta.mode) }, meta))
}

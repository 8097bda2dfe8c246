//! An image that the user names, read whole: a regular file of bounded size, known by its first bytes.
//! An absolute path is the user's own and may lie anywhere; one from the root stays in the project.

use std::{
    ffi::OsStr,
    fmt, io,
    path::{Path, PathBuf},
};

use super::{
    FileError, Workspace,
    dir::Dir,
    files::{open_regular, read_whole},
    locate::Purpose,
};

/// The largest image that is read; no provider takes a larger one in a request.
pub const MAX_IMAGE: u64 = 10 * 1024 * 1024;

/// An image as it is on disk.
#[derive(Clone, PartialEq, Eq)]
pub struct ImageFile {
    /// `image/png` and the like, by its bytes.
    pub media_type: &'static str,
    /// All its bytes.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for ImageFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImageFile({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// Why an image cannot be shown, to be said after its name.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// Nothing there.
    #[error("there is no such file")]
    Missing,
    /// Something else, whatever it is called.
    #[error("it is no image that models take; PNG, JPEG, GIF and WebP are")]
    Unknown,
    /// More than [`MAX_IMAGE`].
    #[error("it is larger than 10 MiB; save a smaller copy of it")]
    TooLarge,
    /// The path is refused, or the file cannot be read.
    #[error("{0}")]
    File(FileError),
}

impl From<FileError> for ImageError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Missing { .. } => Self::Missing,
            FileError::TooLarge { .. } => Self::TooLarge,
            other => Self::File(other),
        }
    }
}

impl Workspace {
    /// Reads the image that the user calls `named`; `~/` is below `user_home`.
    pub fn read_image(&self, named: &str, user_home: Option<&Path>) -> Result<ImageFile, ImageError> {
        let bytes = match anywhere(named, user_home) {
            Some(path) => read_anywhere(&path)?,
            None => self.read_inside(named)?,
        };
        let media_type = media_type(&bytes).ok_or(ImageError::Unknown)?;
        Ok(ImageFile { media_type, bytes })
    }

    fn read_inside(&self, named: &str) -> Result<Vec<u8>, FileError> {
        let path = self.path(named)?;
        let place = self.locate(path.as_ref(), Purpose::Read)?;
        match place.missing.is_empty() {
            true => read(path.as_ref(), &place.folder, &place.name),
            false => Err(FileError::missing(path.as_ref())),
        }
    }
}

/// The path, if it is not counted from the project's root.
fn anywhere(named: &str, user_home: Option<&Path>) -> Option<PathBuf> {
    match (named.strip_prefix("~/"), user_home) {
        (Some(rest), Some(home)) => Some(home.join(rest)),
        _ => Some(PathBuf::from(named)).filter(|path| path.is_absolute()),
    }
}

/// The links of the user's own paths are the user's own.
fn read_anywhere(path: &Path) -> Result<Vec<u8>, FileError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => FileError::missing(path),
        _ => FileError::io(path, "read", error),
    };
    let real = path.canonicalize().map_err(failed)?;
    let (Some(folder), Some(name)) = (real.parent(), real.file_name()) else {
        return Err(FileError::folder(path));
    };
    read(path, &Dir::open_root(folder).map_err(failed)?, name)
}

fn read(path: &Path, folder: &Dir, name: &OsStr) -> Result<Vec<u8>, FileError> {
    let file = open_regular(path, folder, name, MAX_IMAGE)?;
    let mut file = file.ok_or_else(|| FileError::missing(path))?;
    Ok(read_whole(path, &mut file, MAX_IMAGE)?.0)
}

/// What both OpenAI and DeepSeek take, by the signature that the format begins with.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

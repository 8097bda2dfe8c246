//! A folder held open, and what can be done with one name in it. No call here follows a link or
//! takes more than a single name, so nothing can lead out of the folder, whatever others do to the
//! tree meanwhile.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io,
    os::{fd::OwnedFd, unix::ffi::OsStringExt},
    path::Path,
    sync::Arc,
};

use rustix::{
    fs::{self, AtFlags, FileType, Mode, OFlags, RenameFlags},
    io::Errno,
};

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// An open folder; clones share the handle.
#[derive(Clone, Debug)]
pub(super) struct Dir(Arc<OwnedFd>);

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    Link,
    /// A FIFO, socket or device, by its name for people.
    Special(&'static str),
}

/// The facts about a name that matter here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meta {
    pub(super) kind: Kind,
    pub(super) mode: u32,
    pub(super) size: u64,
    /// When the content was last changed, in nanoseconds since 1970.
    pub(super) modified: i64,
    pub(super) id: FileId,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// Device and inode: what a folder is, however it is spelled.
pub(super) type FileId = (u64, u64);

impl Dir {
    /// Opens a folder by any path: only for the project root.
    pub(super) fn open_root(path: &Path) -> io::Result<Self> {
        let fd = fs::open(path, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Self(Arc::new(fd)))
    }

    /// Opens a folder in this one.
    pub(super) fn open_folder(&self, name: &OsStr) -> io::Result<Self> {
        let fd = fs::openat(&self.0, name, FOLDER, Mode::empty())?;
        Ok(Self(Arc::new(fd)))
    }

    /// Opens a file to read. Never waits: a FIFO without a writer would otherwise block.
    pub(super) fn open_file(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(fs::openat(&self.0, name, flags, Mode::empty())?.into())
    }

    /// Creates a file that must not exist yet; the process's umask takes its part of `mode`.
    pub(super) fn create_file(&self, name: &OsStr, mode: u32) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(fs::openat(&self.0, name, flags, Mode::from_raw_mode(mode))?.into())
    }

    /// What a name stands for; `None` when there is no such name.
    pub(super) fn look(&self, name: &OsStr) -> io::Result<Option<Meta>> {
        match fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(Meta::from_stat(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether there is such a name, as far as can be told.
    pub(super) fn has(&self, name: &str) -> bool {
        matches!(self.look(name.as_ref()), Ok(Some(_)))
    }

    /// Which folder this is.
    pub(super) fn id(&self) -> io::Result<FileId> {
        Ok(Meta::from_stat(&fs::fstat(&self.0)?).id)
    }

    /// Where a link points, as written in it.
    pub(super) fn read_link(&self, name: &OsStr) -> io::Result<OsString> {
        let target = fs::readlinkat(&self.0, name, Vec::new())?;
        Ok(OsString::from_vec(target.into_bytes()))
    }

    /// Puts `from` in the place of `to`, whether or not `to` exists.
    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        Ok(fs::renameat(&self.0, from, &self.0, to)?)
    }

    /// Renames only where nothing is in the way. A file system without that call gets a plain
    /// rename: the caller has looked just before.
    pub(super) fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        match fs::renameat_with(&self.0, from, &self.0, to, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => self.rename(from, to),
            other => Ok(other?),
        }
    }

    pub(super) fn remove_file(&self, name: &OsStr) -> io::Result<()> {
        Ok(fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    pub(super) fn make_folder(&self, name: &OsStr) -> io::Result<()> {
        Ok(fs::mkdirat(&self.0, name, Mode::from_raw_mode(0o777))?)
    }

    /// Removes a folder if it is empty.
    pub(super) fn remove_folder(&self, name: &OsStr) -> io::Result<()> {
        Ok(fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }

    /// Makes created, renamed and removed names durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(fs::fsync(&self.0)?)
    }

    /// A handle of its own on the same folder, whose lock is nobody else's.
    pub(super) fn reopen(&self) -> io::Result<File> {
        Ok(fs::openat(&self.0, ".", FOLDER, Mode::empty())?.into())
    }

    /// The names in this folder with their kinds, unsorted.
    pub(super) fn entries(&self) -> io::Result<Vec<(OsString, Kind)>> {
        let mut found = Vec::new();
        for entry in fs::Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = OsString::from_vec(entry.file_name().to_bytes().to_vec());
            if name == "." || name == ".." {
                continue;
            }
            let kind = match entry.file_type() {
                FileType::Unknown => self.look(&name)?.map(|meta| meta.kind),
                known => Some(Kind::from_type(known)),
            };
            found.extend(kind.map(|kind| (name, kind)));
        }
        Ok(found)
    }
}

impl Kind {
    fn from_type(kind: FileType) -> Self {
        match kind {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Folder,
            FileType::Symlink => Self::Link,
            FileType::Fifo => Self::Special("a named pipe"),
            FileType::Socket => Self::Special("a socket"),
            _ => Self::Special("a device"),
        }
    }
}

impl Meta {
    /// The facts about an open file.
    pub(super) fn of(file: &File) -> io::Result<Self> {
        Ok(Self::from_stat(&fs::fstat(file)?))
    }

    #[allow(clippy::unnecessary_cast, reason = "the fields differ in width between systems")]
    fn from_stat(stat: &fs::Stat) -> Self {
        Self {
            kind: Kind::from_type(FileType::from_raw_mode(stat.st_mode)),
            mode: (stat.st_mode as u32) & 0o7777,
            size: stat.st_size as u64,
            modified: (stat.st_mtime as i64)
                .saturating_mul(1_000_000_000)
                .saturating_add(stat.st_mtime_nsec as i64),
            id: (stat.st_dev as u64, stat.st_ino as u64),
            uid: stat.st_uid as u32,
            gid: stat.st_gid as u32,
        }
    }
}

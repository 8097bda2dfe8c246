//! Who is working on what: an owner is a running program that shares the database.
//!
//! Each owner holds a file in `owners/` beside the database locked for as long as it lives. The
//! kernel lets go of the lock however the program ends, kill -9 and power cut included, and process
//! numbers, clocks and namespaces play no part. A missing file means the same as an unlocked one.

use std::{
    ffi::OsStr,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use tempfile::NamedTempFile;

/// The owners of one database, and this program's own mark among them.
#[derive(Debug)]
pub(super) struct Owners {
    /// `None` for a database in memory, which nobody shares.
    folder: Option<PathBuf>,
    me: Mutex<Option<NamedTempFile>>,
}

impl Owners {
    /// The owners of the database file at `path`.
    pub(super) fn beside(path: &Path) -> Self {
        let folder = path.with_file_name("owners");
        Self { folder: Some(folder), me: Mutex::default() }
    }

    /// The only owner of a database in memory.
    pub(super) fn alone() -> Self {
        Self { folder: None, me: Mutex::default() }
    }

    /// This program's name among the owners. The mark is made at the first call, so that programs
    /// that only look leave no trace; it goes away with the store.
    pub(super) fn me(&self) -> io::Result<String> {
        let Some(folder) = &self.folder else {
            return Ok("alone".to_owned());
        };
        let mut me = self.me.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = match me.take() {
            Some(mark) => mark,
            None => claim(folder)?,
        };
        Ok(name_of(me.insert(mark).path()))
    }

    /// Whether the owner `name` still runs. When in doubt it does: nobody's live work is closed.
    pub(super) fn is_alive(&self, name: &str) -> bool {
        match &self.folder {
            None => true,
            Some(folder) => is_locked(&folder.join(name)),
        }
    }
}

/// Makes and locks a new mark, after sweeping away those of the dead.
fn claim(folder: &Path) -> io::Result<NamedTempFile> {
    super::open::make_private_folder(folder)?;
    sweep(folder)?;
    loop {
        let mark = tempfile::Builder::new().prefix("").suffix(".lock").rand_bytes(20).tempfile_in(folder)?;
        match mark.as_file().try_lock() {
            // Another program's sweep may have come between creation and lock; whatever still
            // stands once it is locked is safe from every sweep.
            Ok(()) if mark.path().exists() => return Ok(mark),
            Ok(()) | Err(TryLockError::WouldBlock) => continue,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("lock")) {
            remove_dead(&path);
        }
    }
    Ok(())
}

/// Removes a mark while holding a lock on it. Failing is harmless: an unlocked mark means "dead" too.
fn remove_dead(path: &Path) {
    if let Ok(file) = File::open(path)
        && file.try_lock_shared().is_ok()
    {
        let _ = fs::remove_file(path);
    }
}

/// Whether an owner holds it. A shared lock tells: those who look at the same moment, as instances
/// that start together do, must not take each other for the owner.
fn is_locked(path: &Path) -> bool {
    match File::open(path) {
        Ok(file) => file.try_lock_shared().is_err(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn those_who_look_do_not_keep_the_dead_alive() {
        let home = tempfile::tempdir().unwrap();
        let owners = Owners::beside(&home.path().join("mira.db"));
        let me = owners.me().unwrap();
        assert!(owners.is_alive(&me));
        let dead = home.path().join("owners/dead.lock");
        let looking = File::create(&dead).unwrap();
        looking.try_lock_shared().unwrap();
        assert!(!owners.is_alive("dead.lock"));
        let other = Owners::beside(&home.path().join("mira.db"));
        other.me().unwrap();
        assert!(!dead.exists(), "swept though another one looks");
        assert!(owners.is_alive(&me), "the living are not swept");
    }
}

//! Which checkout of a repository the project is, read from its `.git` without asking git; and
//! whether that repository knows the project as its own.

use std::{
    fs::{self, DirEntry, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::protocol::Checkout;

/// Most bytes that are read of a file of git's; the configuration is the longest.
const MAX_READ: u64 = 64 * 1024;

/// What `.git` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) kind: Checkout,
    /// Else `.git` leads to a repository that does not name this folder: it may be anybody's.
    pub(super) is_own: bool,
}

/// `None` where there is no `.git` that git would take for one.
pub(super) fn find(root: &Path) -> Option<Place> {
    let git = root.join(".git");
    let kind = git.symlink_metadata().ok()?.file_type();
    if kind.is_dir() {
        return Some(Place { kind: Checkout::Main, is_own: is_whole(&git) });
    }
    if kind.is_symlink() {
        return Some(Place { kind: Checkout::Main, is_own: false });
    }
    let said = small(&git)?;
    let folder = root.join(said.strip_prefix("gitdir:")?.trim()).canonicalize().ok()?;
    Some(elsewhere(&folder, root))
}

fn elsewhere(folder: &Path, root: &Path) -> Place {
    if let Some(common) = small(&folder.join("commondir")) {
        return Place { kind: Checkout::Worktree, is_own: is_listed(folder, &common, root) };
    }
    let is_own = is_whole(folder) && worktree(folder).is_some_and(|named| is_same(&named, root));
    let is_module = folder.iter().any(|part| part == "modules");
    Place { kind: if is_module { Checkout::Submodule } else { Checkout::Main }, is_own }
}

/// Whether a linked worktree lies in the list of its repository, and leads back to the project.
fn is_listed(folder: &Path, common: &str, root: &Path) -> bool {
    let list = folder.parent().filter(|list| list.ends_with("worktrees")).and_then(Path::parent);
    let back = small(&folder.join("gitdir")).map(|back| folder.join(back.trim()));
    list.is_some_and(|list| is_whole(list) && is_same(&folder.join(common.trim()), list))
        && back.as_deref().and_then(Path::parent).is_some_and(|back| is_same(back, root))
}

/// Whether a repository holds its commits itself, and does not borrow those of another one.
fn is_whole(folder: &Path) -> bool {
    let is_absent = |name: &str| folder.join(name).symlink_metadata().is_err();
    is_absent("commondir")
        && is_absent("objects/info/alternates")
        && (is_absent("objects") || is_plain(&folder.join("objects")))
}

/// A folder without links in it, and none itself.
fn is_plain(folder: &Path) -> bool {
    let is_folder = folder.symlink_metadata().is_ok_and(|found| found.is_dir());
    let is_link = |entry: &io::Result<DirEntry>| {
        entry.as_ref().is_ok_and(|entry| entry.file_type().is_ok_and(|kind| kind.is_symlink()))
    };
    is_folder && fs::read_dir(folder).is_ok_and(|mut entries| !entries.any(|entry| is_link(&entry)))
}

/// `core.worktree` as git writes it into the configuration of a submodule.
fn worktree(folder: &Path) -> Option<PathBuf> {
    let config = small(&folder.join("config"))?;
    let mut lines = config.lines().map(str::trim).skip_while(|line| *line != "[core]").skip(1);
    let value = lines
        .by_ref()
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix("worktree")?.trim_start().strip_prefix('='))?;
    Some(folder.join(value.trim()))
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// The text of a small regular file; a pipe would never end.
fn small(path: &Path) -> Option<String> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mut text = String::new();
    File::open(path).ok()?.take(MAX_READ).read_to_string(&mut text).ok()?;
    Some(text)
}

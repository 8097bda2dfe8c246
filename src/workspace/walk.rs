//! The files of a project, without what `.gitignore` and `.miraignore` leave out. Hidden files are
//! there, git's and Mira's own data are not. Breadth first, so that a walk cut short has seen the
//! upper levels. Links are named but not followed: loops cannot happen.
//!
//! The ignore files are read through our own handles, since in a hostile tree one may be a pipe or a
//! link to an endless device.

use std::{
    collections::VecDeque,
    ffi::OsStr,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};

use super::{
    FileError, Halt, Stopped, Workspace,
    dir::{Dir, Kind, Meta},
    path::TEMPORARY,
    protected,
};

/// The later one wins, per folder.
const IGNORE_FILES: [&str; 2] = [".gitignore", ".miraignore"];

/// A larger ignore file is not one.
const MAX_IGNORE_FILE: u64 = 1024 * 1024;

/// As many entries as are held in memory: a few times the largest known repositories.
const MAX_ENTRIES: usize = 1_000_000;

/// Deeper folders are not entered.
const MAX_DEPTH: usize = 128;

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) entries: Vec<Entry>,
    pub(super) stopped: Option<Stopped>,
}

/// A name in the tree.
#[derive(Debug)]
pub(super) struct Entry {
    /// From the project root.
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
}

/// The ignore rules that hold in one folder, innermost first.
struct Rules {
    outer: Option<Arc<Rules>>,
    /// The folder, from the project root.
    base: PathBuf,
    own: Gitignore,
}

impl Workspace {
    /// Walks the tree below `from` (the root for an empty path). Folders below that cannot be opened
    /// are left out.
    pub(super) fn walk(&self, from: &Path, halt: &Halt) -> Result<Found, FileError> {
        self.open_folder(from)?;
        let mut found = Found::default();
        let mut ahead = VecDeque::from([(from.to_owned(), self.rules_above(from))]);
        while let Some((path, rules)) = ahead.pop_front() {
            let too_many = found.entries.len() > MAX_ENTRIES;
            found.stopped = halt.reached().or(too_many.then_some(Stopped::TooMany));
            if found.stopped.is_some() {
                break;
            }
            let Ok(dir) = self.open_folder(&path) else {
                continue;
            };
            let rules = Rules::extend(rules, &path, &dir);
            for entry in self.entries(&path, &dir, rules.as_deref()) {
                if entry.kind == Kind::Folder && entry.path.iter().count() < MAX_DEPTH {
                    ahead.push_back((entry.path.clone(), rules.clone()));
                }
                found.entries.push(entry);
            }
        }
        Ok(found)
    }

    /// The visible names of one folder, sorted.
    fn entries(&self, path: &Path, dir: &Dir, rules: Option<&Rules>) -> Vec<Entry> {
        let names = dir.entries().unwrap_or_default().into_iter();
        let all = names.map(|(name, kind)| Entry { path: path.join(name), kind });
        let mut seen: Vec<Entry> = all.filter(|entry| self.is_visible(entry, rules)).collect();
        seen.sort_by(|a, b| a.path.cmp(&b.path));
        seen
    }

    fn is_visible(&self, entry: &Entry, rules: Option<&Rules>) -> bool {
        let name = entry.path.file_name().unwrap_or_default().to_string_lossy();
        let own = protected::is_git(&name) || name.starts_with(TEMPORARY) || self.state.holds(&entry.path);
        let is_folder = entry.kind == Kind::Folder;
        !own && !rules.is_some_and(|rules| rules.ignore(&entry.path, is_folder))
    }

    /// The rules of the folders above `from`, outermost first read: git's private excludes.
    fn rules_above(&self, from: &Path) -> Option<Arc<Rules>> {
        let info = self.dir.open_folder(".git".as_ref()).and_then(|git| git.open_folder("info".as_ref()));
        let excludes = info.ok().and_then(|info| read_lines(&info, "exclude".as_ref()));
        let mut rules = excludes.and_then(|text| Rules::parse(None, Path::new(""), &[text]));
        let mut above: Vec<&Path> = from.ancestors().skip(1).collect();
        above.reverse();
        for path in above {
            if let Ok(dir) = self.open_folder(path) {
                rules = Rules::extend(rules, path, &dir);
            }
        }
        rules
    }
}

impl Rules {
    /// The rules in `dir`: those above it and its own, if it has any.
    fn extend(outer: Option<Arc<Self>>, path: &Path, dir: &Dir) -> Option<Arc<Self>> {
        let files = IGNORE_FILES.iter().filter_map(|name| read_lines(dir, name.as_ref()));
        let texts: Vec<String> = files.collect();
        match texts.is_empty() {
            true => outer,
            false => Self::parse(outer, path, &texts),
        }
    }

    /// Later lines win. A line that is no pattern is passed over, as git does.
    fn parse(outer: Option<Arc<Self>>, base: &Path, texts: &[String]) -> Option<Arc<Self>> {
        let mut builder = GitignoreBuilder::new(".");
        for line in texts.iter().flat_map(|text| text.lines()) {
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(own) => Some(Arc::new(Self { outer, base: base.to_owned(), own })),
            Err(_) => outer,
        }
    }

    fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        let below = path.strip_prefix(&self.base).unwrap_or(path);
        match self.own.matched(below, is_folder) {
            Match::Ignore(_) => true,
            Match::Whitelist(_) => false,
            Match::None => self.outer.as_ref().is_some_and(|outer| outer.ignore(path, is_folder)),
        }
    }
}

/// A small regular file as text; anything else counts as absent.
fn read_lines(dir: &Dir, name: &OsStr) -> Option<String> {
    let is_small_file = |meta: &Meta| meta.kind == Kind::File && meta.size <= MAX_IGNORE_FILE;
    dir.look(name).ok()?.filter(is_small_file)?;
    let file = dir.open_file(name).ok()?;
    Meta::of(&file).ok().filter(is_small_file)?;
    let mut bytes = Vec::new();
    file.take(MAX_IGNORE_FILE).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

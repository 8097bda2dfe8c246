//! A look at the project: which files are new, changed, touched or gone, with the facts of those that
//! changed. Several threads; what is found is told at once, so that a look cut short leaves what it found.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
    time::{Duration, SystemTime},
};

use super::{IndexedFile, LeftOut, Limits, Sighting, Stamp, Survey, indexed};
use crate::workspace::{
    FileError, Halt, Workspace, content_hash,
    dir::{Dir, Kind, Meta},
    files::read_in,
    symbols::{Symbol, language_name},
    text,
};

/// More threads only wait for the disk.
const MAX_THREADS: usize = 4;

/// A file changed so recently could change again within the same tick of the file system's clock: it
/// is looked at once more next time.
const FRESH: Duration = Duration::from_millis(1_500);

impl Workspace {
    /// Compares the project with what is `known` of it and tells `each` difference, from several threads.
    pub fn survey(
        &self,
        known: &HashMap<String, Stamp>,
        limits: &Limits,
        halt: &Halt,
        each: impl Fn(Sighting) + Sync,
    ) -> Result<Survey, FileError> {
        let found = self.walk(Path::new(""), halt)?;
        let files = found.entries.into_iter().filter(|entry| entry.kind == Kind::File);
        let mut paths: Vec<PathBuf> = files.map(|entry| entry.path).collect();
        let beyond = paths.len().saturating_sub(limits.files);
        paths.truncate(limits.files);
        let look = Look {
            workspace: self,
            known,
            limits,
            halt,
            next: AtomicUsize::new(0),
            bytes: AtomicU64::new(0),
            by_name: AtomicUsize::new(0),
            now: nanoseconds(SystemTime::now()),
        };
        let folders = by_folder(&paths);
        look.run(&folders, &each);
        let is_cut = found.stopped.is_some() || halt.reached().is_some();
        let gone = if is_cut { Vec::new() } else { gone(known, &paths) };
        let left_out = LeftOut { beyond, by_name: look.by_name.into_inner() };
        Ok(Survey { gone, left_out, is_cut })
    }
}

/// Files by the folder that they lie in: each folder is opened once.
fn by_folder(paths: &[PathBuf]) -> Vec<(&Path, Vec<&Path>)> {
    let mut folders: Vec<(&Path, Vec<&Path>)> = Vec::new();
    for path in paths {
        let folder = path.parent().unwrap_or(Path::new(""));
        match folders.last_mut() {
            Some((last, files)) if *last == folder => files.push(path),
            _ => folders.push((folder, vec![path])),
        }
    }
    folders
}

fn gone(known: &HashMap<String, Stamp>, paths: &[PathBuf]) -> Vec<String> {
    let there: HashSet<&str> = paths.iter().filter_map(|path| path.to_str()).collect();
    let gone = known.keys().filter(|path| !there.contains(path.as_str()));
    gone.cloned().collect()
}

fn nanoseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// A look under way.
struct Look<'a> {
    workspace: &'a Workspace,
    known: &'a HashMap<String, Stamp>,
    limits: &'a Limits,
    halt: &'a Halt,
    /// The file whose turn it is.
    next: AtomicUsize,
    bytes: AtomicU64,
    by_name: AtomicUsize,
    now: i64,
}

impl Look<'_> {
    fn run(&self, folders: &[(&Path, Vec<&Path>)], each: &(impl Fn(Sighting) + Sync)) {
        let files: Vec<(Dir, &Path, Meta)> = folders.iter().flat_map(|folder| self.files(folder)).collect();
        let changed: Vec<&(Dir, &Path, Meta)> = files.iter().filter(|file| self.is_news(file)).collect();
        if !changed.is_empty() {
            each(Sighting::Ahead(changed.len()));
        }
        let threads = thread::available_parallelism().map_or(1, |n| n.get()).min(MAX_THREADS);
        thread::scope(|scope| {
            for _ in 0..threads.min(changed.len().div_ceil(8)) {
                scope.spawn(|| self.work(&changed, each));
            }
        });
    }

    /// The files of one folder that are there, with what their names say.
    fn files<'p>(&self, (folder, paths): &(&Path, Vec<&'p Path>)) -> Vec<(Dir, &'p Path, Meta)> {
        let Ok(dir) = self.workspace.open_folder(folder) else {
            return Vec::new();
        };
        let meta = |path: &Path| dir.look(path.file_name()?).ok().flatten();
        let there = paths.iter().filter_map(|path| Some((dir.clone(), *path, meta(path)?)));
        there.filter(|(_, path, _)| path.to_str().is_some()).collect()
    }

    fn is_news(&self, (_, path, meta): &(Dir, &Path, Meta)) -> bool {
        let known = path.to_str().and_then(|path| self.known.get(path));
        let is_known = known.is_some_and(|stamp| {
            stamp.modified != 0 && (stamp.size, stamp.modified) == (meta.size, meta.modified)
        });
        if is_known {
            self.bytes.fetch_add(meta.size, Ordering::Relaxed);
            let is_by_name = known.is_some_and(|stamp| stamp.hash.is_empty());
            self.by_name.fetch_add(usize::from(is_by_name), Ordering::Relaxed);
        }
        !is_known
    }

    fn work(&self, files: &[&(Dir, &Path, Meta)], each: &(impl Fn(Sighting) + Sync)) {
        while self.halt.reached().is_none() {
            let Some((dir, path, meta)) = files.get(self.next.fetch_add(1, Ordering::Relaxed)) else {
                break;
            };
            if let Some(sighting) = self.sighting(dir, path, meta) {
                each(sighting);
            }
        }
    }

    fn sighting(&self, dir: &Dir, path: &Path, meta: &Meta) -> Option<Sighting> {
        let shown = path.to_str()?.to_owned();
        let is_fresh = self.now - meta.modified < FRESH.as_nanos() as i64;
        let modified = if is_fresh { 0 } else { meta.modified };
        let mut stamp = Stamp { size: meta.size, modified, hash: String::new() };
        let content = self.content(dir, path, meta);
        if content.is_none() {
            self.by_name.fetch_add(1, Ordering::Relaxed);
        }
        stamp.hash = content.as_deref().map(content_hash).unwrap_or_default();
        let known = self.known.get(&shown);
        if known.is_some_and(|known| known.hash == stamp.hash) {
            return (known != Some(&stamp)).then_some(Sighting::Touched { path: shown, stamp });
        }
        let (file, symbols) = known_of(shown, content.as_deref());
        Some(Sighting::Changed { file, stamp, symbols })
    }

    /// All bytes of a file within the limits.
    fn content(&self, dir: &Dir, path: &Path, meta: &Meta) -> Option<Vec<u8>> {
        let before = self.bytes.fetch_add(meta.size, Ordering::Relaxed);
        let fits = meta.size <= self.limits.file_bytes && before + meta.size <= self.limits.total_bytes;
        fits.then(|| read_in(dir, path, self.limits.file_bytes)).flatten()
    }
}

fn known_of(path: String, content: Option<&[u8]>) -> (IndexedFile, Vec<Symbol>) {
    let text = content.and_then(|content| text::decode(content).ok()).filter(|_| !is_locked_list(&path));
    match text {
        Some(text) => indexed(&path, &text),
        None => {
            let language = language_name(&path, "").map(str::to_owned);
            (IndexedFile { path, language, terms: Vec::new() }, Vec::new())
        }
    }
}

/// Lists that package managers write: long, and about other people's code.
fn is_locked_list(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_lock = name.ends_with(".lock") || name.ends_with("-lock.json") || name.ends_with("-lock.yaml");
    is_lock || name == "go.sum" || name.contains(".min.")
}

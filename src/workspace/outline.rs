//! The shape of a project in a few lines, for a prompt: upper levels by name, what does not fit as a
//! count.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    path::{Path, PathBuf},
};

use super::{
    FileError, Halt, Stopped, Workspace,
    dir::Kind,
    error::shown,
    walk::{Entry, Found},
};

/// A bounded file tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// A line an entry, indented by two spaces a level. Folders end with `/`; one that is not
    /// spelled out has its number of files behind it.
    pub text: String,
    /// Files seen.
    pub files: usize,
    /// Whether parts of the tree were not looked at; the counts are then too low.
    pub stopped: Option<Stopped>,
}

/// One walk over a project, for several questions about its shape.
#[derive(Debug)]
pub struct Shape(Found);

impl Workspace {
    /// Walks over the project.
    pub fn shape(&self, halt: &Halt) -> Result<Shape, FileError> {
        self.walk(Path::new(""), halt).map(Shape)
    }
}

impl Shape {
    /// The tree in at most `max_entries` lines.
    pub fn outline(&self, max_entries: usize) -> Outline {
        let tree = Tree::new(&self.0.entries);
        let text = tree.draw(max_entries);
        Outline { text, files: tree.count(Path::new("")), stopped: self.0.stopped }
    }

    /// The first `max` files below the root's own level that end with one of `names`, sorted.
    pub fn files_named(&self, names: &[String], max: usize) -> Vec<String> {
        let paths = self.0.entries.iter().filter(|entry| entry.kind != Kind::Folder).map(|entry| &entry.path);
        let is_named = |path: &&PathBuf| {
            names.iter().any(|name| path.ends_with(name) && !path.as_os_str().eq(name.as_str()))
        };
        let mut found: Vec<String> = paths.filter(is_named).map(|path| shown(path)).collect();
        found.sort();
        found.truncate(max);
        found
    }
}

/// Entries by the folder they are in.
struct Tree<'a> {
    children: HashMap<&'a Path, Vec<&'a Entry>>,
    /// Files below each folder, at any depth.
    files: HashMap<&'a Path, usize>,
}

impl<'a> Tree<'a> {
    fn new(entries: &'a [Entry]) -> Self {
        let mut tree = Self { children: HashMap::new(), files: HashMap::new() };
        for entry in entries {
            let parent = entry.path.parent().unwrap_or(Path::new(""));
            tree.children.entry(parent).or_default().push(entry);
            if entry.kind != Kind::Folder {
                for folder in entry.path.ancestors().skip(1) {
                    *tree.files.entry(folder).or_default() += 1;
                }
            }
        }
        tree
    }

    fn count(&self, folder: &Path) -> usize {
        self.files.get(folder).copied().unwrap_or_default()
    }

    fn children(&self, folder: &Path) -> &[&'a Entry] {
        self.children.get(folder).map_or(&[], Vec::as_slice)
    }

    fn draw(&self, max_entries: usize) -> String {
        let top = self.children(Path::new(""));
        let shown_top = &top[..top.len().min(max_entries)];
        let open = self.choose(shown_top, max_entries - shown_top.len());
        let mut text = String::new();
        self.lines(shown_top, 0, &open, &mut text);
        if top.len() > shown_top.len() {
            text.push_str(&format!("… {} more\n", top.len() - shown_top.len()));
        }
        text
    }

    /// The folders to spell out, upper levels first, as long as all their entries fit.
    fn choose(&self, top: &[&'a Entry], mut room: usize) -> HashSet<&'a Path> {
        let mut open = HashSet::new();
        let mut ahead: VecDeque<&Entry> = top.iter().copied().collect();
        while let Some(entry) = ahead.pop_front() {
            let children = self.children(&entry.path);
            if !children.is_empty() && children.len() <= room {
                room -= children.len();
                open.insert(entry.path.as_path());
                ahead.extend(children);
            }
        }
        open
    }

    fn lines(&self, entries: &[&Entry], depth: usize, open: &HashSet<&Path>, text: &mut String) {
        for entry in entries {
            let name = shown(Path::new(entry.path.file_name().unwrap_or_default()));
            text.push_str(&"  ".repeat(depth));
            text.push_str(&name);
            match entry.kind {
                Kind::Folder if open.contains(entry.path.as_path()) => {
                    text.push_str("/\n");
                    self.lines(self.children(&entry.path), depth + 1, open, text);
                }
                Kind::Folder => text.push_str(&format!("/ ({})\n", files(self.count(&entry.path)))),
                _ => text.push('\n'),
            }
        }
    }
}

fn files(count: usize) -> String {
    match count {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    }
}

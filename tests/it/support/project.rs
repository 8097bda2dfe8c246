//! Projects on disk, described as text.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// A project in a temporary folder that goes with it.
pub(crate) struct Project {
    dir: TempDir,
}

impl Project {
    /// Writes the files that `text` describes: a line `//- src/main.rs` names a file, the lines up to
    /// the next such line are its content. Indentation that all lines share is taken away.
    pub(crate) fn new(text: &str) -> Self {
        let project = Self { dir: tempfile::tempdir().unwrap() };
        for file in unindent(text).split("//- ").skip(1) {
            let (path, content) = file.split_once('\n').unwrap_or((file, ""));
            project.write(path.trim(), content);
        }
        project
    }

    /// The project's folder, without symbolic links in its path.
    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    /// Writes a file, with the folders it needs.
    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// A file's content.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.path().join(path)).unwrap()
    }

    /// All files, sorted, with `/` between folders.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        collect_files(self.dir.path(), self.dir.path(), &mut files);
        files.sort();
        files
    }

    /// Everything there is, hidden or not: files with their content, folders with none.
    pub(crate) fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        collect_tree(self.dir.path(), "", &mut tree);
        tree
    }
}

/// What lies in a project, by path.
pub(crate) type Tree = BTreeMap<String, Option<String>>;

fn collect_tree(dir: &Path, above: &str, tree: &mut Tree) {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{above}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect_tree(&entry.path(), &format!("{path}/"), tree);
            tree.insert(path, None);
        } else {
            tree.insert(path, Some(fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

fn collect_files(root: &Path, dir: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect_files(root, &path, files),
            false => files.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/")),
        }
    }
}

fn unindent(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let shared = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines = text.lines().map(|line| line.get(shared..).unwrap_or_default());
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_project_is_described_as_text() {
    let project = Project::new(
        "
        //- src/main.rs
        fn main() {
            println!();
        }
        //- empty.txt
        ",
    );
    assert_eq!(project.files(), ["empty.txt", "src/main.rs"]);
    assert_eq!(project.read("src/main.rs"), "fn main() {\n    println!();\n}\n");
    assert!(project.root().is_absolute());
}

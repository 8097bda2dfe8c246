//! A project in a temporary folder, with a neighbour that nothing may ever touch.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use mira::workspace::{
    FileError, FileState, Halt, Workspace,
    apply::{ApplyError, Change, Plan, PlannedWrite},
    content_hash,
};
use tempfile::TempDir;

/// The project, Mira's state and the neighbour side by side.
pub(crate) struct Project {
    pub(crate) base: TempDir,
    pub(crate) workspace: Workspace,
}

impl Project {
    /// A project with these files; `name => content`.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let base = TempDir::new().unwrap();
        for folder in ["project/.git", "home", "outside"] {
            fs::create_dir_all(base.path().join(folder)).unwrap();
        }
        fs::write(base.path().join("outside/secret"), "untouched").unwrap();
        for (path, content) in files {
            let path = base.path().join("project").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let workspace = Workspace::open(&base.path().join("project"), &base.path().join("home")).unwrap();
        Self { base, workspace }
    }

    pub(crate) fn at(&self, path: impl AsRef<Path>) -> std::path::PathBuf {
        self.workspace.root().join(path)
    }

    pub(crate) fn outside(&self) -> std::path::PathBuf {
        self.base.path().join("outside")
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    /// A write based on what the file holds now.
    pub(crate) fn write(&self, path: &str, content: Option<&str>) -> PlannedWrite {
        PlannedWrite {
            path: self.workspace.write_path(path).unwrap(),
            expected_before: fs::read(self.at(path)).ok().map(|bytes| content_hash(&bytes)),
            content: content.map(|text| text.into()),
            mode: None,
        }
    }

    pub(crate) fn prepare(&self, writes: Vec<PlannedWrite>) -> Result<Change, ApplyError> {
        self.workspace.prepare(Plan { writes, remove_dirs: Vec::new() })
    }

    pub(crate) fn apply(&self, writes: Vec<PlannedWrite>) -> Result<Change, ApplyError> {
        let change = self.prepare(writes)?;
        self.workspace.commit(&change)?;
        Ok(change)
    }

    pub(crate) fn undo(&self, change: &Change) -> Result<Change, ApplyError> {
        let writes = change.files.iter().map(|file| PlannedWrite {
            path: file.path.clone(),
            expected_before: file.after.as_ref().map(FileState::hash),
            content: file.before.as_ref().map(|state| state.content.clone()),
            mode: file.before.as_ref().and_then(|state| state.mode),
        });
        let remove_dirs = change.created_dirs.iter().rev().cloned().collect();
        let change = self.workspace.prepare(Plan { writes: writes.collect(), remove_dirs })?;
        self.workspace.commit(&change)?;
        Ok(change)
    }

    /// Spelling to disk, as a model's file goes.
    pub(crate) fn write_spelled(&self, spelling: &str, content: &str) -> Result<(), String> {
        let path = self.workspace.write_path(spelling).map_err(|e| e.to_string())?;
        let before = self.workspace.target_state(&path).map_err(|e: FileError| e.to_string())?;
        let write = PlannedWrite {
            path,
            expected_before: before.map(|state| state.hash()),
            content: Some(content.into()),
            mode: None,
        };
        self.apply(vec![write]).map(drop).map_err(|e| e.to_string())
    }

    pub(crate) fn read_spelled(&self, spelling: &str) -> Result<String, String> {
        let path = self.workspace.path(spelling).map_err(|e| e.to_string())?;
        let state = self.workspace.read_file(&path).map_err(|e| e.to_string())?;
        Ok(String::from_utf8_lossy(&state.content).into_owned())
    }

    /// Every path below the base with its kind, mode and content.
    pub(crate) fn snapshot(&self) -> BTreeMap<String, String> {
        self.snapshot_of("")
    }

    /// The same below one folder of the base.
    pub(crate) fn snapshot_of(&self, folder: &str) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        collect(self.base.path(), &self.base.path().join(folder), &mut all);
        all
    }
}

fn collect(base: &Path, folder: &Path, all: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let meta = path.symlink_metadata().unwrap();
        let name = path.strip_prefix(base).unwrap().to_string_lossy().into_owned();
        let mode = meta.permissions().mode();
        let content = match () {
            () if meta.is_symlink() => format!("-> {}", fs::read_link(&path).unwrap().display()),
            () if meta.is_file() => format!("{mode:o} {}", content_hash(&fs::read(&path).unwrap())),
            () => format!("{mode:o}"),
        };
        all.insert(name, content);
        if meta.is_dir() {
            collect(base, &path, all);
        }
    }
}

/// Long enough for any test.
pub(crate) fn patient() -> Halt {
    Halt::after(Duration::from_secs(60))
}

//! What a change makes anew, looked at as a whole: files that are harmless one by one can make a
//! folder a repository's inside, from which git then takes programs to run.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use crate::workspace::{
    FileError, Workspace,
    error::shown,
    locate::{Place, Purpose},
    protected::is_repository,
};

/// By these names git knows a repository's inside ([`is_repository`]).
const TELLING: [&str; 4] = ["head", "commondir", "objects", "refs"];

/// The new files and folders of a change.
#[derive(Debug, Default)]
pub(super) struct Made(BTreeSet<Name>);

/// A folder and a name in it, in lower case: where case does not tell names apart, git is content
/// with any.
type Name = (PathBuf, String);

impl Made {
    /// Notes a new file and the folders that are made for it.
    pub(super) fn note(&mut self, place: &Place) {
        let real = place.real_path();
        self.0.extend(real.ancestors().take(1 + place.missing.len()).filter_map(name));
    }

    /// Refuses a change after which git would take a folder for a repository's inside.
    pub(super) fn refuse_repositories(&self, workspace: &Workspace) -> Result<(), FileError> {
        let telling = self.0.iter().filter(|(_, name)| TELLING.contains(&name.as_str()));
        let folders: BTreeSet<&Path> = telling.map(|(folder, _)| folder.as_path()).collect();
        let is_bare = |folder: &&Path| {
            is_repository(|name| {
                self.0.contains(&((*folder).to_owned(), name.to_ascii_lowercase()))
                    || exists(workspace, &folder.join(name))
            })
        };
        match folders.into_iter().find(is_bare) {
            Some(folder) => Err(FileError::GitFolder { path: shown(&folder.join("HEAD")) }),
            None => Ok(()),
        }
    }
}

fn name(path: &Path) -> Option<Name> {
    let name = path.file_name().map(OsStr::to_string_lossy)?;
    Some((path.parent()?.to_owned(), name.to_ascii_lowercase()))
}

/// Whether there is such a name; one that cannot be looked at counts.
fn exists(workspace: &Workspace, path: &Path) -> bool {
    match workspace.locate(path, Purpose::Write) {
        Ok(place) => {
            place.missing.is_empty() && place.folder.look(&place.name).is_ok_and(|meta| meta.is_some())
        }
        Err(_) => true,
    }
}

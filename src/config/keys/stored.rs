//! `keys.toml`: for each provider either the key or the word that the OS keyring has it.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, Secret, create_private_directory};

/// Where one key is.
pub(super) enum Place {
    Keyring,
    File(Secret),
}

/// The file's content.
pub(super) struct StoredKeys {
    path: PathBuf,
    places: BTreeMap<String, Place>,
}

/// One line of the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Line {
    Key(String),
    Keyring(bool),
}

impl StoredKeys {
    /// Reads the file; one that is absent has no keys.
    pub(super) fn read(path: PathBuf) -> Result<Self, ConfigError> {
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(source) => {
                return Err(ConfigError::File { action: "read", path, source });
            }
        };
        check_private(&path)?;
        let lines = parse(&path, &text)?;
        let place = |line| match line {
            Line::Key(key) => Place::File(Secret::new(key)),
            Line::Keyring(_) => Place::Keyring,
        };
        let places = lines.into_iter().map(|(name, line)| (name, place(line))).collect();
        Ok(Self { path, places })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn get(&self, provider: &str) -> Option<&Place> {
        self.places.get(provider)
    }

    pub(super) fn put(&mut self, provider: &str, place: Place) -> Result<(), ConfigError> {
        self.places.insert(provider.to_owned(), place);
        self.write()
    }

    pub(super) fn forget(&mut self, provider: &str) -> Result<(), ConfigError> {
        self.places.remove(provider);
        self.write()
    }

    fn write(&self) -> Result<(), ConfigError> {
        self.try_write().map_err(|source| ConfigError::File {
            action: "write",
            path: self.path.clone(),
            source,
        })
    }

    /// Replaces the file in one step; a temporary file is 0600 from its first moment.
    fn try_write(&self) -> io::Result<()> {
        let directory = self.path.parent().unwrap_or(Path::new("."));
        create_private_directory(directory)?;
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(self.to_toml()?.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn to_toml(&self) -> io::Result<String> {
        let line = |place: &Place| match place {
            Place::Keyring => Line::Keyring(true),
            Place::File(key) => Line::Key(key.reveal().to_owned()),
        };
        let lines: BTreeMap<&str, Line> =
            self.places.iter().map(|(name, place)| (name.as_str(), line(place))).collect();
        let toml = toml::to_string(&lines).map_err(io::Error::other)?;
        Ok(format!("# Written by `mira auth`. Keep it to yourself.\n\n{toml}"))
    }
}

/// The parser's own message could quote a key, so only the line is told.
fn parse(path: &Path, text: &str) -> Result<BTreeMap<String, Line>, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        ConfigError::Syntax {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            message: "this is not what `mira auth` writes; set the key again".to_owned(),
        }
    })
}

#[cfg(unix)]
fn check_private(path: &Path) -> Result<(), ConfigError> {
    use std::os::unix::fs::MetadataExt;
    match fs::metadata(path) {
        Ok(metadata) if metadata.mode() & 0o077 != 0 => {
            Err(ConfigError::KeysExposed { path: path.to_owned() })
        }
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn check_private(_path: &Path) -> Result<(), ConfigError> {
    Ok(())
}

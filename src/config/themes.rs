//! The user's own themes: `themes/NAME.toml` beside `config.toml`, as text. What is in them the
//! screen understands.

use std::{fs, io, path::PathBuf};

use super::{ConfigError, Settings};

/// One theme's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeFile {
    /// The file's name without `.toml`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

impl Settings {
    /// The user's themes by name; none while there is no directory for them.
    ///
    /// # Errors
    /// [`ConfigError::File`] for what is there and cannot be read.
    pub fn theme_files(&self) -> Result<Vec<ThemeFile>, ConfigError> {
        let directory = self.config_file.with_file_name("themes");
        let failed = |path: PathBuf| move |source| ConfigError::File { action: "read", path, source };
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(directory)(error)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed(directory.clone()))?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
            if let Some(name) = stem.filter(|_| path.extension().is_some_and(|end| end == "toml")) {
                let text = fs::read_to_string(&path).map_err(failed(path.clone()))?;
                files.push(ThemeFile { name, path, text });
            }
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(files)
    }
}

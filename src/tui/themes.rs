//! The themes at hand: the built-in ones and those in the user's own folder, read once at the start.

use std::{fs, path::PathBuf};

use super::theme::{Depth, Source, Theme, ThemeError};
use crate::config::{ConfigError, Origin, Settings};

/// A larger file is no theme.
const LARGEST: u64 = 256 * 1024;

/// Themes by name, in the colours of this terminal.
#[derive(Debug)]
pub(crate) struct Themes {
    own: Vec<Own>,
    depth: Depth,
}

/// A theme of the user's.
#[derive(Debug)]
struct Own {
    name: String,
    path: PathBuf,
    text: String,
}

impl Themes {
    /// The themes for `settings`, and the one in force.
    ///
    /// # Errors
    /// The theme in force cannot be used.
    pub(crate) fn of(settings: &Settings) -> Result<(Self, Theme), ConfigError> {
        let variable = |name: &str| std::env::var(name).ok();
        let depth = Depth::detect(
            settings.ui.color,
            variable("COLORTERM").as_deref(),
            variable("TERM").as_deref(),
        );
        let themes = Self { own: own(settings), depth };
        let colorfgbg = variable("COLORFGBG");
        let name = Theme::chosen(&settings.ui.theme, colorfgbg.as_deref(), depth);
        let theme = themes.load(name).map_err(|error| ConfigError::Wrong {
            origin: settings.origin("ui.theme").cloned().unwrap_or(Origin::Default),
            message: error.to_string(),
        })?;
        Ok((themes, theme))
    }

    /// Their names.
    pub(crate) fn names(&self) -> Vec<String> {
        Theme::names(&self.sources()).into_iter().map(str::to_owned).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// It does not exist or cannot be used.
    pub(crate) fn load(&self, name: &str) -> Result<Theme, ThemeError> {
        Theme::load(&self.sources(), name, self.depth)
    }

    fn sources(&self) -> Vec<Source<'_>> {
        let source = |own: &'_ Own| -> Source<'_> {
            Source { name: &own.name, path: &own.path, text: &own.text }
        };
        self.own.iter().map(source).collect()
    }
}

/// The files of `themes/` beside the user's settings. What cannot be read is not there.
fn own(settings: &Settings) -> Vec<Own> {
    let folder = settings.config_file.with_file_name("themes");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut own: Vec<Own> = entries.flatten().filter_map(|entry| read(entry.path())).collect();
    own.sort_by(|a, b| a.name.cmp(&b.name));
    own
}

fn read(path: PathBuf) -> Option<Own> {
    let is_theme = path.extension().is_some_and(|extension| extension == "toml");
    let small_file = |meta: fs::Metadata| meta.is_file() && meta.len() <= LARGEST;
    if !is_theme || !fs::metadata(&path).is_ok_and(small_file) {
        return None;
    }
    let name = path.file_stem()?.to_str()?.to_owned();
    let text = fs::read_to_string(&path).ok()?;
    Some(Own { name, path, text })
}

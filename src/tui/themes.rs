//! The themes at hand: the built-in ones and those in the user's own folder, read once at the start.

use super::theme::{Depth, Source, Theme, ThemeError};
use crate::config::{ConfigError, Origin, Settings, ThemeFile};

/// Themes by name, in the colours of this terminal.
#[derive(Debug)]
pub(crate) struct Themes {
    own: Vec<ThemeFile>,
    depth: Depth,
}

impl Themes {
    /// The themes for `settings`, and the one in force.
    ///
    /// # Errors
    /// The theme in force cannot be used.
    pub(crate) fn of(settings: &Settings) -> Result<(Self, Theme), ConfigError> {
        let (colorterm, term) = (settings.variable("COLORTERM"), settings.variable("TERM"));
        let depth = Depth::detect(settings.ui.color, colorterm, term);
        let themes = Self { own: settings.theme_files()?, depth };
        let name = Theme::chosen(&settings.ui.theme, settings.variable("COLORFGBG"), depth);
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
        self.own.iter().map(|own| Source { name: &own.name, path: &own.path, text: &own.text }).collect()
    }
}

//! What can be wrong with a theme. Each `Display` is one sentence that names the place.

use super::Source;

/// A theme that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ThemeError {
    /// No theme has this name.
    #[error("there is no theme `{name}`; {help}")]
    Unknown {
        /// The name as it was given.
        name: String,
        /// What helps.
        help: String,
    },
    /// A theme's file says something that cannot be.
    #[error("{path}:{line}:{column}: {message}")]
    Wrong {
        /// The file.
        path: String,
        /// The line, counted from 1.
        line: usize,
        /// The character in it, counted from 1.
        column: usize,
        /// The rest of the sentence.
        message: String,
    },
}

impl Source<'_> {
    /// An error at a byte of the text.
    pub(super) fn wrong(&self, at: usize, message: impl Into<String>) -> ThemeError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |feed| feed + 1);
        ThemeError::Wrong {
            path: self.path.display().to_string(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.into(),
        }
    }
}

/// `; did you mean …?`, if one of `names` is near to what was said.
pub(super) fn hint<'a>(said: &str, names: impl Iterator<Item = &'a str>) -> String {
    crate::config::similar(said, names.map(str::to_owned))
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

//! Values by name, each with where it came from. A later layer replaces an earlier one.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use super::{ConfigError, schema, value::Value};

/// Who gave a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    Default,
    /// A line of the user's file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// An environment variable.
    Environment(String),
    /// A command-line flag.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File { path, line } => write!(f, "{}:{line}", path.display()),
            Origin::Environment(name) => write!(f, "environment {name}"),
            Origin::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// A value in force.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) path: Vec<String>,
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// What all layers read so far say together.
#[derive(Clone, Debug, Default)]
pub(super) struct Layers(BTreeMap<String, Entry>);

impl Layers {
    /// Checks `text` as the setting at `path` and puts it over what was there.
    pub(super) fn set_text(
        &mut self,
        path: Vec<String>,
        text: &str,
        origin: Origin,
    ) -> Result<(), ConfigError> {
        let known = schema::find(&path).ok_or_else(|| unknown(&path, &origin))?;
        let value = known
            .kind
            .read_text(text)
            .map_err(|message| ConfigError::wrong(&origin, format!("{} {message}", dotted(&path))))?;
        self.set(path, value, origin)
    }

    /// Puts a checked value over what was there.
    pub(super) fn set(&mut self, path: Vec<String>, value: Value, origin: Origin) -> Result<(), ConfigError> {
        check_names(&path, &origin)?;
        self.0.insert(dotted(&path), Entry { path, value, origin });
        Ok(())
    }

    /// The value of `name`, if any layer gives one.
    pub(super) fn get(&self, name: &str) -> Option<&Entry> {
        self.0.get(name)
    }

    /// The text of `name`, if any layer gives one.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match &self.get(name)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// All values, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(name, entry)| (name.as_str(), entry))
    }

    /// The names that stand in the `*` of a family such as `providers`.
    pub(super) fn names_in(&self, family: &str) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .0
            .values()
            .filter(|entry| entry.path.first().is_some_and(|first| first == family))
            .filter_map(|entry| entry.path.get(1).map(String::as_str))
            .collect();
        names.dedup();
        names
    }
}

/// The name as TOML spells it.
pub(super) fn dotted(path: &[String]) -> String {
    let bare =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let parts: Vec<String> =
        path.iter().map(|part| if bare(part) { part.clone() } else { format!("{part:?}") }).collect();
    parts.join(".")
}

/// A provider's name is part of `provider/model`, of an environment variable and of commands.
fn check_names(path: &[String], origin: &Origin) -> Result<(), ConfigError> {
    let good = |name: &str| {
        !name.is_empty()
            && name.len() <= 64
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
    };
    match path {
        [family, name, ..] if family == "providers" && !good(name) => Err(ConfigError::wrong(
            origin,
            format!("a provider's name has only a-z, 0-9, - and _, unlike {name:?}"),
        )),
        _ => Ok(()),
    }
}

/// The error for a name that no setting has.
pub(super) fn unknown(path: &[String], origin: &Origin) -> ConfigError {
    ConfigError::Unknown { origin: origin.clone(), key: dotted(path), help: help(path) }
}

fn help(path: &[String]) -> Option<String> {
    if let [family, name, last] = path
        && family == "providers"
        && ["key", "api_key", "token"].contains(&last.as_str())
    {
        return Some(format!("; keys do not belong into this file: run `mira auth set {name}`"));
    }
    if schema::is_section(path) {
        return Some(": it is a section".to_owned());
    }
    schema::nearest(path).map(|name| format!("; did you mean `{name}`?"))
}

//! The last layer: `--set key=value`, `--planner MODEL`, `--coder MODEL`.

use toml::de::{DeTable, DeValue};

use super::{ConfigError, Origin, layers::Layers};

/// What the flags say, ready to be put over the other layers.
#[derive(Default)]
pub(super) struct Flags(Vec<Flag>);

struct Flag {
    path: Vec<String>,
    text: String,
    origin: Origin,
}

impl Flags {
    /// Reads `key=value` pairs.
    pub(super) fn read(pairs: &[String]) -> Result<Self, ConfigError> {
        pairs.iter().map(|pair| read_pair(pair)).collect::<Result<_, _>>().map(Self)
    }

    /// Adds `--planner` or `--coder`: `provider/model` where the first part is a known provider
    /// (models of gateways have slashes of their own), else a model of the role's provider.
    pub(super) fn add_model(&mut self, role: &str, said: Option<&str>, layers: &Layers) {
        let Some(said) = said else { return };
        let known = |provider: &str| {
            layers.names_in("providers").contains(&provider)
                || self.0.iter().any(|f| f.path.len() == 3 && f.path[1] == provider)
        };
        let model = match said.split_once('/') {
            Some((provider, model)) if known(provider) => {
                self.add(role, "provider", provider);
                model
            }
            _ => said,
        };
        self.add(role, "model", model);
    }

    fn add(&mut self, role: &str, part: &str, text: &str) {
        self.0.push(Flag {
            path: vec!["roles".to_owned(), role.to_owned(), part.to_owned()],
            text: text.to_owned(),
            origin: Origin::Flag(format!("--{role}")),
        });
    }

    /// The provider that the flags give a role.
    pub(super) fn provider_of(&self, role: &str) -> Option<&str> {
        let names = ["roles", role, "provider"];
        self.0.iter().rev().find(|flag| flag.path == names).map(|flag| flag.text.as_str())
    }

    /// Puts the flags over `layers`.
    pub(super) fn apply(self, layers: &mut Layers) -> Result<(), ConfigError> {
        self.0.into_iter().try_for_each(|flag| layers.set_text(flag.path, &flag.text, flag.origin))
    }
}

fn read_pair(pair: &str) -> Result<Flag, ConfigError> {
    let origin = Origin::Flag("--set".to_owned());
    let (path, text) = pair
        .split_once('=')
        .and_then(|(key, value)| Some((key_path(key)?, unquoted(value).to_owned())))
        .ok_or_else(|| ConfigError::wrong(&origin, "expects key=value, as in ui.color=false"))?;
    Ok(Flag { origin: Origin::Flag(format!("--set {}", super::layers::dotted(&path))), path, text })
}

/// The parts of a dotted key, read by TOML's own rules (`models."gpt-4.1".input`).
fn key_path(key: &str) -> Option<Vec<String>> {
    let line = format!("{} = 0", key.trim());
    let document = DeTable::parse(&line).ok()?;
    let (mut table, mut path) = (document.get_ref(), Vec::new());
    loop {
        let mut entries = table.iter();
        let ((key, value), None) = (entries.next()?, entries.next()) else {
            return None;
        };
        path.push(key.get_ref().to_string());
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => return Some(path),
        }
    }
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

//! The environment: a copy taken once, and which variable sets what.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

use super::{ConfigError, Origin, layers::Layers};

/// Environment variables, copied once so that tests and the demo can bring their own.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// The process's own.
    pub fn of_process() -> Self {
        Self(std::env::vars_os().collect())
    }

    /// The value of `name`; an empty one counts as unset.
    ///
    /// # Errors
    /// A value that is not UTF-8.
    pub fn get(&self, name: &str) -> Result<Option<&str>, ConfigError> {
        let Some(value) = self.raw(name) else {
            return Ok(None);
        };
        match value.to_str() {
            Some(text) => Ok(Some(text)),
            None => {
                Err(ConfigError::wrong(&Origin::Environment(name.to_owned()), "the value is not UTF-8 text"))
            }
        }
    }

    /// The absolute path in `name`; a relative one is ignored, as the XDG rules want it.
    pub(super) fn absolute_path(&self, name: &str) -> Option<PathBuf> {
        self.raw(name).map(PathBuf::from).filter(|path| path.is_absolute())
    }

    /// `~/name` within the user's home directory; other paths as they are.
    pub(super) fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.absolute_path("HOME")) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }

    fn raw(&self, name: &str) -> Option<&OsString> {
        self.0.get(std::ffi::OsStr::new(name)).filter(|value| !value.is_empty())
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Names only: values may be keys.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A variable and the setting it gives.
struct Variable {
    name: &'static str,
    setting: &'static str,
    /// Counts only while this role uses this provider: `OPENAI_MODEL`, set for other programs too,
    /// must not rename the model of a local server.
    only_for: Option<(&'static str, &'static str)>,
}

const fn variable(name: &'static str, setting: &'static str) -> Variable {
    Variable { name, setting, only_for: None }
}

const fn model_of(
    provider: &'static str,
    name: &'static str,
    role: &'static str,
    setting: &'static str,
) -> Variable {
    Variable { name, setting, only_for: Some((role, provider)) }
}

/// In order: where two give the same setting, the later one wins.
const VARIABLES: &[Variable] = &[
    variable("MIRA_HOME", "home"),
    variable("DATABASE_URL", "store.database"),
    variable("MIRA_SQLITE_MAX_CONNECTIONS", "store.max_connections"),
    model_of("openai", "OPENAI_MODEL", "planner", "roles.planner.model"),
    model_of("deepseek", "DEEPSEEK_MODEL", "coder", "roles.coder.model"),
    variable("EMBEDDING_MODEL", "roles.embedder.model"),
    model_of("openai", "OPENAI_EMBEDDING_MODEL", "embedder", "roles.embedder.model"),
    variable("EMBEDDING_DIMENSIONS", "roles.embedder.dimensions"),
    variable("OPENAI_BASE_URL", "providers.openai.base_url"),
    variable("DEEPSEEK_BASE_URL", "providers.deepseek.base_url"),
    variable("MIRA_CONNECT_TIMEOUT_MS", "network.connect_timeout_ms"),
    variable("MIRA_FIRST_BYTE_TIMEOUT_MS", "network.first_byte_timeout_ms"),
    variable("MIRA_IDLE_TIMEOUT_MS", "network.idle_timeout_ms"),
    variable("MIRA_TOTAL_TIMEOUT_MS", "network.total_timeout_ms"),
    variable("MIRA_MAX_RETRIES", "network.max_retries"),
    variable("MIRA_RETRY_BASE_MS", "network.retry_base_ms"),
    variable("MIRA_MAX_ROUNDS", "budget.max_rounds"),
    variable("MIRA_MAX_TOKENS", "budget.max_tokens"),
    variable("MIRA_MAX_COST_USD", "budget.max_cost_usd"),
    variable("MIRA_MAX_DURATION_S", "budget.max_duration_s"),
    variable("SALIENCE_MIN_FOR_EMBED", "memory.salience_min_for_embed"),
    variable("EMBED_HEADS", "memory.embed_heads"),
    variable("MAX_RECALLED_MESSAGES", "memory.max_recalled_messages"),
    variable("SUMMARY_GENERATION_INTERVAL", "memory.summary_interval"),
    variable("QDRANT_URL", "qdrant.url"),
    variable("MIRA_HOST", "server.host"),
    variable("MIRA_PORT", "server.port"),
    variable("MIRA_ENV", "server.environment"),
    variable("GIT_ENABLED", "workspace.git"),
    variable("DEFAULT_REPO_PATH", "workspace.default_path"),
    variable("RUST_LOG", "log.filter"),
    variable("LOG_FORMAT", "log.format"),
    variable("NO_COLOR", "ui.color"),
];

/// Puts the environment over `layers`. `provider_of` tells which provider a role will use once
/// all layers are read.
pub(super) fn read(
    environment: &Environment,
    provider_of: impl Fn(&Layers, &str) -> Option<String>,
    layers: &mut Layers,
) -> Result<(), ConfigError> {
    for variable in VARIABLES {
        let Some(text) = environment.get(variable.name)? else {
            continue;
        };
        if let Some((role, provider)) = variable.only_for
            && provider_of(layers, role).as_deref() != Some(provider)
        {
            continue;
        }
        // The convention: any value of NO_COLOR means no.
        let text = if variable.name == "NO_COLOR" { "false" } else { text };
        let path = variable.setting.split('.').map(str::to_owned).collect();
        layers.set_text(path, text, Origin::Environment(variable.name.to_owned()))?;
    }
    Ok(())
}

/// All variables that are read, keys apart.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    VARIABLES.iter().map(|variable| variable.name)
}

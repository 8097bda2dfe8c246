//! What can be wrong with settings and keys. Each `Display` is one sentence that names the place.

use std::{io, path::PathBuf};

use super::Origin;

/// Settings or keys that cannot be used. The program ends with exit code 3.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file is there (or was named) and cannot be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file is not TOML.
    #[error("{}:{line}: not valid TOML: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// No setting has this name.
    #[error("{origin}: there is no setting `{key}`{}", help.as_deref().unwrap_or_default())]
    Unknown {
        /// Who said it.
        origin: Origin,
        /// The name as it was given.
        key: String,
        /// What helps, beginning with its punctuation.
        help: Option<String>,
    },
    /// A setting or key that cannot be what it was said to be.
    #[error("{origin}: {message}")]
    Wrong {
        /// Who said it.
        origin: Origin,
        /// The rest of the sentence.
        message: String,
    },
    /// A provider that was never defined.
    #[error("there is no provider `{name}`; known: {known}")]
    UnknownProvider {
        /// The name as it was given.
        name: String,
        /// The names that would do.
        known: String,
    },
    /// Something that was given as a key and cannot be one.
    #[error("the key for {provider} cannot be used: {reason}")]
    BadKey {
        /// Whose key.
        provider: String,
        /// Why, without the key.
        reason: &'static str,
    },
    /// A key that a role needs and nobody gave.
    #[error("no key for {provider}: run `mira auth set {provider}` or set {key_env}")]
    KeyMissing {
        /// Whose key.
        provider: String,
        /// The environment variable that would hold it.
        key_env: String,
    },
    /// `keys.toml` can be read by other users.
    #[error(
        "{} can be read by other users: run `chmod 600 {}` and replace the keys in it",
        path.display(), path.display()
    )]
    KeysExposed {
        /// The file.
        path: PathBuf,
    },
    /// The OS keyring knows a key but does not hand it out.
    #[error("the OS keyring did not answer for {provider}: {reason}; unlock it, or set {key_env}")]
    Keyring {
        /// Whose key.
        provider: String,
        /// The keyring's reason.
        reason: String,
        /// The environment variable that helps.
        key_env: String,
    },
    /// The user has no home directory to find `config.toml` and `MIRA_HOME` in.
    #[error("this user has no home directory: set MIRA_HOME and XDG_CONFIG_HOME")]
    NoHome,
}

impl ConfigError {
    pub(super) fn wrong(origin: &Origin, message: impl Into<String>) -> Self {
        Self::Wrong { origin: origin.clone(), message: message.into() }
    }
}

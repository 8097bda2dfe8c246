//! Keys of providers: the environment first, then what `mira auth` stored, in the OS keyring or in
//! `keys.toml`, a file that only its owner can read.
//!
//! `keys.toml` says for each provider where its key is. So the keyring is asked only when a key is
//! known to be there: never at a start that does not need it, never in a container.

use std::{fmt, path::PathBuf};

use super::{ConfigError, Environment, Origin, Role, Secret, Settings};

mod keyring;
mod stored;

use stored::{Place, StoredKeys};

/// Where a key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyOrigin {
    /// An environment variable.
    Environment(String),
    /// The OS keyring.
    Keyring,
    /// `keys.toml`.
    File(PathBuf),
}

impl fmt::Display for KeyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyOrigin::Environment(name) => write!(f, "environment {name}"),
            KeyOrigin::Keyring => f.write_str("OS keyring"),
            KeyOrigin::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// The key in the variable `name`.
pub(super) fn from_environment(environment: &Environment, name: &str) -> Result<Option<Secret>, ConfigError> {
    let Some(key) = environment.get(name)? else {
        return Ok(None);
    };
    let wrong = |message| ConfigError::wrong(&Origin::Environment(name.to_owned()), message);
    read_key(key).map(Some).map_err(wrong)
}

/// Checks a key as it was typed or piped. The sentence on failure does not contain it.
fn read_key(typed: &str) -> Result<Secret, &'static str> {
    let key = typed.trim();
    if key.is_empty() {
        return Err("the key is empty");
    }
    let sendable = key.chars().all(|c| c.is_ascii_graphic()) && key.len() <= 4096;
    sendable.then(|| Secret::new(key)).ok_or("a key has only visible ASCII characters, no spaces")
}

impl Settings {
    /// Finds the keys of the providers that `roles` use, as far as there are any.
    ///
    /// # Errors
    /// `keys.toml` is unreadable, damaged or open to others; the keyring holds a key and does not
    /// hand it out.
    pub fn load_keys(&mut self, roles: &[Role]) -> Result<(), ConfigError> {
        let mut names: Vec<String> = roles.iter().map(|role| self.role(*role).provider.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| self.providers.get(name).is_some_and(|found| found.key.is_none()));
        if names.is_empty() {
            return Ok(());
        }
        let store = KeyStore::open(self)?;
        for name in names {
            let key = store.stored_key(self, &name)?;
            if let Some(provider) = self.providers.get_mut(&name) {
                provider.key = key;
            }
        }
        Ok(())
    }

    /// Whether `name` is a provider.
    ///
    /// # Errors
    /// [`ConfigError::UnknownProvider`] with the names that would do.
    pub fn check_provider(&self, name: &str) -> Result<(), ConfigError> {
        if self.providers.contains_key(name) {
            return Ok(());
        }
        let known: Vec<&str> = self.providers.keys().map(String::as_str).collect();
        Err(ConfigError::UnknownProvider { name: name.to_owned(), known: known.join(", ") })
    }

    /// Whether the keys that `roles` need are there.
    ///
    /// # Errors
    /// [`ConfigError::KeyMissing`] for the first that is not.
    pub fn require_keys(&self, roles: &[Role]) -> Result<(), ConfigError> {
        for role in roles {
            let name = &self.role(*role).provider;
            let missing = |p: &&super::ProviderSettings| p.needs_key && p.key.is_none();
            if let Some(provider) = self.providers.get(name).filter(missing) {
                return Err(ConfigError::KeyMissing {
                    provider: name.clone(),
                    key_env: provider.key_env.clone().unwrap_or_default(),
                });
            }
        }
        Ok(())
    }
}

/// What `mira auth` works on.
pub struct KeyStore {
    stored: StoredKeys,
    environment: Environment,
}

impl KeyStore {
    /// Reads which keys are stored.
    ///
    /// # Errors
    /// `keys.toml` is unreadable, damaged or open to others.
    pub fn open(settings: &Settings) -> Result<Self, ConfigError> {
        let stored = StoredKeys::read(settings.home.join("keys.toml"))?;
        Ok(Self { stored, environment: settings.environment.clone() })
    }

    /// Stores the key that was `typed`, in the OS keyring unless there is none or `in_file` is
    /// wanted.
    ///
    /// # Errors
    /// An unknown provider, something that cannot be a key, a file that cannot be written.
    pub fn set(
        &mut self,
        settings: &Settings,
        provider: &str,
        typed: &str,
        in_file: bool,
    ) -> Result<KeyOrigin, ConfigError> {
        settings.check_provider(provider)?;
        let key = read_key(typed)
            .map_err(|reason| ConfigError::BadKey { provider: provider.to_owned(), reason })?;
        if !in_file && keyring::set(&self.environment, provider, &key).is_ok() {
            self.stored.put(provider, Place::Keyring)?;
            return Ok(KeyOrigin::Keyring);
        }
        let was_in_keyring = matches!(self.stored.get(provider), Some(Place::Keyring));
        self.stored.put(provider, Place::File(key))?;
        if was_in_keyring {
            // The old key is of no use any more; a keyring that is away may keep it.
            let _ = keyring::remove(&self.environment, provider);
        }
        Ok(KeyOrigin::File(self.stored.path().to_owned()))
    }

    /// Forgets a stored key; `false` when there was none. A provider that is no longer defined can
    /// still be forgotten.
    ///
    /// # Errors
    /// An unknown provider, a keyring that does not answer, a file that cannot be written.
    pub fn remove(&mut self, settings: &Settings, provider: &str) -> Result<bool, ConfigError> {
        match self.stored.get(provider) {
            None => settings.check_provider(provider).map(|()| false),
            Some(Place::Keyring) => {
                let removed = keyring::remove(&self.environment, provider);
                removed.map_err(|reason| self.keyring_error(settings, provider, reason))?;
                self.stored.forget(provider).map(|()| true)
            }
            Some(Place::File(_)) => self.stored.forget(provider).map(|()| true),
        }
    }

    /// Where the key of a provider comes from; `None` when there is none. The key itself stays
    /// where it is.
    ///
    /// # Errors
    /// A variable that holds no usable key.
    pub fn origin(&self, settings: &Settings, provider: &str) -> Result<Option<KeyOrigin>, ConfigError> {
        let variable = key_variable(settings, provider);
        if from_environment(&self.environment, &variable)?.is_some() {
            return Ok(Some(KeyOrigin::Environment(variable)));
        }
        Ok(self.stored.get(provider).map(|place| match place {
            Place::Keyring => KeyOrigin::Keyring,
            Place::File(_) => KeyOrigin::File(self.stored.path().to_owned()),
        }))
    }

    fn stored_key(&self, settings: &Settings, provider: &str) -> Result<Option<Secret>, ConfigError> {
        match self.stored.get(provider) {
            None => Ok(None),
            Some(Place::File(key)) => Ok(Some(key.clone())),
            Some(Place::Keyring) => keyring::get(&self.environment, provider)
                .map(Some)
                .map_err(|reason| self.keyring_error(settings, provider, reason)),
        }
    }

    fn keyring_error(&self, settings: &Settings, provider: &str, reason: String) -> ConfigError {
        ConfigError::Keyring {
            provider: provider.to_owned(),
            reason,
            key_env: key_variable(settings, provider),
        }
    }
}

fn key_variable(settings: &Settings, provider: &str) -> String {
    settings.providers.get(provider).and_then(|found| found.key_env.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests;

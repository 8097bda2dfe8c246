//! The same sources read again, after the user has changed the file or stored a key.

use super::{ConfigError, Role, Settings};

impl Settings {
    /// These settings as they are now: file, environment and flags again, with the keys of planner and
    /// coder. Settings that come from no source ([`Settings::defaults`]) stay as they are.
    ///
    /// # Errors
    /// As [`Settings::load`] and [`Settings::load_keys`]: what was in force can stay in force.
    pub fn reload(&self) -> Result<Self, ConfigError> {
        let Some(sources) = &self.sources else { return Ok(self.clone()) };
        let mut settings = Self::load(sources)?;
        settings.load_keys(&[Role::Planner, Role::Coder])?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{fs, path::Path};

    use super::*;
    use crate::config::{KeyStore, Secret, Sources};

    #[test]
    fn what_the_user_has_changed_meanwhile_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let config_file = folder.path().join("config.toml");
        fs::write(&config_file, "roles.planner.model = \"gpt-5\"\n").unwrap();
        let sources = Sources {
            environment: [("MIRA_HOME", folder.path())].into_iter().collect(),
            config_file: Some(config_file.clone()),
            coder: Some("openai/gpt-5-mini".to_owned()),
            ..Sources::default()
        };
        let settings = Settings::load(&sources).unwrap();
        assert_eq!(settings.providers["openai"].key, None);

        fs::write(&config_file, "roles.planner.model = \"gpt-5.5\"\n").unwrap();
        KeyStore::open(&settings).unwrap().set(&settings, "openai", "sk-new", true).unwrap();
        let again = settings.reload().unwrap().reload().unwrap();
        assert_eq!(again.roles.planner.model, "gpt-5.5");
        assert_eq!(again.roles.coder.model, "gpt-5-mini", "a flag stays in force");
        assert_eq!(again.providers["openai"].key, Some(Secret::new("sk-new")));

        fs::write(&config_file, "roles.planner.modle = 1\n").unwrap();
        assert!(again.reload().is_err());
    }

    #[test]
    fn settings_without_sources_keep_their_providers() {
        let mut settings = Settings::defaults(Path::new("/state")).unwrap();
        for provider in settings.providers.values_mut() {
            provider.base_url = "http://127.0.0.1:1/v1".to_owned();
            provider.key = Some(Secret::new("demo"));
        }
        assert_eq!(settings.reload().unwrap().providers, settings.providers);
    }
}

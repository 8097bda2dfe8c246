//! Keys in a private file and in the environment. The keyring stays out: tests have no session bus.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::config::{Sources, create_private_directory};

/// A home of its own, with `NAME=value` variables.
fn settings(home: &TempDir, variables: &[(&str, &str)]) -> Settings {
    let home = home.path().join("state");
    let config_file = home.join("config.toml");
    create_private_directory(&home).unwrap();
    fs::write(&config_file, "providers.local.base_url = \"http://127.0.0.1:1\"").unwrap();
    let home = [("MIRA_HOME", home.to_str().unwrap())];
    let environment = home.iter().chain(variables).copied().collect();
    Settings::load(&Sources { environment, config_file: Some(config_file), ..Sources::default() }).unwrap()
}

fn key_of(settings: &mut Settings, provider: &str) -> Option<String> {
    settings.load_keys(&[Role::Planner, Role::Coder]).unwrap();
    settings.providers[provider].key.as_ref().map(|key| key.reveal().to_owned())
}

#[test]
fn a_stored_key_is_found_and_can_be_removed() {
    let home = TempDir::new().unwrap();
    let mut settings = settings(&home, &[]);
    let file = settings.home.join("keys.toml");
    let mut store = KeyStore::open(&settings).unwrap();
    // Elsewhere the test would write into the developer's real keyring.
    let in_file = !cfg!(target_os = "linux");
    let origin = store.set(&settings, "openai", " sk-1\n", in_file).unwrap();
    assert_eq!(origin, KeyOrigin::File(file.clone()));
    store.set(&settings, "deepseek", "sk-\"2\"", true).unwrap();
    assert_eq!(key_of(&mut settings, "openai").as_deref(), Some("sk-1"));
    assert_eq!(key_of(&mut settings, "deepseek").as_deref(), Some("sk-\"2\""));

    let mut store = KeyStore::open(&settings).unwrap();
    assert_eq!(store.origin(&settings, "openai").unwrap(), Some(KeyOrigin::File(file)));
    assert!(store.remove(&settings, "openai").unwrap());
    assert!(!store.remove(&settings, "openai").unwrap());
    assert_eq!(store.origin(&settings, "openai").unwrap(), None);
}

#[test]
fn the_environment_comes_first_and_then_no_file_is_read() {
    let home = TempDir::new().unwrap();
    let variables = [("OPENAI_API_KEY", "sk-env"), ("DEEPSEEK_API_KEY", "d")];
    let mut settings = settings(&home, &variables);
    fs::write(settings.home.join("keys.toml"), "this is not TOML").unwrap();
    assert_eq!(key_of(&mut settings, "openai").as_deref(), Some("sk-env"));
}

#[test]
fn a_missing_key_is_a_sentence_with_two_ways_out() {
    let home = TempDir::new().unwrap();
    let mut settings = settings(&home, &[("DEEPSEEK_API_KEY", "d")]);
    assert_eq!(key_of(&mut settings, "openai"), None);
    assert!(settings.require_keys(&[Role::Coder]).is_ok());
    assert_eq!(
        settings.require_keys(&[Role::Planner]).unwrap_err().to_string(),
        "no key for openai: run `mira auth set openai` or set OPENAI_API_KEY"
    );
    settings.roles.planner.provider = "local".into();
    assert!(settings.require_keys(&[Role::Planner]).is_ok(), "a local server needs none");
}

#[test]
fn what_cannot_be_a_key_is_refused_without_repeating_it() {
    let home = TempDir::new().unwrap();
    let settings = settings(&home, &[]);
    let mut store = KeyStore::open(&settings).unwrap();
    let mut refused =
        |provider: &str, key: &str| store.set(&settings, provider, key, true).unwrap_err().to_string();
    assert_eq!(refused("openai", " \n"), "the key for openai cannot be used: the key is empty");
    assert_eq!(
        refused("openai", "my secret"),
        "the key for openai cannot be used: a key has only visible ASCII characters, no spaces"
    );
    assert_eq!(refused("opnai", "k"), "there is no provider `opnai`; known: deepseek, local, openai");
    assert!(!settings.home.join("keys.toml").exists());
}

#[cfg(unix)]
#[test]
fn the_file_is_private_and_must_be() {
    use std::os::unix::fs::PermissionsExt;
    let home = TempDir::new().unwrap();
    let mut settings = settings(&home, &[]);
    let file = settings.home.join("keys.toml");
    KeyStore::open(&settings).unwrap().set(&settings, "openai", "k", true).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&settings.home), 0o700);

    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let error = settings.load_keys(&[Role::Planner]).unwrap_err().to_string();
    assert!(error.contains("can be read by other users: run `chmod 600 "), "{error}");
}

#[test]
fn a_damaged_file_names_its_line_but_no_key() {
    let home = TempDir::new().unwrap();
    let mut settings = settings(&home, &[]);
    let mut file = tempfile::NamedTempFile::new_in(&settings.home).unwrap();
    std::io::Write::write_all(&mut file, b"\n[openai]\nkey = sk-secret").unwrap();
    file.persist(settings.home.join("keys.toml")).unwrap();
    let error = settings.load_keys(&[Role::Planner]).unwrap_err().to_string();
    assert!(error.contains("keys.toml:3: "), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn a_key_in_a_keyring_that_is_not_there_says_so_at_once() {
    let home = TempDir::new().unwrap();
    let mut settings = settings(&home, &[]);
    let mut file = tempfile::NamedTempFile::new_in(&settings.home).unwrap();
    std::io::Write::write_all(&mut file, b"[openai]\nkeyring = true").unwrap();
    file.persist(settings.home.join("keys.toml")).unwrap();
    if cfg!(target_os = "linux") {
        assert_eq!(
            settings.load_keys(&[Role::Planner]).unwrap_err().to_string(),
            "the OS keyring did not answer for openai: there is none in this session; unlock it, \
             or set OPENAI_API_KEY"
        );
    }
}

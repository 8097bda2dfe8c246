//! `mira auth`: keys of providers.

use std::io::{self, IsTerminal, Read};

use clap::{Args, Subcommand};

use super::{Exit, GlobalArgs, fail, print};
use crate::config::{ConfigError, KeyStore, Settings};

/// Store, remove and list the keys of providers
#[derive(Debug, Args)]
pub(super) struct AuthArgs {
    #[command(subcommand)]
    action: Option<AuthAction>,
}

#[derive(Debug, Subcommand)]
enum AuthAction {
    /// Store a key: asked for without echo, or read from a pipe
    Set {
        /// Whose key, e.g. openai
        provider: String,
        /// Keep it in a private file even where there is an OS keyring
        #[arg(long)]
        file: bool,
    },
    /// Forget a stored key
    Remove {
        /// Whose key
        provider: String,
    },
    /// List where each provider's key comes from; keys themselves are never shown
    Status,
}

pub(super) fn run(args: &AuthArgs, global: &GlobalArgs) -> Result<Exit, ConfigError> {
    let (settings, _logs) = global.start()?;
    let mut store = KeyStore::open(&settings)?;
    match &args.action {
        Some(AuthAction::Set { provider, file }) => set(&settings, &mut store, provider, *file),
        Some(AuthAction::Remove { provider }) => remove(&settings, &mut store, provider),
        None | Some(AuthAction::Status) => status(&settings, &store),
    }
}

fn set(
    settings: &Settings,
    store: &mut KeyStore,
    provider: &str,
    in_file: bool,
) -> Result<Exit, ConfigError> {
    settings.check_provider(provider)?;
    let typed = match read_key(provider) {
        Ok(typed) => typed,
        Err(error) => return Ok(fail(Exit::Failed, &format!("cannot read the key: {error}"))),
    };
    let origin = store.set(settings, provider, &typed, in_file)?;
    Ok(print(&format!("The key for {provider} is stored: {origin}.\n")))
}

/// Never from an argument: those show up in process lists and shell histories.
fn read_key(provider: &str) -> io::Result<String> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password(format!("Key for {provider} (not shown): "));
    }
    let mut piped = String::new();
    io::stdin().lock().take(64 * 1024).read_to_string(&mut piped)?;
    Ok(piped)
}

fn remove(settings: &Settings, store: &mut KeyStore, provider: &str) -> Result<Exit, ConfigError> {
    let removed = store.remove(settings, provider)?;
    let sentence = if removed { "is removed" } else { "was not stored" };
    Ok(print(&format!("The key for {provider} {sentence}.\n")))
}

fn status(settings: &Settings, store: &KeyStore) -> Result<Exit, ConfigError> {
    let widest = settings.providers.keys().map(String::len).max().unwrap_or_default();
    let mut lines = String::new();
    for (name, provider) in &settings.providers {
        let origin = match store.origin(settings, name)? {
            Some(origin) => origin.to_string(),
            None if !provider.needs_key => "not needed".to_owned(),
            None => format!(
                "not set: run `mira auth set {name}` or set {}",
                provider.key_env.as_deref().unwrap_or_default()
            ),
        };
        lines.push_str(&format!("{name:widest$}  {origin}\n"));
    }
    Ok(print(&lines))
}

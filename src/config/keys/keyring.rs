//! The desktop's own key store, where there is one. A store that hangs (a desktop waiting for a
//! password that nobody types) is given up after a while.

use crate::config::{Environment, Secret};

/// The key of `provider`, or why it cannot be had.
pub(super) fn get(environment: &Environment, provider: &str) -> Result<Secret, String> {
    call(environment, provider, Action::Get).map(Secret::new)
}

/// Stores a key.
pub(super) fn set(environment: &Environment, provider: &str, key: &Secret) -> Result<(), String> {
    call(environment, provider, Action::Set(key.reveal().to_owned())).map(|_| ())
}

/// Removes a key. One that is gone already is no error.
pub(super) fn remove(environment: &Environment, provider: &str) -> Result<(), String> {
    call(environment, provider, Action::Remove).map(|_| ())
}

#[cfg_attr(not(feature = "keyring"), expect(dead_code, reason = "no keyring to store it in"))]
enum Action {
    Get,
    Set(String),
    Remove,
}

#[cfg(feature = "keyring")]
fn call(environment: &Environment, provider: &str, action: Action) -> Result<String, String> {
    use std::{sync::mpsc, thread, time::Duration};

    // Long enough for a person to unlock the keyring.
    const PATIENCE: Duration = Duration::from_secs(30);
    if !is_there(environment) {
        return Err("there is none in this session".to_owned());
    }
    let provider = provider.to_owned();
    let (sender, receiver) = mpsc::sync_channel(1);
    // The store's client blocks and brings its own runtime, so it gets a thread of its own.
    let thread = thread::Builder::new().name("keyring".to_owned());
    thread.spawn(move || sender.send(perform(&provider, action))).map_err(|error| error.to_string())?;
    receiver.recv_timeout(PATIENCE).map_err(|_| "no answer in 30 seconds".to_owned())?
}

#[cfg(feature = "keyring")]
fn perform(provider: &str, action: Action) -> Result<String, String> {
    let entry = keyring::Entry::new("mira", provider).map_err(|error| error.to_string())?;
    let result = match action {
        Action::Get => entry.get_password(),
        Action::Set(key) => entry.set_password(&key).map(|()| String::new()),
        Action::Remove => match entry.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(String::new()),
            Err(error) => Err(error),
        },
    };
    result.map_err(|error| error.to_string())
}

/// On Linux the store is reached over the session bus, which containers and SSH sessions lack.
#[cfg(all(feature = "keyring", unix, not(target_os = "macos")))]
fn is_there(environment: &Environment) -> bool {
    let address = environment.get("DBUS_SESSION_BUS_ADDRESS").ok().flatten();
    let socket = environment.absolute_path("XDG_RUNTIME_DIR").map(|dir| dir.join("bus"));
    match address {
        Some(address) => !address.starts_with("disabled"),
        None => socket.is_some_and(|socket| socket.exists()),
    }
}

#[cfg(all(feature = "keyring", not(all(unix, not(target_os = "macos")))))]
fn is_there(_environment: &Environment) -> bool {
    true
}

#[cfg(not(feature = "keyring"))]
fn call(_environment: &Environment, _provider: &str, _action: Action) -> Result<String, String> {
    Err("this build has no keyring support".to_owned())
}

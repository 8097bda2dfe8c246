//! Settings that point at a test's own model server.

use std::{path::Path, time::Duration};

use mira::config::{NetworkSettings, ProviderKind, ProviderSettings, RoleSettings, Secret, Settings};

/// A key that must never appear anywhere but in the header it belongs to.
pub(crate) const KEY: &str = "sk-test-9f8e7d6c5b4a";

/// Settings whose every role uses `model` of one service, `stub`, on the wire of `kind`.
pub(crate) fn settings(kind: ProviderKind, base_url: &str, model: &str) -> Settings {
    let role = RoleSettings {
        provider: "stub".to_owned(),
        model: model.to_owned(),
        effort: None,
        max_output_tokens: None,
        dimensions: None,
    };
    let provider = ProviderSettings {
        kind,
        base_url: base_url.to_owned(),
        key: Some(Secret::new(KEY)),
        key_env: Some("STUB_API_KEY".to_owned()),
        needs_key: true,
        store: false,
    };
    let mut settings = Settings::defaults(Path::new("unused")).unwrap();
    let roles = &mut settings.roles;
    for place in [&mut roles.planner, &mut roles.coder, &mut roles.analyst, &mut roles.embedder] {
        place.clone_from(&role);
    }
    settings.providers.insert("stub".to_owned(), provider);
    settings.network = network();
    settings
}

/// Time limits short enough for tests and long enough for a busy machine.
fn network() -> NetworkSettings {
    NetworkSettings {
        connect_timeout: Duration::from_secs(2),
        first_byte_timeout: Duration::from_secs(5),
        idle_timeout: Duration::from_secs(5),
        total_timeout: Duration::from_secs(20),
        max_retries: 2,
        retry_base: Duration::from_millis(1),
    }
}

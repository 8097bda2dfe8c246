//! What is refused, and the sentence that says so.

use super::*;

fn check_refused(toml: &str, environment: &str, flags: &str, sentence: &str) {
    let error = load(toml, environment, flags).map(|_| ()).unwrap_err().to_string();
    assert_eq!(error, sentence);
}

fn check_file_refused(toml: &str, sentence: &str) {
    check_refused(toml, "", "", sentence);
}

#[test]
fn wrong_values_are_refused_with_their_place() {
    check_file_refused(
        "\n[server]\n\nport = 70000",
        "config.toml:4: server.port must be a whole number from 0 to 65535, not \"70000\"",
    );
    check_file_refused("[ui]\ncolor = \"yes\"", "config.toml:2: ui.color must be true or false, not \"yes\"");
    check_file_refused(
        "roles.planner.effort = \"huge\"",
        "config.toml:1: roles.planner.effort must be one of default, none, minimal, low, medium, \
         high, xhigh, max, not \"huge\"",
    );
    check_file_refused(
        "memory.embed_heads = [\"code\", \"faces\"]",
        "config.toml:1: memory.embed_heads must be a list of some of general, code, facts, \
         preferences, not \"code, faces\"",
    );
    check_file_refused("network = 3", "config.toml:1: there is no setting `network`: it is a section");
    check_file_refused(
        "[budget]\nmax_cost_usd = nan",
        "config.toml:2: budget.max_cost_usd must be a number from 0 to inf, not \"nan\"",
    );
    check_refused(
        "",
        "MIRA_PORT=abc",
        "",
        "environment MIRA_PORT: server.port must be a whole number from 0 to 65535, not \"abc\"",
    );
    check_refused(
        "",
        "DATABASE_URL=postgres://x",
        "",
        "environment DATABASE_URL: store.database must be a SQLite file, and \"postgres\" is \
         another database",
    );
    check_refused(
        "",
        "",
        "--set budget.max_rounds=-1",
        "flag --set budget.max_rounds: budget.max_rounds must be a whole number from 1 to 10000, \
         not \"-1\"",
    );
    check_refused("", "", "--set nonsense", "flag --set: expects key=value, as in ui.color=false");
    check_refused(
        "",
        "OPENAI_BASE_URL=http://example.com/v1",
        "",
        "environment OPENAI_BASE_URL: providers.openai.base_url must begin with https:// because \
         plain http is only allowed to this machine (127.0.0.1, localhost), not \
         \"http://example.com/v1\"",
    );
}

#[test]
fn unknown_settings_are_refused_with_the_nearest_name() {
    check_file_refused(
        "[server]\nprot = 1",
        "config.toml:2: there is no setting `server.prot`; did you mean `server.port`?",
    );
    check_file_refused("port = 1", "config.toml:1: there is no setting `port`; did you mean `server.port`?");
    check_file_refused(
        "[provider.x]\nbase_url = \"https://a\"",
        "config.toml:1: there is no setting `provider`; did you mean `providers`?",
    );
    check_file_refused(
        "[providers.local]\nbaseurl = \"https://a\"",
        "config.toml:2: there is no setting `providers.local.baseurl`; did you mean \
         `providers.local.base_url`?",
    );
    check_file_refused("homr = 1", "config.toml:1: there is no setting `homr`; did you mean `home`?");
    check_file_refused(
        "ui.vmi = true",
        "config.toml:1: there is no setting `ui.vmi`; did you mean `ui.vim`?",
    );
    check_file_refused(
        "keys.copy = [\"y\"]",
        "config.toml:1: there is no setting `keys.copy`: it is a section",
    );
    check_file_refused(
        "keys.chat.copy = [1]",
        "config.toml:1: keys.chat.copy must be a list of texts such as [\"ctrl-s\", \"f2\"], not \"1\"",
    );
    check_file_refused("zzz = 1", "config.toml:1: there is no setting `zzz`");
    check_refused(
        "",
        "",
        "--set roles.planer.model=x",
        "flag --set roles.planer.model: there is no setting `roles.planer.model`; did you mean \
         `roles.planner.model`?",
    );
}

#[test]
fn a_role_needs_a_provider_that_exists() {
    check_file_refused(
        "[roles.coder]\nprovider = \"depseek\"",
        "config.toml:2: roles.coder.provider names the provider \"depseek\", which is not \
         defined; did you mean \"deepseek\"?",
    );
    check_file_refused(
        "[roles.coder]\nprovider = \"local\"",
        "config.toml:2: roles.coder.provider names the provider \"local\", which is not defined; \
         known are deepseek, openai, or give providers.local.base_url",
    );
    check_file_refused(
        "[providers.local]\nkind = \"responses\"",
        "config.toml:2: providers.local needs a base_url",
    );
    check_file_refused(
        "providers.\"my/own\".base_url = \"https://a\"",
        "config.toml:1: a provider's name has only a-z, 0-9, - and _, unlike \"my/own\"",
    );
}

#[test]
fn keys_in_the_file_are_refused_and_never_repeated() {
    check_file_refused(
        "[providers.openai]\napi_key = \"sk-secret\"",
        "config.toml:2: there is no setting `providers.openai.api_key`; keys do not belong into \
         this file: run `mira auth set openai`",
    );
    check_file_refused(
        "[providers.openai]\nkey_env = \"sk-secret\"",
        "config.toml:2: providers.openai.key_env must be the NAME of an environment variable (a \
         key itself is set with `mira auth set`)",
    );
}

#[test]
fn a_file_that_is_not_toml_names_its_line() {
    let error = load("a = 1\nb = = 2", "", "").unwrap_err().to_string();
    assert!(error.starts_with("config.toml:2: not valid TOML: "), "{error}");
    assert!(!error.contains('\n'), "{error}");
}

#[test]
fn an_unreadable_file_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let sources = |file: &str| Sources {
        environment: Environment::from_iter([
            ("XDG_CONFIG_HOME", directory.path()),
            ("XDG_DATA_HOME", directory.path()),
        ]),
        config_file: (!file.is_empty()).then(|| directory.path().join(file)),
        ..Sources::default()
    };
    let refused = |file: &str| Settings::load(&sources(file)).unwrap_err().to_string();
    assert!(Settings::load(&sources("")).is_ok(), "the usual file may be absent");
    assert!(refused("absent.toml").starts_with("cannot read "), "{}", refused("absent.toml"));
    std::fs::create_dir(directory.path().join("directory")).unwrap();
    assert!(refused("directory").starts_with("cannot read "));
    std::fs::write(directory.path().join("bytes"), b"a = 1\nb = \"\xff\"").unwrap();
    assert!(refused("bytes").ends_with("bytes:2: not valid TOML: these bytes are not UTF-8 text"));
}

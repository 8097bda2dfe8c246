//! Settings as text in, sentences or values out.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{path::Path, time::Duration};

use proptest::prelude::*;

use super::*;

mod refusals;

/// Loads `toml` as `config.toml`, with `NAME=value` lines as environment and `--flag value` lines as
/// flags.
fn load(toml: &str, environment: &str, flags: &str) -> Result<Settings, ConfigError> {
    let pairs = |text: &str, by: char| -> Vec<(String, String)> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines
            .map(|line| line.split_once(by).unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    };
    let mut variables = vec![("MIRA_HOME".to_owned(), "/state".to_owned())];
    variables.extend(pairs(environment, '='));
    let mut sources = Sources { environment: variables.into_iter().collect(), ..Sources::default() };
    for (flag, value) in pairs(flags, ' ') {
        match flag.as_str() {
            "--set" => sources.set.push(value),
            "--planner" => sources.planner = Some(value),
            "--coder" => sources.coder = Some(value),
            _ => panic!("unknown flag {flag}"),
        }
    }
    let mut layers = file::defaults()?;
    file::read_text(Path::new("config.toml"), toml, &mut layers)?;
    resolve::settings(&sources, "config.toml".into(), layers)
}

fn load_file(toml: &str) -> Settings {
    load(toml, "", "").unwrap_or_else(|error| panic!("{toml}\n{error}"))
}

/// The line of `config show` that a setting gets.
fn check_shown(settings: &Settings, expected: &str) {
    let name = expected.split(" = ").next().unwrap();
    let found = settings.values.iter().find(|setting| setting.name == name);
    let shown = found.map(|s| format!("{} = {}  # {}", s.name, s.toml, s.origin));
    assert_eq!(shown.as_deref(), Some(expected));
}

#[test]
fn defaults_are_what_is_promised() {
    let settings = load_file("");
    let role = |role| {
        let role = settings.role(role);
        format!("{}/{} {:?} {:?}", role.provider, role.model, role.effort, role.dimensions)
    };
    assert_eq!(role(Role::Planner), "openai/gpt-5 None None");
    assert_eq!(role(Role::Coder), "deepseek/deepseek-flash None None");
    assert_eq!(role(Role::Analyst), "openai/gpt-4o-mini None None");
    assert_eq!(role(Role::Embedder), "openai/text-embedding-3-large None Some(3072)");
    assert_eq!(settings.network.connect_timeout, Duration::from_secs(10));
    assert_eq!(settings.network.first_byte_timeout, Duration::from_secs(120));
    assert_eq!(settings.network.idle_timeout, Duration::from_secs(90));
    assert_eq!(settings.network.max_retries, 4);
    assert_eq!(settings.budget.max_rounds, 40);
    assert_eq!(settings.budget.max_cost_usd, Some(5.0));
    assert_eq!(settings.database, Path::new("/state/mira.db"));
    assert!(settings.providers["openai"].needs_key);
    assert_eq!(settings.providers["openai"].kind, ProviderKind::Responses);
    assert_eq!(settings.providers["deepseek"].kind, ProviderKind::ChatCompletions);
    assert_eq!(Settings::defaults(Path::new("/state")).unwrap().values, settings.values);
}

/// `# name = value`, a setting that is unset by default, without its `# `.
fn optional_setting(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("# ")?;
    let (name, _) = rest.split_once(" = ")?;
    let is_name = name.chars().all(|c| c.is_ascii_lowercase() || "_-\".".contains(c));
    is_name.then_some(rest)
}

#[test]
fn default_toml_names_every_setting_and_no_other() {
    let whole: Vec<&str> = DEFAULT_TOML.lines().map(|line| optional_setting(line).unwrap_or(line)).collect();
    let mut layers = layers::Layers::default();
    file::read_text(Path::new("default.toml"), &whole.join("\n"), &mut layers)
        .unwrap_or_else(|error| panic!("{error}"));
    let named: Vec<&[String]> = layers.iter().map(|(_, entry)| entry.path.as_slice()).collect();
    for known in schema::SETTINGS {
        let is_this = |path: &&[String]| schema::find(path).unwrap().name == known.name;
        assert!(named.iter().any(is_this), "default.toml lacks {}", known.name);
    }
}

#[test]
fn default_toml_names_every_variable() {
    for name in environment::names() {
        assert!(DEFAULT_TOML.contains(name), "default.toml lacks {name}");
    }
}

#[test]
fn the_example_in_default_toml_works() {
    let example: Vec<&str> =
        DEFAULT_TOML.lines().filter_map(|line| line.strip_prefix("#   ")).take(3).collect();
    let settings = load_file(&example.join("\n"));
    assert_eq!(settings.roles.planner.provider, "local");
    let local = &settings.providers["local"];
    assert_eq!(local.base_url, "http://127.0.0.1:11434/v1");
    assert_eq!(local.kind, ProviderKind::ChatCompletions);
    assert!(!local.needs_key);
    assert_eq!(local.key_env.as_deref(), Some("LOCAL_API_KEY"));
}

#[test]
fn later_layers_win_and_say_so() {
    let file = "[budget]\nmax_rounds = 7\nmax_tokens = 8\n\n[server]\nport = 1";
    let settings = load(file, "MIRA_PORT=2\nMIRA_HOST=::1", "--set server.port=3").unwrap();
    check_shown(&settings, "budget.max_rounds = 7  # config.toml:2");
    check_shown(&settings, "server.port = 3  # flag --set server.port");
    check_shown(&settings, "server.host = \"::1\"  # environment MIRA_HOST");
    check_shown(&settings, "server.environment = \"production\"  # default");
    assert_eq!(settings.server.port, 3);
    assert_eq!(settings.origin("budget.max_tokens").unwrap().to_string(), "config.toml:3");
}

#[test]
fn environment_reaches_every_setting() {
    let values = "MIRA_HOME=/elsewhere\nMIRA_HOST=0.0.0.0\nMIRA_PORT=99\nMIRA_ENV=development
        DATABASE_URL=sqlite:///data/x.db\nMIRA_SQLITE_MAX_CONNECTIONS=9
        QDRANT_URL=http://localhost:6334\nQDRANT_API_KEY=q\nOPENAI_API_KEY=o
        OPENAI_BASE_URL=http://127.0.0.1:1234/v1\nOPENAI_MODEL=m1\nOPENAI_EMBEDDING_MODEL=m2
        EMBEDDING_DIMENSIONS=8\nDEEPSEEK_API_KEY=d\nDEEPSEEK_MODEL=m3
        DEEPSEEK_BASE_URL=https://d.example\nSALIENCE_MIN_FOR_EMBED=0.9\nEMBED_HEADS=code, facts
        MAX_RECALLED_MESSAGES=3\nSUMMARY_GENERATION_INTERVAL=4\nGIT_ENABLED=0
        DEFAULT_REPO_PATH=/repo\nRUST_LOG=info\nLOG_FORMAT=json\nNO_COLOR=1
        MIRA_CONNECT_TIMEOUT_MS=1\nMIRA_FIRST_BYTE_TIMEOUT_MS=2\nMIRA_IDLE_TIMEOUT_MS=3
        MIRA_TOTAL_TIMEOUT_MS=4\nMIRA_MAX_RETRIES=0\nMIRA_RETRY_BASE_MS=5";
    let settings = load("", values, "").unwrap();
    assert_eq!(settings.home, Path::new("/elsewhere"));
    assert_eq!(settings.database, Path::new("/data/x.db"));
    assert_eq!(settings.sqlite_max_connections, 9);
    assert_eq!(
        settings.server,
        ServerSettings { host: "0.0.0.0".into(), port: 99, environment: "development".into() }
    );
    assert_eq!(settings.qdrant.url.as_deref(), Some("http://localhost:6334"));
    assert_eq!(settings.qdrant.key.as_ref().unwrap().reveal(), "q");
    assert_eq!(settings.providers["openai"].key.as_ref().unwrap().reveal(), "o");
    assert_eq!(settings.providers["deepseek"].key.as_ref().unwrap().reveal(), "d");
    assert_eq!(settings.providers["openai"].base_url, "http://127.0.0.1:1234/v1");
    assert!(!settings.providers["openai"].needs_key);
    assert_eq!(settings.providers["deepseek"].base_url, "https://d.example");
    let models = [&settings.roles.planner, &settings.roles.embedder, &settings.roles.coder];
    assert_eq!(models.map(|role| role.model.as_str()), ["m1", "m2", "m3"]);
    assert_eq!(settings.roles.embedder.dimensions, Some(8));
    assert_eq!(
        settings.memory,
        MemorySettings {
            salience_min_for_embed: 0.9,
            embed_heads: vec!["code".into(), "facts".into()],
            max_recalled_messages: 3,
            summary_interval: 4,
        }
    );
    assert!(!settings.workspace.git && !settings.ui.color && settings.log.json);
    assert_eq!(settings.workspace.default_path.as_deref(), Some(Path::new("/repo")));
    assert_eq!(settings.log.filter.as_deref(), Some("info"));
    let times = settings.network;
    let times = [
        times.connect_timeout,
        times.first_byte_timeout,
        times.idle_timeout,
        times.total_timeout,
        times.retry_base,
    ];
    assert_eq!(times.map(|time| time.as_millis()), [1, 2, 3, 4, 5]);
}

#[test]
fn an_empty_variable_is_unset() {
    let settings = load("", "MIRA_PORT=\nOPENAI_API_KEY=\nNO_COLOR=", "").unwrap();
    assert_eq!(settings.server.port, 3001);
    assert_eq!(settings.providers["openai"].key, None);
    assert!(settings.ui.color);
}

#[test]
fn openai_model_does_not_rename_the_model_of_another_provider() {
    let local = "providers.local.base_url = \"http://127.0.0.1:1\"\n";
    let planner = |toml: &str, flags| {
        let settings = load(toml, "OPENAI_MODEL=gpt-9\nDEEPSEEK_MODEL=x", flags).unwrap();
        let planner = settings.roles.planner;
        format!("{}/{}", planner.provider, planner.model)
    };
    assert_eq!(planner("", ""), "openai/gpt-9");
    let role = "roles.planner = { provider = \"local\", model = \"qwen\" }\n";
    assert_eq!(planner(&format!("{local}{role}"), ""), "local/qwen");
    assert_eq!(planner(local, "--planner local/a"), "local/a");
    assert_eq!(planner(local, "--set roles.planner.provider=local"), "local/gpt-5");
}

#[test]
fn planner_and_coder_flags_take_a_model_or_a_provider_and_a_model() {
    let coder = |flag: &str| {
        let settings = load("", "", &format!("--coder {flag}")).unwrap();
        format!("{} of {}", settings.roles.coder.model, settings.roles.coder.provider)
    };
    assert_eq!(coder("deepseek-pro"), "deepseek-pro of deepseek");
    assert_eq!(coder("openai/gpt-5-mini"), "gpt-5-mini of openai");
    assert_eq!(coder("qwen/qwen3-coder"), "qwen/qwen3-coder of deepseek");
}

#[test]
fn a_retired_model_name_is_replaced_with_a_notice() {
    let coder = |name: &str| {
        let settings = load("", &format!("DEEPSEEK_MODEL={name}"), "").unwrap();
        let coder = settings.roles.coder;
        (coder.model, coder.effort, settings.notices.len())
    };
    let flash = || "deepseek-flash".to_owned();
    assert_eq!(coder("deepseek-reasoner"), (flash(), None, 1));
    assert_eq!(coder("deepseek-chat"), (flash(), Some("none".to_owned()), 1));
    assert_eq!(coder("deepseek-flash"), (flash(), None, 0));
}

#[test]
fn models_are_priced_by_name() {
    let toml = "[models.\"gpt-4.1\"]\ninput = 2\noutput = 8.5\ncontext = 1_000_000\nimages = false";
    let settings = load(toml, "", "--set models.\"gpt-4.1\".cached=0.5").unwrap();
    assert_eq!(
        settings.models["gpt-4.1"],
        ModelOverride {
            input: Some(2.0),
            cached: Some(0.5),
            cache_write: None,
            output: Some(8.5),
            context: Some(1_000_000),
            images: Some(false),
        }
    );
}

#[test]
fn an_infinite_cap_is_no_cap() {
    assert_eq!(load_file("budget.max_cost_usd = inf").budget.max_cost_usd, None);
    let settings = load("", "MIRA_MAX_COST_USD=0.5", "").unwrap();
    assert_eq!(settings.budget.max_cost_usd, Some(0.5));
}

#[test]
fn relative_databases_lie_where_they_were_named() {
    assert_eq!(load_file("store.database = \"x.db\"").database, Path::new("/state/x.db"));
    let here = std::env::current_dir().unwrap().join("x.db");
    assert_eq!(load("", "DATABASE_URL=sqlite://x.db", "").unwrap().database, here);
}

#[test]
fn a_tilde_is_the_home_directory() {
    let toml = "home = \"~/m\"\nstore.database = \"~/x.db\"";
    let settings = load(toml, "HOME=/users/ada\nMIRA_HOME=", "").unwrap();
    assert_eq!(settings.home, Path::new("/users/ada/m"));
    assert_eq!(settings.database, Path::new("/users/ada/x.db"));
}

#[test]
fn the_screen_is_set_up_like_everything_else() {
    let ui = load("ui.theme = \"mine\"\nui.vim = true", "", "--set ui.mouse=off").unwrap().ui;
    let expected = UiSettings { theme: "mine".into(), color: true, vim: true, notify: true, mouse: false };
    assert_eq!(ui, expected);
    assert_eq!(load_file("").ui.theme, "auto");
}

#[test]
fn keys_are_handed_on_with_their_origin() {
    let file = "[keys.chat]\ncopy = [\"Y\", \"ctrl-y\"]\nretry = \"f3\"\n\n[keys.mine]\nnovel = []";
    let settings = load(file, "", "--set keys.diff.copy=f4,f5").unwrap();
    let keys = |context: &str, action: &str| {
        let mut all = settings.keys.iter();
        let found = all.find(|key| key.context == context && key.action == action).unwrap();
        format!("{} ({})", found.chords.join(", "), found.origin)
    };
    assert_eq!(keys("chat", "copy"), "Y, ctrl-y (config.toml:2)");
    assert_eq!(keys("chat", "retry"), "f3 (config.toml:3)");
    assert_eq!(keys("mine", "novel"), " (config.toml:6)");
    assert_eq!(keys("diff", "copy"), "f4, f5 (flag --set keys.diff.copy)");
    assert_eq!(keys("global", "quit"), "ctrl-q (default)");
    check_shown(&settings, "keys.chat.copy = [\"Y\", \"ctrl-y\"]  # config.toml:2");
}

#[test]
fn themes_of_ones_own_lie_beside_the_settings() {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings::defaults(directory.path()).unwrap();
    assert_eq!(settings.theme_files().unwrap(), []);
    let themes = directory.path().join("themes");
    std::fs::create_dir(&themes).unwrap();
    for (name, text) in [("b.toml", "1"), ("a.toml", "2"), ("notes.txt", "3")] {
        std::fs::write(themes.join(name), text).unwrap();
    }
    let files = settings.theme_files().unwrap();
    let found: Vec<_> = files.iter().map(|file| format!("{} {}", file.name, file.text)).collect();
    assert_eq!(found, ["a 2", "b 1"]);
    std::fs::write(themes.join("c.toml"), b"\xff").unwrap();
    let error = settings.theme_files().unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot read {}", themes.join("c.toml").display())), "{error}");
}

#[test]
fn debug_output_holds_no_key() {
    let settings = load("", "OPENAI_API_KEY=sk-secret\nQDRANT_API_KEY=q-secret", "").unwrap();
    assert!(!format!("{settings:?}").contains("secret"));
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), flag in any::<String>()) {
        let _ = load(&text, "", "");
        let _ = flags::Flags::read(&[flag.clone(), format!("{text}={flag}")]);
    }

    #[test]
    fn no_value_panics(
        name in prop::sample::select(
            schema::SETTINGS.iter().map(|known| known.name.replace('*', "x")).collect::<Vec<_>>()
        ),
        value in "-?[0-9]{1,25}|[\"'\\[{][a-z,=\"'\\]} ]{0,9}|nan|[-+]?inf|true|1e999|0x[0-9a-f]{1,20}|1979-05-27",
        text in any::<String>(),
    ) {
        let _ = load(&format!("{name} = {value}"), "", "");
        let _ = schema::find(&name.split('.').map(str::to_owned).collect::<Vec<_>>())
            .unwrap().kind.read_text(&text);
    }
}

//! From layers to typed [`Settings`]: what one value alone cannot tell, such as a role that names a
//! provider nobody defined.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    BudgetSettings, ConfigError, ContextSettings, ContextWeights, DelegationReview, DelegationSettings,
    Environment, KeySetting, LogSettings, MemorySettings, ModelOverride, NetworkSettings, Origin,
    ProviderKind, ProviderSettings, QdrantSettings, RoleSettings, Roles, ServerSettings, Setting, Settings,
    Sources, UiSettings, WorkspaceSettings, address, directories, environment,
    flags::Flags,
    keys,
    layers::{Entry, Layers},
    schema,
    value::Value,
};

/// Puts environment and flags over `layers` (defaults and file) and gives the result types.
pub(super) fn settings(
    sources: &Sources,
    config_file: PathBuf,
    mut layers: Layers,
) -> Result<Settings, ConfigError> {
    let mut flags = Flags::read(&sources.set)?;
    flags.add_model("planner", sources.planner.as_deref(), &layers);
    flags.add_model("coder", sources.coder.as_deref(), &layers);
    let provider_of = |layers: &Layers, role: &str| {
        let from_layers = || layers.text(&format!("roles.{role}.provider")).map(str::to_owned);
        flags.provider_of(role).map(str::to_owned).or_else(from_layers)
    };
    environment::read(&sources.environment, provider_of, &mut layers)?;
    flags.apply(&mut layers)?;

    let values = Values { layers: &layers };
    let mut settings = typed(values, sources, config_file)?;
    settings.replace_retired_models();
    Ok(settings)
}

fn typed(values: Values<'_>, sources: &Sources, config_file: PathBuf) -> Result<Settings, ConfigError> {
    let home = match values.find_text("home") {
        Some(home) => absolute(&sources.environment.expand(home)),
        None => directories::home(&sources.environment)?,
    };
    let environment = sources.environment.clone();
    Ok(Settings {
        database: values.database(&home, &environment),
        home,
        sqlite_max_connections: values.small("store.max_connections"),
        roles: values.roles()?,
        providers: values.providers(&environment)?,
        network: values.network(),
        budget: values.budget(),
        delegation: values.delegation(),
        models: values.models(),
        memory: values.memory(),
        qdrant: QdrantSettings {
            url: values.find_text("qdrant.url").map(str::to_owned),
            key: keys::from_environment(&environment, "QDRANT_API_KEY")?,
        },
        server: values.server(),
        workspace: values.workspace(&environment),
        context: values.context(),
        log: values.log(),
        ui: values.ui(),
        keys: values.keys(),
        config_file,
        notices: Vec::new(),
        values: values.list(),
        environment,
        sources: None,
    })
}

/// Typed reading. `default.toml` gives every value that is not optional, and every value has
/// passed its kind's check, so a missing one is a mistake of our own.
#[derive(Clone, Copy)]
struct Values<'a> {
    layers: &'a Layers,
}

impl<'a> Values<'a> {
    fn get(self, name: &str) -> &'a Value {
        match self.layers.get(name) {
            Some(entry) => &entry.value,
            None => panic!("default.toml gives no {name}"),
        }
    }

    fn text(self, name: &str) -> String {
        self.find_text(name).unwrap_or_default().to_owned()
    }

    fn find_text(self, name: &str) -> Option<&'a str> {
        self.layers.text(name)
    }

    fn integer(self, name: &str) -> u64 {
        match self.get(name) {
            Value::Integer(n) => *n,
            other => panic!("{name} is {other}"),
        }
    }

    fn small(self, name: &str) -> u32 {
        u32::try_from(self.integer(name)).unwrap_or(u32::MAX)
    }

    fn find_small(self, name: &str) -> Option<u32> {
        self.layers.get(name).map(|_| self.small(name))
    }

    fn number(self, name: &str) -> f64 {
        match self.get(name) {
            Value::Number(n) => *n,
            other => panic!("{name} is {other}"),
        }
    }

    fn is(self, name: &str) -> bool {
        matches!(self.get(name), Value::Bool(true))
    }

    fn list_of(self, name: &str) -> Vec<String> {
        match self.get(name) {
            Value::List(items) => items.clone(),
            other => panic!("{name} is {other}"),
        }
    }

    fn milliseconds(self, name: &str) -> Duration {
        Duration::from_millis(self.integer(name))
    }

    /// A relative file lies in `home` when a file says so, and in the current directory when the
    /// environment or a flag does: there the shell's words are meant.
    fn database(self, home: &Path, environment: &Environment) -> PathBuf {
        let file = environment.expand(&self.text("store.database"));
        match self.layers.get("store.database").map(|entry| &entry.origin) {
            Some(Origin::Environment(_) | Origin::Flag(_)) => absolute(&file),
            _ => home.join(file),
        }
    }

    fn roles(self) -> Result<Roles, ConfigError> {
        Ok(Roles {
            planner: self.role("planner")?,
            coder: self.role("coder")?,
            analyst: self.role("analyst")?,
            embedder: self.role("embedder")?,
        })
    }

    fn role(self, role: &str) -> Result<RoleSettings, ConfigError> {
        let name = |part: &str| format!("roles.{role}.{part}");
        self.check_provider(&name("provider"))?;
        let effort = self.find_text(&name("effort")).filter(|effort| *effort != "default");
        Ok(RoleSettings {
            provider: self.text(&name("provider")),
            model: self.text(&name("model")),
            effort: effort.map(str::to_owned),
            max_output_tokens: self.find_small(&name("max_output_tokens")),
            dimensions: self.find_small(&name("dimensions")),
        })
    }

    fn check_provider(self, name: &str) -> Result<(), ConfigError> {
        let known = self.layers.names_in("providers");
        let provider = self.text(name);
        if known.contains(&provider.as_str()) {
            return Ok(());
        }
        let nearest = schema::similar(&provider, known.iter().map(|known| (*known).to_owned()));
        let help = match nearest {
            Some(nearest) => format!("did you mean {nearest:?}?"),
            None => format!("known are {}, or give providers.{provider}.base_url", known.join(", ")),
        };
        let message = format!("{name} names the provider {provider:?}, which is not defined; {help}");
        Err(ConfigError::wrong(&self.origin(name), message))
    }

    fn origin(self, name: &str) -> Origin {
        self.layers.get(name).map_or(Origin::Default, |entry| entry.origin.clone())
    }

    fn providers(self, environment: &Environment) -> Result<BTreeMap<String, ProviderSettings>, ConfigError> {
        let names = self.layers.names_in("providers").into_iter();
        names.map(|name| Ok((name.to_owned(), self.provider(name, environment)?))).collect()
    }

    fn provider(self, provider: &str, environment: &Environment) -> Result<ProviderSettings, ConfigError> {
        let name = |part: &str| format!("providers.{provider}.{part}");
        let base_url = self.find_text(&name("base_url")).ok_or_else(|| self.no_address(provider))?;
        let needs_key = match self.layers.get(&name("needs_key")) {
            Some(_) => self.is(&name("needs_key")),
            None => !address::is_loopback(base_url),
        };
        let key_env = match self.find_text(&name("key_env")) {
            Some(variable) => variable.to_owned(),
            None => format!("{}_API_KEY", provider.to_ascii_uppercase().replace('-', "_")),
        };
        Ok(ProviderSettings {
            kind: match self.find_text(&name("kind")) {
                Some("responses") => ProviderKind::Responses,
                _ => ProviderKind::ChatCompletions,
            },
            base_url: base_url.to_owned(),
            key: keys::from_environment(environment, &key_env)?,
            key_env: Some(key_env),
            needs_key,
            store: self.layers.get(&name("store")).is_some() && self.is(&name("store")),
        })
    }

    fn no_address(self, provider: &str) -> ConfigError {
        let first = self.entries_of("providers", provider).next();
        let origin = first.map_or(Origin::Default, |entry| entry.origin.clone());
        ConfigError::wrong(&origin, format!("providers.{provider} needs a base_url"))
    }

    fn entries_of(self, family: &'a str, name: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.layers
            .iter()
            .map(|(_, entry)| entry)
            .filter(move |entry| entry.path[0] == family && entry.path[1] == name)
    }

    fn models(self) -> BTreeMap<String, ModelOverride> {
        let names = self.layers.names_in("models").into_iter();
        names.map(|name| (name.to_owned(), self.model(name))).collect()
    }

    fn model(self, name: &'a str) -> ModelOverride {
        let mut model = ModelOverride::default();
        for entry in self.entries_of("models", name) {
            match (entry.path[2].as_str(), &entry.value) {
                ("input", Value::Number(price)) => model.input = Some(*price),
                ("cached", Value::Number(price)) => model.cached = Some(*price),
                ("cache_write", Value::Number(price)) => model.cache_write = Some(*price),
                ("output", Value::Number(price)) => model.output = Some(*price),
                ("context", Value::Integer(tokens)) => model.context = Some(*tokens),
                ("images", Value::Bool(takes)) => model.images = Some(*takes),
                _ => {}
            }
        }
        model
    }

    fn network(self) -> NetworkSettings {
        NetworkSettings {
            connect_timeout: self.milliseconds("network.connect_timeout_ms"),
            first_byte_timeout: self.milliseconds("network.first_byte_timeout_ms"),
            idle_timeout: self.milliseconds("network.idle_timeout_ms"),
            total_timeout: self.milliseconds("network.total_timeout_ms"),
            max_retries: self.small("network.max_retries"),
            retry_base: self.milliseconds("network.retry_base_ms"),
        }
    }

    fn budget(self) -> BudgetSettings {
        let cap = self.number("budget.max_cost_usd");
        BudgetSettings {
            max_rounds: self.small("budget.max_rounds"),
            max_tokens: self.integer("budget.max_tokens"),
            max_cost_usd: cap.is_finite().then_some(cap),
            max_duration: Duration::from_secs(self.integer("budget.max_duration_s")),
        }
    }

    fn delegation(self) -> DelegationSettings {
        let name = self.text("delegation.review");
        // Its kind lets no other name through.
        let named = DelegationReview::ALL.into_iter().find(|review| review.as_str() == name);
        DelegationSettings { review: named.unwrap_or(DelegationReview::Never) }
    }

    fn memory(self) -> MemorySettings {
        MemorySettings {
            salience_min_for_embed: self.number("memory.salience_min_for_embed"),
            embed_heads: self.list_of("memory.embed_heads"),
            max_recalled_messages: self.small("memory.max_recalled_messages"),
            summary_interval: self.small("memory.summary_interval"),
        }
    }

    fn server(self) -> ServerSettings {
        ServerSettings {
            host: self.text("server.host"),
            port: u16::try_from(self.integer("server.port")).unwrap_or_default(),
            environment: self.text("server.environment"),
        }
    }

    fn workspace(self, environment: &Environment) -> WorkspaceSettings {
        let path = self.find_text("workspace.default_path");
        WorkspaceSettings {
            git: self.is("workspace.git"),
            instructions: self.list_of("workspace.instructions"),
            default_path: path.map(|path| absolute(&environment.expand(path))),
        }
    }

    fn context(self) -> ContextSettings {
        let weight = |name: &str| self.number(&format!("context.weights.{name}"));
        ContextSettings {
            budget_tokens: self.integer("context.budget_tokens"),
            total_tokens: self.integer("context.total_tokens"),
            coder_tokens: self.integer("context.coder_tokens"),
            patience: self.milliseconds("context.patience_ms"),
            max_files: usize::try_from(self.integer("context.max_files")).unwrap_or(usize::MAX),
            max_file_bytes: self.integer("context.max_file_kib") * 1024,
            max_total_bytes: self.integer("context.max_total_mib") * 1024 * 1024,
            weights: ContextWeights {
                file: weight("file"),
                chunk: weight("chunk"),
                symbol: weight("symbol"),
                path: weight("path"),
                history: weight("history"),
                together: weight("together"),
                defines: weight("defines"),
                source: weight("source"),
            },
        }
    }

    fn log(self) -> LogSettings {
        LogSettings {
            filter: self.find_text("log.filter").map(str::to_owned),
            json: self.find_text("log.format") == Some("json"),
        }
    }

    fn ui(self) -> UiSettings {
        UiSettings {
            theme: self.text("ui.theme"),
            color: self.is("ui.color"),
            vim: self.is("ui.vim"),
            notify: self.is("ui.notify"),
            mouse: self.is("ui.mouse"),
        }
    }

    fn keys(self) -> Vec<KeySetting> {
        let entries = self.layers.iter().map(|(_, entry)| entry);
        entries
            .filter_map(|entry| match (entry.path.as_slice(), &entry.value) {
                ([family, context, action], Value::List(chords)) if family == "keys" => Some(KeySetting {
                    context: context.clone(),
                    action: action.clone(),
                    chords: chords.clone(),
                    origin: entry.origin.clone(),
                }),
                _ => None,
            })
            .collect()
    }

    fn list(self) -> Vec<Setting> {
        let setting = |(name, entry): (&str, &Entry)| Setting {
            name: name.to_owned(),
            toml: entry.value.to_string(),
            json: entry.value.to_json(),
            origin: entry.origin.clone(),
        };
        self.layers.iter().map(setting).collect()
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

impl Settings {
    /// DeepSeek retired two names in July 2026; both mean `deepseek-flash` with thinking on or off.
    fn replace_retired_models(&mut self) {
        let roles = &mut self.roles;
        for role in [&mut roles.planner, &mut roles.coder, &mut roles.analyst] {
            let thinking = match role.model.as_str() {
                _ if role.provider != "deepseek" => continue,
                "deepseek-reasoner" => true,
                "deepseek-chat" => false,
                _ => continue,
            };
            self.notices.push(format!(
                "{} was retired by its vendor; using deepseek-flash with thinking {}",
                role.model,
                if thinking { "on" } else { "off" },
            ));
            role.model = "deepseek-flash".to_owned();
            if !thinking {
                role.effort = Some("none".to_owned());
            }
        }
    }
}

//! What the program uses. Values come in layers (built-in defaults, the user's file, the
//! environment, flags) and each knows its origin.
//!
//! [`Settings::load`] reads the layers, [`Settings::load_keys`] finds the keys that are then
//! needed. A project's own files are never read: they choose no endpoint, key or command.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

mod address;
mod directories;
pub mod edit;
mod environment;
mod error;
mod file;
mod flags;
mod keys;
mod layers;
mod reload;
mod resolve;
mod schema;
mod themes;
mod value;

#[cfg(test)]
mod tests;

pub use directories::create_private_directory;
pub use environment::Environment;
pub use error::ConfigError;
pub use keys::{KeyOrigin, KeyStore};
pub use layers::Origin;
pub(crate) use schema::similar;
pub use themes::ThemeFile;

/// The built-in defaults with their explanations, as the user may read and copy them.
pub const DEFAULT_TOML: &str = include_str!("config/default.toml");

/// Where settings are read from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The environment.
    pub environment: Environment,
    /// `--config FILE`; unset, `config.toml` in the user's config directory, if it is there.
    pub config_file: Option<PathBuf>,
    /// `--set key=value`, in order.
    pub set: Vec<String>,
    /// `--planner`: `provider/model` or `model`.
    pub planner: Option<String>,
    /// `--coder`: the same.
    pub coder: Option<String>,
}

impl Sources {
    /// The user's file, whether or not it exists.
    ///
    /// # Errors
    /// [`ConfigError::NoHome`].
    pub fn config_path(&self) -> Result<PathBuf, ConfigError> {
        match &self.config_file {
            Some(named) => Ok(named.clone()),
            None => directories::config_file(&self.environment),
        }
    }
}

/// Everything the program may be told, in force.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `MIRA_HOME`: database, logs, keys. Created 0700 by whoever first writes.
    pub home: PathBuf,
    /// The SQLite file (`DATABASE_URL`, default `mira.db` in the home).
    pub database: PathBuf,
    /// `MIRA_SQLITE_MAX_CONNECTIONS`: readers beside the one writer.
    pub sqlite_max_connections: u32,
    /// What each role uses.
    pub roles: Roles,
    /// Services by name; `openai` and `deepseek` always exist.
    pub providers: BTreeMap<String, ProviderSettings>,
    /// Time limits of model calls.
    pub network: NetworkSettings,
    /// Caps of one operation.
    pub budget: BudgetSettings,
    /// Hand-offs to the coder.
    pub delegation: DelegationSettings,
    /// Prices and windows that override the built-in table, by model name.
    pub models: BTreeMap<String, ModelOverride>,
    /// What is remembered and recalled.
    pub memory: MemorySettings,
    /// A vector server in place of the built-in index.
    pub qdrant: QdrantSettings,
    /// The local WebSocket server.
    pub server: ServerSettings,
    /// The project and its git.
    pub workspace: WorkspaceSettings,
    /// The code that goes along with a prompt.
    pub context: ContextSettings,
    /// Log files.
    pub log: LogSettings,
    /// The screen.
    pub ui: UiSettings,
    /// Which keys do what, by context and action; what these mean the screen knows.
    pub keys: Vec<KeySetting>,
    /// The user's file, whether or not it exists.
    pub config_file: PathBuf,
    /// Sentences that the user should see once (a retired model name that was replaced).
    pub notices: Vec<String>,
    /// Every value in force, by name, with its origin.
    pub values: Vec<Setting>,
    environment: Environment,
    /// Where they were read from; `None` for settings that are made, not read.
    sources: Option<Sources>,
}

/// One value in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its name, as TOML spells it (`roles.planner.model`).
    pub name: String,
    /// The value as TOML.
    pub toml: String,
    /// The value as JSON.
    pub json: serde_json::Value,
    /// Who gave it.
    pub origin: Origin,
}

/// What a model is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Thinks and talks.
    Planner,
    /// Writes code.
    Coder,
    /// Analyses messages, writes summaries.
    Analyst,
    /// Makes vectors.
    Embedder,
}

impl Settings {
    /// Reads all layers: defaults < file < environment < flags. Keys are found later, by
    /// [`load_keys`](Self::load_keys).
    ///
    /// # Errors
    /// The first value that cannot be used, as a sentence with its place.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let config_file = sources.config_path()?;
        let mut layers = file::defaults()?;
        file::read(&config_file, sources.config_file.is_some(), &mut layers)?;
        let settings = resolve::settings(sources, config_file, layers)?;
        Ok(Self { sources: Some(sources.clone()), ..settings })
    }

    /// The built-in defaults with their state in `home`: for the demo and for tests.
    ///
    /// # Errors
    /// None that a user can cause.
    pub fn defaults(home: &Path) -> Result<Self, ConfigError> {
        let environment = Environment::from_iter([("MIRA_HOME", home)]);
        let sources = Sources { environment, ..Sources::default() };
        resolve::settings(&sources, home.join("config.toml"), file::defaults()?)
    }

    /// The user's home directory, for paths that begin with `~/`.
    pub fn user_home(&self) -> Option<PathBuf> {
        self.environment.absolute_path("HOME")
    }

    /// Who gave the setting `name`; `None` when it is unset.
    pub fn origin(&self, name: &str) -> Option<&Origin> {
        self.values.iter().find(|setting| setting.name == name).map(|setting| &setting.origin)
    }

    /// What `role` uses.
    pub fn role(&self, role: Role) -> &RoleSettings {
        self.roles.of(role)
    }

    /// What the environment says beside settings (`TERM`, `EDITOR`); text that is not UTF-8 is none.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).ok().flatten()
    }
}

impl Role {
    /// Its name in settings, events and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planner => "planner",
            Self::Coder => "coder",
            Self::Analyst => "analyst",
            Self::Embedder => "embedder",
        }
    }
}

/// The models by what they are used for.
#[derive(Clone, Debug)]
pub struct Roles {
    /// Thinks and talks.
    pub planner: RoleSettings,
    /// Writes code.
    pub coder: RoleSettings,
    /// Analyses messages, writes summaries.
    pub analyst: RoleSettings,
    /// Makes vectors.
    pub embedder: RoleSettings,
}

impl Roles {
    /// What `role` uses.
    pub fn of(&self, role: Role) -> &RoleSettings {
        match role {
            Role::Planner => &self.planner,
            Role::Coder => &self.coder,
            Role::Analyst => &self.analyst,
            Role::Embedder => &self.embedder,
        }
    }
}

/// One role's model.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleSettings {
    /// A name in [`Settings::providers`].
    pub provider: String,
    /// The model's name on the wire.
    pub model: String,
    /// Reasoning effort; `none` switches thinking off; `None` leaves the provider's default.
    pub effort: Option<String>,
    /// Cap on the tokens of one answer.
    pub max_output_tokens: Option<u32>,
    /// Vector size, embedder only.
    pub dimensions: Option<u32>,
}

/// One service.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderSettings {
    /// Which wire it speaks.
    pub kind: ProviderKind,
    /// Where, without the last path part (`https://api.openai.com/v1`).
    pub base_url: String,
    /// The key, if one was found.
    pub key: Option<Secret>,
    /// The environment variable that may hold the key, for error sentences.
    pub key_env: Option<String>,
    /// Whether the service demands a key (local servers do not).
    pub needs_key: bool,
    /// Whether responses are stored by the service and continued by id (Responses wire).
    pub store: bool,
}

/// The two wires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    /// `POST {base}/responses`.
    Responses,
    /// `POST {base}/chat/completions`.
    ChatCompletions,
}

/// Time limits of one model call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkSettings {
    /// Until connected.
    pub connect_timeout: Duration,
    /// From request to first byte of the body.
    pub first_byte_timeout: Duration,
    /// Between two pieces; SSE comments count as life.
    pub idle_timeout: Duration,
    /// One call from start to end, retries included.
    pub total_timeout: Duration,
    /// Attempts after the first.
    pub max_retries: u32,
    /// First pause between attempts; doubles, with jitter.
    pub retry_base: Duration,
}

/// Caps of one operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BudgetSettings {
    /// Model calls of the planner.
    pub max_rounds: u32,
    /// Input plus output tokens over all calls.
    pub max_tokens: u64,
    /// US dollars.
    pub max_cost_usd: Option<f64>,
    /// Wall time.
    pub max_duration: Duration,
}

/// Hand-offs to the coder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DelegationSettings {
    /// Which of them wait for the user before they are sent.
    pub review: DelegationReview,
}

/// Which hand-offs wait for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelegationReview {
    /// None.
    Never,
    /// Those that change a file that is there.
    Edits,
    /// All.
    Always,
}

impl DelegationReview {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Never, Self::Edits, Self::Always];

    /// Its name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Edits => "edits",
            Self::Always => "always",
        }
    }
}

/// A user's correction of the built-in model table; prices in US dollars per million tokens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelOverride {
    /// Uncached input.
    pub input: Option<f64>,
    /// Cached input.
    pub cached: Option<f64>,
    /// Input written to the cache.
    pub cache_write: Option<f64>,
    /// Output.
    pub output: Option<f64>,
    /// Context window in tokens.
    pub context: Option<u64>,
    /// Whether it takes images.
    pub images: Option<bool>,
}

/// What is remembered and recalled.
#[derive(Clone, Debug, PartialEq)]
pub struct MemorySettings {
    /// Messages below get no vector (`SALIENCE_MIN_FOR_EMBED`).
    pub salience_min_for_embed: f64,
    /// What gets vectors: general, code, facts, preferences (`EMBED_HEADS`).
    pub embed_heads: Vec<String>,
    /// `MAX_RECALLED_MESSAGES`.
    pub max_recalled_messages: u32,
    /// A rolling summary every so many messages (`SUMMARY_GENERATION_INTERVAL`).
    pub summary_interval: u32,
}

/// A vector server in place of the built-in index.
#[derive(Clone, Debug, PartialEq)]
pub struct QdrantSettings {
    /// `QDRANT_URL`; `None` is the built-in index.
    pub url: Option<String>,
    /// `QDRANT_API_KEY`.
    pub key: Option<Secret>,
}

/// The local WebSocket server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSettings {
    /// `MIRA_HOST`.
    pub host: String,
    /// `MIRA_PORT`; 0 is any free one.
    pub port: u16,
    /// `MIRA_ENV`: development or production.
    pub environment: String,
}

/// The project and its git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// Whether git is asked about the project (`GIT_ENABLED`).
    pub git: bool,
    /// The project when Mira is started outside of one (`DEFAULT_REPO_PATH`).
    pub default_path: Option<PathBuf>,
    /// Files with a project's own instructions; in each folder the first one that is there counts.
    pub instructions: Vec<String>,
}

/// The code that goes along with a prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct ContextSettings {
    /// Tokens of code at most; 0 sends none.
    pub budget_tokens: u64,
    /// Tokens of all that goes along with a prompt unasked.
    pub total_tokens: u64,
    /// Tokens of code beside the target that go along with a hand-off at most.
    pub coder_tokens: u64,
    /// How long a prompt may wait for it.
    pub patience: Duration,
    /// Files in the index.
    pub max_files: usize,
    /// Larger files are known by name only.
    pub max_file_bytes: u64,
    /// Bytes of all files in the index together.
    pub max_total_bytes: u64,
    /// What makes a file matter.
    pub weights: ContextWeights,
}

/// How much each sign counts that a file matters for a task; each sign is between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContextWeights {
    /// The task's words in the whole file.
    pub file: f64,
    /// The task's words close together.
    pub chunk: f64,
    /// The task's words in one symbol.
    pub symbol: f64,
    /// The task's words in the path.
    pub path: f64,
    /// It was changed lately.
    pub history: f64,
    /// It changes together with the best files.
    pub together: f64,
    /// It defines what the task names.
    pub defines: f64,
    /// It is code, and no test, unless the task is about such: a share of what the others come to.
    pub source: f64,
}

/// Log files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Which events (`RUST_LOG`); `None` is none.
    pub filter: Option<String>,
    /// `LOG_FORMAT`: one JSON object a line in place of text.
    pub json: bool,
}

/// The screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UiSettings {
    /// A theme's name, or `auto`.
    pub theme: String,
    /// Whether colours are drawn (`NO_COLOR`).
    pub color: bool,
    /// Whether the composer has vim's keys.
    pub vim: bool,
    /// Whether the desktop is told when an operation ends unseen.
    pub notify: bool,
    /// Whether the mouse is listened to.
    pub mouse: bool,
}

/// The keys of one action in one context, as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySetting {
    /// Where they hold: `chat`, `global`.
    pub context: String,
    /// What they do: `scroll-up`.
    pub action: String,
    /// The keys: `ctrl-s`, `g g`; none unbinds the action.
    pub chords: Vec<String>,
    /// Who said it.
    pub origin: Origin,
}

/// A key. Prints as `***`; compare and reveal it only where it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a key.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

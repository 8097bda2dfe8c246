//! What the program uses. Values come in layers (built-in defaults, the user's file, the
//! environment, flags) and each knows its origin.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

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
    /// Prices and windows that override the built-in table, by model name.
    pub models: BTreeMap<String, ModelOverride>,
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

//! The models in force as front ends see them: what each role uses, what else could be chosen, what
//! fills a model's window.

use serde::{Deserialize, Serialize};

/// What each role uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelsView {
    /// Thinks and talks.
    pub planner: ModelView,
    /// Writes code.
    pub coder: ModelView,
    /// Analyses messages.
    pub analyst: ModelView,
    /// Makes vectors.
    pub embedder: ModelView,
}

/// What one role uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelView {
    /// The provider's name in the settings.
    pub provider: String,
    /// The model's name on the wire.
    pub model: String,
    /// Reasoning effort that is asked for.
    pub effort: Option<String>,
    /// Tokens that the model can hold, where that is known.
    pub context_window: Option<u64>,
    /// Tokens of its longest answer, where that is known.
    pub max_output: Option<u64>,
    /// Whether its calls can be counted in money.
    pub priced: bool,
    /// Why it cannot be asked, in a sentence that says what helps; `None` when it is ready.
    pub problem: Option<String>,
}

/// A model that a role could use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ModelChoiceView {
    /// The provider's name in the settings.
    pub provider: String,
    /// The model's name on the wire.
    pub model: String,
}

/// A model server on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalServerView {
    /// Which program usually listens there.
    pub name: String,
    /// What to set as the provider's `base_url`.
    pub base_url: String,
    /// The models it serves.
    pub models: Vec<String>,
}

/// What fills the planner's window in a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextView {
    /// Tokens that the model can hold.
    pub window: u64,
    /// Input tokens of the last call.
    pub used: u64,
    /// Those of them that were read from the provider's cache.
    pub cached: u64,
    /// Output tokens of the last call.
    pub output: u64,
    /// What the last request was made of; empty when it was made by an earlier run of the program.
    pub sections: Vec<ContextSection>,
}

/// A part of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextSection {
    /// What it is.
    pub name: String,
    /// Its size in tokens, estimated from its length.
    pub tokens: u64,
}

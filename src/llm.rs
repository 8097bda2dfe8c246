//! Models behind two wires: what a request is, what comes back piece by piece, what can go wrong.
//!
//! [`LlmProvider`] is the door. Everything provider-specific (request shapes, events, deviations of
//! compatible servers) stays below in `llm/`; prices and windows are data in `llm/models.toml`.

mod chat_completions;
mod client;
mod decoder;
mod dialect;
mod embeddings;
mod failure;
mod history;
mod http;
mod image;
mod lenient;
mod local;
mod models;
mod providers;
mod responses;
mod retry;
mod sse;

use std::{fmt, time::Duration};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::BoxStream};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use decoder::Decoder;
pub use embeddings::{Embedder, Embeddings, parse_embeddings};
pub use failure::{Failure, Remedy};
pub use image::Image;
pub use local::{LocalServer, parse_models, probe_local, probe_ports};
pub use models::{ModelInfo, Models, Price, known_models};
pub use providers::{Providers, RoleModel};

pub use crate::config::Role;

/// One model call, always with the whole history: a provider may send less when the server
/// remembers the rest, and can fall back to all of it when the server does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The model's name on the wire.
    pub model: String,
    /// Base instructions (the system prompt).
    pub instructions: String,
    /// The conversation, oldest first.
    pub items: Vec<Item>,
    /// What the server already holds, when it stores responses.
    pub previous: Option<Previous>,
    /// Tools the model may call.
    pub tools: Vec<ToolSpec>,
    /// Whether the model may, must or must not call tools.
    pub tool_choice: ToolChoice,
    /// Cap on visible plus reasoning tokens of the answer.
    pub max_output_tokens: Option<u32>,
    /// Reasoning effort in the provider's words (`minimal` … `max`, `none` switches it off);
    /// `None` leaves the provider's default.
    pub effort: Option<String>,
    /// Demands an answer that satisfies a JSON Schema.
    pub output_schema: Option<OutputSchema>,
    /// Routing hint for the provider's prompt cache: constant within a conversation.
    pub cache_key: Option<String>,
}

/// A stored response that a request continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// The response's id.
    pub response_id: String,
    /// How many of [`Request::items`] the server already holds (they come first).
    pub covers: usize,
}

/// One entry of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Item {
    /// The user's words.
    User {
        /// Plain text.
        text: String,
        /// What the user shows with them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        images: Vec<Image>,
    },
    /// The model's words.
    Assistant {
        /// Plain text.
        text: String,
        /// Commentary or final answer, where the model tells them apart; sent back unchanged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phase: Option<Phase>,
    },
    /// The model's reasoning; sent back in the form its provider demands.
    Reasoning(ReasoningItem),
    /// The model calls a tool.
    ToolCall(ToolCall),
    /// What the tool answered.
    ToolResult {
        /// Pairs with [`ToolCall::call_id`].
        call_id: String,
        /// The answer.
        output: String,
    },
    /// An output item of a kind that Mira does not know, kept to be sent back as it came.
    Opaque {
        /// The item's JSON.
        value: Value,
    },
}

impl Item {
    /// The user's words alone.
    pub fn user(text: impl Into<String>) -> Self {
        Self::User { text: text.into(), images: Vec::new() }
    }
}

/// Which part of a turn a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Said on the way.
    Commentary,
    /// The result.
    FinalAnswer,
}

/// Reasoning as the provider gave it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasoningItem {
    /// The provider's id of the item.
    pub id: Option<String>,
    /// Summary parts, readable.
    pub summary: Vec<String>,
    /// The reasoning itself, readable (DeepSeek and local models).
    pub text: Option<String>,
    /// The reasoning itself, sealed (OpenAI).
    pub encrypted: Option<String>,
    /// OpenRouter's signed `reasoning_details`, as they came.
    pub details: Option<Value>,
}

/// A function call that the model made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The provider's id, or one of our own where the server gave none.
    pub call_id: String,
    /// The function.
    pub name: String,
    /// Arguments as JSON text; `{}` when the model gave none.
    pub arguments: String,
}

/// A function that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolSpec {
    /// Name.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of the arguments, in strict form.
    pub parameters: Value,
}

/// Whether tools are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// The model decides.
    #[default]
    Auto,
    /// No call.
    None,
    /// At least one call.
    Required,
}

/// The form an answer must have.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputSchema {
    /// A short name (`[a-zA-Z0-9_-]`, at most 64 characters).
    pub name: String,
    /// JSON Schema.
    pub schema: Value,
}

/// A piece of an answer. Text and reasoning pieces add up to the items that [`Chunk::Item`] closes.
#[derive(Clone, Debug, PartialEq)]
pub enum Chunk {
    /// The server has begun to answer.
    Started {
        /// The response's id, if it can be continued.
        response_id: Option<String>,
    },
    /// Visible text (a refusal's text too).
    Text(String),
    /// Readable reasoning or its summary.
    Reasoning(String),
    /// A tool call has begun; its arguments are still coming.
    ToolCallStarted {
        /// Its id.
        call_id: String,
        /// The function.
        name: String,
    },
    /// An item is complete. Calls cut by a length limit never become items.
    Item(Item),
    /// A failed attempt is repeated; nothing visible had come yet.
    Retrying {
        /// Which attempt comes next, from 2.
        attempt: u32,
        /// How long until then.
        after: Duration,
        /// Why, as a sentence.
        reason: String,
    },
    /// The last piece.
    Finished(Finish),
}

/// How an answer ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finish {
    /// Why it ended.
    pub reason: FinishReason,
    /// What it used, if the server said so.
    pub usage: Option<Usage>,
    /// The response's id, if it can be continued.
    pub response_id: Option<String>,
    /// The model's refusal, if it refused.
    pub refusal: Option<String>,
    /// Calls that the end cut off: for display, never to be run.
    pub cut_calls: Vec<ToolCall>,
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FinishReason {
    /// Complete.
    #[default]
    Stop,
    /// Complete, with calls to run.
    ToolCalls,
    /// A token limit cut it.
    Length,
    /// The provider's filter cut it.
    ContentFilter,
}

/// Tokens of one call. Parts are included in their whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// All input tokens.
    pub input: u64,
    /// Input read from the cache (part of `input`).
    pub cached: u64,
    /// Input written to the cache (part of `input`).
    pub cache_write: u64,
    /// All output tokens.
    pub output: u64,
    /// Output spent on reasoning (part of `output`).
    pub reasoning: u64,
}

impl std::ops::Add for Usage {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            input: self.input + more.input,
            cached: self.cached + more.cached,
            cache_write: self.cache_write + more.cache_write,
            output: self.output + more.output,
            reasoning: self.reasoning + more.reasoning,
        }
    }
}

/// A whole answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The items in the order the model made them.
    pub items: Vec<Item>,
    /// How it ended.
    pub finish: Finish,
}

impl Answer {
    /// All visible text, messages apart by an empty line.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Assistant { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect();
        texts.join("\n\n")
    }

    /// The calls to run.
    pub fn tool_calls(&self) -> impl Iterator<Item = &ToolCall> {
        self.items.iter().filter_map(|item| match item {
            Item::ToolCall(call) => Some(call),
            _ => None,
        })
    }
}

/// What can go wrong with a model call. `Display` is the sentence for the user: what happened and
/// what helps, naming the provider.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct LlmError {
    /// The class, for whoever acts on it.
    pub kind: LlmErrorKind,
    /// The sentence for the user.
    pub message: String,
}

/// Classes of [`LlmError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LlmErrorKind {
    /// Too many requests for now.
    RateLimited {
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// No money or quota left: waiting does not help.
    QuotaExhausted,
    /// Key missing, wrong or not allowed.
    Auth,
    /// More input than the model's window.
    ContextTooLong,
    /// The server cannot now (5xx).
    Overloaded,
    /// Nothing came in time.
    Timeout,
    /// The connection failed or broke.
    Transport,
    /// What came is not what the wire promises.
    BadReply,
    /// The server understood and refused (a wrong parameter, an unknown model, a policy).
    Refused,
    /// A limit of our own was passed (line or body too large).
    TooLarge,
}

impl LlmError {
    /// An error of `kind` with its sentence.
    pub fn new(kind: LlmErrorKind, message: impl fmt::Display) -> Self {
        Self { kind, message: message.to_string() }
    }
}

/// A stream of chunks. Dropping it cancels the HTTP request.
pub type ChunkStream = BoxStream<'static, Result<Chunk, LlmError>>;

/// A service that answers model calls.
pub trait LlmProvider: Send + Sync {
    /// Starts a call. Errors come through the stream; after an error or [`Chunk::Finished`]
    /// nothing follows.
    fn stream(&self, request: Request) -> ChunkStream;

    /// The whole answer at once.
    fn create(&self, request: Request) -> BoxFuture<'static, Result<Answer, LlmError>> {
        collect(self.stream(request)).boxed()
    }
}

/// Collects a stream into the whole answer.
///
/// # Errors
/// The stream's own error; the items before it are gone with it.
pub async fn collect(mut chunks: ChunkStream) -> Result<Answer, LlmError> {
    let mut answer = Answer::default();
    while let Some(chunk) = chunks.next().await {
        match chunk? {
            Chunk::Item(item) => answer.items.push(item),
            Chunk::Finished(finish) => answer.finish = finish,
            _ => {}
        }
    }
    Ok(answer)
}

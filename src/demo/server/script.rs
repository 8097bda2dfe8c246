//! What the scripted models answer, as data: turns with a condition, the steps of the answer, and
//! how it ends. Which wire a turn goes out on is none of its business.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::llm::Usage;

/// A list of turns. Each request is answered by the first turn that fits it and is not used up, so
/// turns without conditions play in order and turns with conditions may come in any order.
///
/// ```
/// use mira::demo::server::{Script, Turn};
/// use serde_json::json;
///
/// let script = Script::new()
///     .turn(Turn::responses().user_says("hello").call("read_file", json!({ "path": "a.rs" })))
///     .turn(Turn::responses().round(1).text("It is empty."));
/// assert_eq!(script.turns.len(), 2);
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Characters in one streamed piece.
    #[serde(default = "default_piece")]
    pub piece: usize,
    /// Pause before each piece, in milliseconds.
    #[serde(default)]
    pub pace_ms: u64,
    /// The turns.
    #[serde(default, rename = "turn")]
    pub turns: Vec<Turn>,
}

/// About the length of two tokens: enough pieces to be a stream, few enough to read in a log.
fn default_piece() -> usize {
    8
}

impl Default for Script {
    fn default() -> Self {
        Self { piece: default_piece(), pace_ms: 0, turns: Vec::new() }
    }
}

impl Script {
    /// A script without turns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a script from TOML: `[[turn]]` tables with `when`, `[[turn.steps]]` and `end`.
    ///
    /// # Errors
    /// The TOML error, with line and column.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Appends a turn.
    #[must_use]
    pub fn turn(mut self, turn: Turn) -> Self {
        self.turns.push(turn);
        self
    }

    /// Streams in pieces of `chars` characters.
    #[must_use]
    pub fn piece(mut self, chars: usize) -> Self {
        self.piece = chars;
        self
    }

    /// Pauses `ms` milliseconds before each piece.
    #[must_use]
    pub fn pace_ms(mut self, ms: u64) -> Self {
        self.pace_ms = ms;
        self
    }
}

/// One answer: when it is given, what it says, how it ends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Turn {
    /// Which requests it answers.
    pub when: When,
    /// What is said, in order.
    pub steps: Vec<Step>,
    /// How the answer ends.
    pub end: End,
    /// What the answer claims to have used; estimated from the text when left out.
    pub usage: Option<Usage>,
    /// Answers any number of requests, also none; otherwise exactly one.
    pub repeat: bool,
}

impl Turn {
    /// A turn for either wire.
    pub fn any() -> Self {
        Self::default()
    }

    /// A turn for `POST /v1/responses`.
    pub fn responses() -> Self {
        Self::on(Wire::Responses)
    }

    /// A turn for `POST /v1/chat/completions`.
    pub fn chat() -> Self {
        Self::on(Wire::Chat)
    }

    /// A turn for `POST /v1/embeddings`. Vectors are computed, so only its [`End`] matters.
    pub fn embeddings() -> Self {
        Self::on(Wire::Embeddings)
    }

    fn on(wire: Wire) -> Self {
        let when = When { wire: Some(wire), ..When::default() };
        Self { when, ..Self::default() }
    }

    /// Only for this model.
    #[must_use]
    pub fn model(mut self, name: impl Into<String>) -> Self {
        self.when.model = Some(name.into());
        self
    }

    /// Only when the last user message contains `text`.
    #[must_use]
    pub fn user_says(mut self, text: impl Into<String>) -> Self {
        self.when.user_says = Some(text.into());
        self
    }

    /// Only in this round: 0 answers the user, 1 the first tool results after it, and so on.
    #[must_use]
    pub fn round(mut self, round: usize) -> Self {
        self.when.round = Some(round);
        self
    }

    /// Only when the request ends with tool results and one of them contains `text`.
    #[must_use]
    pub fn tool_says(mut self, text: impl Into<String>) -> Self {
        self.when.tool_says = Some(text.into());
        self
    }

    /// Reasons.
    #[must_use]
    pub fn reasoning(self, text: impl Into<String>) -> Self {
        self.step(Step::Reasoning(text.into()))
    }

    /// Says something.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.step(Step::Text(text.into()))
    }

    /// Refuses.
    #[must_use]
    pub fn refusal(self, text: impl Into<String>) -> Self {
        self.step(Step::Refusal(text.into()))
    }

    /// Calls a tool.
    #[must_use]
    pub fn call(self, name: impl Into<String>, arguments: Value) -> Self {
        self.call_raw(name, arguments.to_string())
    }

    /// Calls a tool with arguments exactly as given, broken JSON included.
    #[must_use]
    pub fn call_raw(self, name: impl Into<String>, arguments: impl Into<String>) -> Self {
        self.step(Step::Call { name: name.into(), arguments: arguments.into() })
    }

    /// Waits.
    #[must_use]
    pub fn delay_ms(self, ms: u64) -> Self {
        self.step(Step::DelayMs(ms))
    }

    /// Puts bytes on the wire exactly as given: comments, broken events, unknown ones.
    #[must_use]
    pub fn raw(self, text: impl Into<String>) -> Self {
        self.step(Step::Raw(text.into()))
    }

    /// Appends a step.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Ends another way than completely.
    #[must_use]
    pub fn end(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    /// Answers with an HTTP error in the service's form instead of a stream.
    #[must_use]
    pub fn fails(self, status: u16, code: &str) -> Self {
        let message = format!("Scripted failure: {code}.");
        let error = serde_json::json!({ "message": message, "type": code, "param": null, "code": code });
        let body = serde_json::json!({ "error": error }).to_string();
        self.end(End::Status { code: status, headers: BTreeMap::new(), body })
    }

    /// Claims this usage.
    #[must_use]
    pub fn usage(mut self, usage: Usage) -> Self {
        self.usage = Some(usage);
        self
    }

    /// Answers any number of requests, also none.
    #[must_use]
    pub fn repeat(mut self) -> Self {
        self.repeat = true;
        self
    }

    pub(super) fn calls(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Call { .. }))
    }
}

/// Which requests a turn answers: all conditions that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// The endpoint.
    pub wire: Option<Wire>,
    /// The model's name.
    pub model: Option<String>,
    /// Part of the last user message.
    pub user_says: Option<String>,
    /// How many rounds of tool results follow the last user message.
    pub round: Option<usize>,
    /// Part of one of the tool results that the request ends with.
    pub tool_says: Option<String>,
}

/// An endpoint of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// `POST /v1/responses`.
    Responses,
    /// `POST /v1/chat/completions`.
    Chat,
    /// `POST /v1/embeddings`.
    Embeddings,
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Reasoning; left out when thinking is off.
    Reasoning(String),
    /// Visible text.
    Text(String),
    /// A refusal.
    Refusal(String),
    /// A tool call.
    Call {
        /// The function.
        name: String,
        /// Arguments as JSON text.
        arguments: String,
    },
    /// A pause in milliseconds.
    DelayMs(u64),
    /// Bytes for the stream as they are.
    Raw(String),
}

/// How an answer ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Complete.
    #[default]
    Stop,
    /// Cut by the token limit: what came last is incomplete.
    Length,
    /// Cut by the content filter.
    ContentFilter,
    /// An error event in the stream.
    Error {
        /// The service's code.
        code: String,
        /// Its sentence.
        message: String,
    },
    /// The stream ends properly, but without its terminal event.
    Missing,
    /// Nothing more comes and the connection stays open.
    Stall,
    /// The connection breaks after so many bytes of the body.
    CutAfter(usize),
    /// This HTTP answer instead of all steps.
    Status {
        /// Status code.
        code: u16,
        /// Headers; `content-type` is JSON unless given.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// The body.
        #[serde(default)]
        body: String,
    },
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_script_is_read_from_data() {
        let script = Script::from_toml(
            r#"
            pace_ms = 3

            [[turn]]
            when = { wire = "chat", user_says = "src/a.rs" }
            end = "length"
            [[turn.steps]]
            reasoning = "hm"
            [[turn.steps]]
            call = { name = "read_file", arguments = '{"path": null}' }

            [[turn]]
            end = { status = { code = 429, headers = { retry-after = "1" } } }
            "#,
        )
        .unwrap();
        assert_eq!((script.piece, script.pace_ms), (8, 3));
        assert_eq!(script.turns[0].when, Turn::chat().user_says("src/a.rs").when);
        assert_eq!(script.turns[0].end, End::Length);
        assert_eq!(script.turns[0].steps[0], Step::Reasoning("hm".into()));
        assert!(matches!(&script.turns[1].end, End::Status { code: 429, .. }));
        assert!(Script::from_toml("[[turn]]\nwhenn = {}").is_err());
    }
}

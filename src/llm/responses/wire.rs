//! The shapes of the Responses wire: events for the many small pieces, read without copies, and
//! output items, read once each.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::super::{
    Item, Phase, ReasoningItem, ToolCall, Usage,
    lenient::{Count, Text},
};

/// Any event: the fields that some event has.
#[derive(Deserialize)]
pub(super) struct Event<'a> {
    #[serde(default, borrow, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(default)]
    pub(super) output_index: Count,
    #[serde(default, borrow)]
    pub(super) item_id: Text<'a>,
    #[serde(default)]
    pub(super) summary_index: Count,
    #[serde(default, borrow)]
    pub(super) delta: Text<'a>,
    #[serde(default, borrow)]
    pub(super) arguments: Text<'a>,
    #[serde(default, borrow)]
    pub(super) item: Option<&'a RawValue>,
    #[serde(default, borrow)]
    pub(super) response: Option<&'a RawValue>,
    #[serde(default, borrow)]
    pub(super) error: Option<&'a RawValue>,
}

/// A response, whole or as an event carries it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Response {
    pub(super) id: Option<String>,
    pub(super) status: Option<String>,
    pub(super) error: Option<Value>,
    pub(super) incomplete_details: Option<Incomplete>,
    pub(super) output: Option<Vec<Value>>,
    pub(super) usage: Option<WireUsage>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Incomplete {
    pub(super) reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct WireUsage {
    input_tokens: Count,
    output_tokens: Count,
    input_tokens_details: Option<InputDetails>,
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct InputDetails {
    cached_tokens: Count,
    cache_write_tokens: Count,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct OutputDetails {
    reasoning_tokens: Count,
}

impl From<WireUsage> for Usage {
    fn from(wire: WireUsage) -> Self {
        let input = wire.input_tokens_details.unwrap_or_default();
        Self {
            input: wire.input_tokens.or_zero(),
            cached: input.cached_tokens.or_zero(),
            cache_write: input.cache_write_tokens.or_zero(),
            output: wire.output_tokens.or_zero(),
            reasoning: wire.output_tokens_details.map_or(0, |details| details.reasoning_tokens.or_zero()),
        }
    }
}

/// An output item, understood.
pub(super) enum Output {
    Message { text: String, refusal: String, phase: Option<Phase> },
    Reasoning(ReasoningItem),
    Call { call: ToolCall, is_incomplete: bool },
    Other(Value),
}

impl From<Value> for Output {
    fn from(item: Value) -> Self {
        match item.get("type").and_then(Value::as_str) {
            Some("message") => Self::message(&item),
            Some("reasoning") => Self::Reasoning(reasoning(&item)),
            Some("function_call") => Self::call(&item),
            _ => Self::Other(item),
        }
    }
}

impl Output {
    fn message(item: &Value) -> Self {
        let parts = item.get("content").and_then(Value::as_array).into_iter().flatten();
        let (mut text, mut refusal) = (String::new(), String::new());
        for part in parts {
            text.push_str(text_at(part, "text"));
            refusal.push_str(text_at(part, "refusal"));
        }
        let phase = match text_at(item, "phase") {
            "commentary" => Some(Phase::Commentary),
            "final_answer" => Some(Phase::FinalAnswer),
            _ => None,
        };
        Self::Message { text, refusal, phase }
    }

    fn call(item: &Value) -> Self {
        let arguments = match text_at(item, "arguments") {
            "" => "{}",
            arguments => arguments,
        };
        let call = ToolCall {
            call_id: id_of_call(item).to_owned(),
            name: text_at(item, "name").to_owned(),
            arguments: arguments.to_owned(),
        };
        Self::Call { call, is_incomplete: text_at(item, "status") == "incomplete" }
    }

    /// Everything a person can read of it: visible text first, else reasoning.
    pub(super) fn readable(&self) -> String {
        match self {
            Self::Message { text, refusal, .. } => format!("{text}{refusal}"),
            Self::Reasoning(item) if !item.summary.is_empty() => item.summary.join("\n\n"),
            Self::Reasoning(item) => item.text.clone().unwrap_or_default(),
            Self::Call { .. } | Self::Other(_) => String::new(),
        }
    }
}

impl From<Output> for Option<Item> {
    fn from(output: Output) -> Self {
        match output {
            Output::Message { text, refusal, phase } => {
                let text = text + &refusal;
                (!text.is_empty()).then_some(Item::Assistant { text, phase })
            }
            Output::Reasoning(item) => Some(Item::Reasoning(item)),
            Output::Call { call, .. } => Some(Item::ToolCall(call)),
            Output::Other(value) => Some(Item::Opaque { value }),
        }
    }
}

fn reasoning(item: &Value) -> ReasoningItem {
    let texts = |key: &str| -> Vec<String> {
        let parts = item.get(key).and_then(Value::as_array).into_iter().flatten();
        parts.map(|part| text_at(part, "text").to_owned()).collect()
    };
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    ReasoningItem {
        id: filled(text_at(item, "id")),
        summary: texts("summary"),
        text: filled(&texts("content").concat()),
        encrypted: filled(text_at(item, "encrypted_content")),
        details: None,
    }
}

/// The id that pairs a call with its output; a server without one gets the item's own.
pub(super) fn id_of_call(item: &Value) -> &str {
    match text_at(item, "call_id") {
        "" => text_at(item, "id"),
        call_id => call_id,
    }
}

/// A text field, empty if it is missing or something else.
pub(super) fn text_at<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

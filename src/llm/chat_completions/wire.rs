//! The shapes of a chat completion, read leniently and, for the many small pieces, without copies.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use super::super::{
    Usage,
    lenient::{Count, Text},
};

#[derive(Deserialize)]
pub(super) struct Completion<'a> {
    #[serde(default, borrow)]
    pub(super) choices: Option<Vec<Choice<'a>>>,
    #[serde(default)]
    pub(super) usage: Option<WireUsage>,
    #[serde(default)]
    pub(super) x_groq: Option<GroqExtra>,
    #[serde(default, borrow)]
    pub(super) error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Choice<'a> {
    #[serde(default)]
    pub(super) index: Count,
    #[serde(default, borrow)]
    pub(super) delta: Option<Delta<'a>>,
    /// The message of a whole answer. Perplexity repeats it beside each delta: read only if alone.
    #[serde(default, borrow)]
    pub(super) message: Option<&'a RawValue>,
    #[serde(default, borrow)]
    pub(super) finish_reason: Text<'a>,
}

#[derive(Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(default, borrow)]
    pub(super) content: Content<'a>,
    #[serde(default, borrow)]
    pub(super) reasoning_content: Text<'a>,
    #[serde(default, borrow)]
    pub(super) reasoning: Text<'a>,
    #[serde(default, borrow)]
    pub(super) reasoning_details: Option<&'a RawValue>,
    #[serde(default, borrow)]
    pub(super) refusal: Text<'a>,
    #[serde(default, borrow)]
    pub(super) tool_calls: Option<Vec<WireCall<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct WireCall<'a> {
    #[serde(default)]
    pub(super) index: Count,
    #[serde(default, borrow)]
    pub(super) id: Text<'a>,
    #[serde(default, borrow)]
    pub(super) function: Option<WireFunction<'a>>,
}

#[derive(Deserialize)]
pub(super) struct WireFunction<'a> {
    #[serde(default, borrow)]
    pub(super) name: Text<'a>,
    /// JSON text inside a string, or (some local servers) the object itself.
    #[serde(default, borrow)]
    pub(super) arguments: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct GroqExtra {
    #[serde(default)]
    pub(super) usage: Option<WireUsage>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct WireUsage {
    pub(super) prompt_tokens: Count,
    pub(super) completion_tokens: Count,
    pub(super) total_tokens: Count,
    pub(super) prompt_cache_hit_tokens: Count,
    pub(super) prompt_tokens_details: Option<InputDetails>,
    pub(super) completion_tokens_details: Option<OutputDetails>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct InputDetails {
    pub(super) cached_tokens: Count,
    pub(super) cache_write_tokens: Count,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct OutputDetails {
    pub(super) reasoning_tokens: Count,
}

impl From<WireUsage> for Usage {
    fn from(wire: WireUsage) -> Self {
        let input = wire.prompt_tokens.or_zero();
        let output = wire.completion_tokens.or_zero();
        let details = wire.prompt_tokens_details.unwrap_or_default();
        let reasoning =
            wire.completion_tokens_details.map_or(0, |details| details.reasoning_tokens.or_zero());
        // xAI counts reasoning beside the completion; its total gives that away.
        let is_beside = wire.total_tokens.0 == Some(input + output + reasoning);
        Self {
            input,
            cached: details.cached_tokens.0.unwrap_or(wire.prompt_cache_hit_tokens.or_zero()),
            cache_write: details.cache_write_tokens.or_zero(),
            output: if is_beside { output + reasoning } else { output },
            reasoning,
        }
    }
}

/// Message content: a text, or (Mistral) parts of text and thinking.
pub(super) enum Content<'a> {
    Text(Text<'a>),
    Parts(Vec<Part>),
}

impl Default for Content<'_> {
    fn default() -> Self {
        Self::Text(Text::default())
    }
}

#[derive(Default)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) thinking: String,
}

impl From<Value> for Part {
    fn from(value: Value) -> Self {
        let text_of =
            |value: &Value| value.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
        match value.get("thinking") {
            Some(Value::Array(parts)) => {
                Self { thinking: parts.iter().map(text_of).collect(), ..Self::default() }
            }
            Some(Value::String(thinking)) => Self { thinking: thinking.clone(), ..Self::default() },
            _ => Self { text: text_of(&value), ..Self::default() },
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, parts or null")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Content::Text(Text::new(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Content::Text(Text::new(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Content::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = seq.next_element::<Value>()? {
            parts.push(part.into());
        }
        Ok(Content::Parts(parts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Content::default())
    }
}

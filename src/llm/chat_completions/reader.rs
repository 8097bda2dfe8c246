//! Reads the chunks of a chat completion, or a whole one.

use serde_json::{Value, value::RawValue};

use super::{
    super::{
        Chunk, Failure, Finish, FinishReason, Item, LlmErrorKind, ReasoningItem, Usage,
        decoder::{self, bad, broken_off, push_reasoning, push_text},
        failure::ServerError,
        lenient::Text,
    },
    calls::{Calls, Piece},
    wire::{Choice, Completion, Content, Delta, WireCall},
};

/// An answer under way.
#[derive(Default)]
pub(crate) struct Reader {
    started: bool,
    finished: bool,
    text: String,
    reasoning: String,
    refusal: String,
    details: Vec<Value>,
    calls: Calls,
    usage: Option<Usage>,
    reason: Option<FinishReason>,
}

impl decoder::Reader for Reader {
    fn event(&mut self, data: &[u8], out: &mut Vec<Chunk>) -> Result<(), Failure> {
        if self.finished {
            return Ok(());
        }
        match data.trim_ascii() {
            b"[DONE]" => self.finish(out),
            b"" => {}
            data => self.completion(data, out)?,
        }
        Ok(())
    }

    fn whole(&mut self, body: &[u8], out: &mut Vec<Chunk>) -> Result<(), Failure> {
        self.completion(body, out)?;
        if self.reason.is_none() && self.text.is_empty() && self.usage.is_none() {
            return Err(bad("the answer holds no message"));
        }
        self.finish(out);
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<Chunk>) -> Result<(), Failure> {
        if self.finished {
            return Ok(());
        }
        // Several servers never send `[DONE]`; without a finish reason either, the answer was cut.
        if self.reason.is_none() {
            return Err(broken_off());
        }
        self.finish(out);
        Ok(())
    }

    fn is_finished(&self) -> bool {
        self.finished
    }
}

impl Reader {
    fn completion(&mut self, data: &[u8], out: &mut Vec<Chunk>) -> Result<(), Failure> {
        let completion: Completion<'_> =
            serde_json::from_slice(data).map_err(|_| bad("a piece of the answer is not valid JSON"))?;
        if let Some(error) = completion.error {
            return Err(stream_error(error));
        }
        if !std::mem::replace(&mut self.started, true) {
            out.push(Chunk::Started { response_id: None });
        }
        for choice in completion.choices.into_iter().flatten().filter(|choice| choice.index.or_zero() == 0) {
            self.choice(choice, out)?;
        }
        let usage = completion.usage.or(completion.x_groq.and_then(|extra| extra.usage));
        if let Some(usage) = usage {
            self.usage = Some(usage.into());
        }
        Ok(())
    }

    fn choice(&mut self, choice: Choice<'_>, out: &mut Vec<Chunk>) -> Result<(), Failure> {
        match (choice.delta, choice.message) {
            (Some(delta), _) => self.delta(delta, out),
            (None, Some(message)) => {
                let message: Delta<'_> = serde_json::from_str(message.get())
                    .map_err(|_| bad("the answer's message cannot be read"))?;
                self.delta(message, out);
            }
            (None, None) => {}
        }
        if let Some(reason) = choice.finish_reason.filled() {
            self.reason = Some(finish_reason(reason)?);
        }
        Ok(())
    }

    fn delta(&mut self, delta: Delta<'_>, out: &mut Vec<Chunk>) {
        // Some servers send both names of the same text.
        let reasoning = delta.reasoning_content.filled().or(delta.reasoning.filled());
        self.reason_on(reasoning.unwrap_or_default(), out);
        if let Some(details) = delta.reasoning_details {
            self.keep_details(details);
        }
        match &delta.content {
            Content::Text(text) => self.speak(text.as_str(), out),
            Content::Parts(parts) => {
                for part in parts {
                    self.reason_on(&part.thinking, out);
                    self.speak(&part.text, out);
                }
            }
        }
        self.speak(delta.refusal.as_str(), out);
        self.refusal.push_str(delta.refusal.as_str());
        for call in delta.tool_calls.into_iter().flatten() {
            self.call(&call, out);
        }
    }

    fn speak(&mut self, text: &str, out: &mut Vec<Chunk>) {
        self.text.push_str(text);
        push_text(out, text);
    }

    fn reason_on(&mut self, text: &str, out: &mut Vec<Chunk>) {
        self.reasoning.push_str(text);
        push_reasoning(out, text);
    }

    fn call(&mut self, call: &WireCall<'_>, out: &mut Vec<Chunk>) {
        let function = call.function.as_ref();
        let raw = function.and_then(|function| function.arguments).map_or("", RawValue::get);
        let unescaped: Option<Text<'_>> = match raw.starts_with('"') {
            true => serde_json::from_str(raw).ok(),
            false => None,
        };
        let piece = Piece {
            index: call.index.0,
            id: call.id.as_str(),
            name: function.map_or("", |function| function.name.as_str()),
            arguments: unescaped.as_ref().map_or(raw, Text::as_str),
        };
        self.calls.push(&piece, out);
    }

    /// Signed models demand their details back as a whole: pieces of one detail are joined.
    fn keep_details(&mut self, details: &RawValue) {
        let Ok(Value::Array(details)) = serde_json::from_str(details.get()) else { return };
        for detail in details {
            match self.details.last_mut() {
                Some(last) if continues(last, &detail) => join_detail(last, detail),
                _ => self.details.push(detail),
            }
        }
    }

    fn finish(&mut self, out: &mut Vec<Chunk>) {
        self.finished = true;
        let text = std::mem::take(&mut self.text);
        let reasoning = std::mem::take(&mut self.reasoning);
        let details = std::mem::take(&mut self.details);
        let stated = self.reason.unwrap_or_default();
        let calls = std::mem::take(&mut self.calls).sort(stated == FinishReason::Length);
        if !reasoning.is_empty() || !details.is_empty() {
            out.push(Chunk::Item(Item::Reasoning(ReasoningItem {
                text: Some(reasoning).filter(|text| !text.is_empty()),
                details: Some(Value::Array(details)).filter(|details| details != &Value::Array(Vec::new())),
                ..ReasoningItem::default()
            })));
        }
        if !text.is_empty() {
            out.push(Chunk::Item(Item::Assistant { text, phase: None }));
        }
        let reason = settle(stated, !calls.whole.is_empty(), !calls.cut.is_empty());
        out.extend(calls.whole.into_iter().map(|call| Chunk::Item(Item::ToolCall(call))));
        out.push(Chunk::Finished(Finish {
            reason,
            usage: self.usage,
            response_id: None,
            refusal: Some(std::mem::take(&mut self.refusal)).filter(|refusal| !refusal.is_empty()),
            cut_calls: calls.cut,
        }));
    }
}

/// Calls decide: they may come with `stop` or without any reason. Arguments that are not whole can
/// only come from a cut, whatever the server says.
fn settle(stated: FinishReason, has_whole: bool, has_cut: bool) -> FinishReason {
    match stated {
        FinishReason::Stop | FinishReason::ToolCalls if has_cut => FinishReason::Length,
        FinishReason::Stop | FinishReason::ToolCalls if has_whole => FinishReason::ToolCalls,
        FinishReason::ToolCalls => FinishReason::Stop,
        stated => stated,
    }
}

fn finish_reason(word: &str) -> Result<FinishReason, Failure> {
    match word {
        "length" | "max_tokens" => Ok(FinishReason::Length),
        "content_filter" => Ok(FinishReason::ContentFilter),
        "tool_calls" | "function_call" => Ok(FinishReason::ToolCalls),
        "insufficient_system_resource" => {
            Err(Failure::new(LlmErrorKind::Overloaded, "the server broke off for lack of resources"))
        }
        "error" => Err(Failure::new(LlmErrorKind::Overloaded, "the server reports an error of its upstream")),
        _ => Ok(FinishReason::Stop),
    }
}

fn stream_error(error: &RawValue) -> Failure {
    let error: Value = serde_json::from_str(error.get()).unwrap_or_default();
    ServerError::from_json(&serde_json::json!({ "error": error })).unwrap_or_default().failure(None)
}

fn continues(last: &Value, next: &Value) -> bool {
    ["index", "type"].iter().all(|key| last.get(key).is_some() && last.get(key) == next.get(key))
}

fn join_detail(last: &mut Value, next: Value) {
    let (Value::Object(last), Value::Object(next)) = (last, next) else { return };
    for (key, value) in next {
        match (last.get_mut(&key), &value) {
            (Some(Value::String(text)), Value::String(more))
                if ["text", "summary", "data"].contains(&key.as_str()) =>
            {
                text.push_str(more);
            }
            (_, Value::Null) => {}
            _ => {
                last.insert(key, value);
            }
        }
    }
}

//! The Responses wire: a turn as `response.*` events or as one response object, and a request's
//! history as the model sees it.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    Exchange,
    asked::{Asked, Said},
    playback::{Answer, Frames},
    rules::text,
    script::{End, Step, Wire},
};

/// A request's own input as items.
pub(super) fn input(body: &Value) -> Vec<Value> {
    match &body["input"] {
        Value::String(text) => vec![json!({ "role": "user", "content": text })],
        Value::Array(items) => items.clone(),
        _ => Vec::new(),
    }
}

/// What a history asks.
pub(super) fn asked(body: &Value, history: &[Value]) -> Asked {
    let said = history.iter().map(|item| match (text(item, "role"), text(item, "type")) {
        ("user", _) => Said::User(plain(&item["content"])),
        (_, "function_call_output") => Said::Tool(plain(&item["output"])),
        _ => Said::Model,
    });
    Asked::new(Wire::Responses, text(body, "model"), said)
}

/// Text that comes as a string or as parts.
pub(super) fn plain(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().map(|part| text(part, "text")).filter(|text| !text.is_empty());
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// The encoded answer and the final response object.
pub(super) fn answer(exchange: &Exchange<'_>) -> (Answer, Value) {
    let mut writer = Writer::new(exchange);
    writer.event("response.created", json!({ "response": writer.response("in_progress") }));
    writer.event("response.in_progress", json!({ "response": writer.response("in_progress") }));
    writer.steps();
    let response = writer.end();
    let answer = match exchange.body["stream"] == true {
        true => writer.frames.into_stream(),
        false => Answer::json(&response),
    };
    (answer, response)
}

struct Writer<'a> {
    exchange: &'a Exchange<'a>,
    frames: Frames,
    sequence: u64,
    output: Vec<Value>,
}

impl<'a> Writer<'a> {
    fn new(exchange: &'a Exchange<'a>) -> Self {
        Self { exchange, frames: Frames::new(exchange.script), sequence: 0, output: Vec::new() }
    }

    fn event(&mut self, kind: &str, fields: Value) {
        let mut event = Map::from_iter([("type".to_owned(), json!(kind))]);
        if let Value::Object(fields) = fields {
            event.extend(fields);
        }
        event.insert("sequence_number".to_owned(), json!(self.sequence));
        self.sequence += 1;
        self.frames.push(format!("event: {kind}\ndata: {}\n\n", Value::Object(event)));
    }

    fn steps(&mut self) {
        let steps = &self.exchange.turn.steps;
        let mut at = 0;
        while let Some(step) = steps.get(at) {
            let parts = reasoning_parts(&steps[at..]);
            at += parts.len().max(1);
            let last = steps[at..].iter().all(|step| matches!(step, Step::DelayMs(_) | Step::Raw(_)));
            let more_calls = steps[at..].iter().any(|step| matches!(step, Step::Call { .. }));
            match step {
                Step::Reasoning(_) => self.reasoning(&parts, last),
                Step::Text(text) => self.message("output_text", text, more_calls, last),
                Step::Refusal(text) => self.message("refusal", text, more_calls, last),
                Step::Call { name, arguments } => self.call(name, arguments, last),
                Step::DelayMs(ms) => self.frames.pause(Duration::from_millis(*ms)),
                Step::Raw(text) => self.frames.push(text.clone()),
            }
        }
    }

    /// Adds an item: `body` streams its inside and completes it.
    fn item(&mut self, mut item: Value, last: bool, body: impl FnOnce(&mut Self, &mut Value, &str, usize)) {
        let index = self.output.len();
        let id = item["id"].as_str().unwrap_or_default().to_owned();
        self.event("response.output_item.added", json!({ "output_index": index, "item": item }));
        item["status"] = self.item_status(last).into();
        body(self, &mut item, &id, index);
        if !self.breaks_off(last) {
            self.event("response.output_item.done", json!({ "output_index": index, "item": item }));
        }
        self.output.push(item);
    }

    /// A broken stream leaves its last item open.
    fn breaks_off(&self, last: bool) -> bool {
        last && matches!(self.exchange.turn.end, End::Error { .. } | End::Missing | End::Stall)
    }

    fn item_status(&self, last: bool) -> &'static str {
        match self.exchange.turn.end {
            End::Length | End::ContentFilter if last => "incomplete",
            _ => "completed",
        }
    }

    fn item_id(&self, prefix: &str) -> String {
        format!("{prefix}_{}_{}", self.exchange.tag, self.output.len())
    }

    fn reasoning(&mut self, parts: &[&str], last: bool) {
        let body = self.exchange.body;
        if body["reasoning"]["effort"] == "none" {
            return;
        }
        let mut item = json!({ "id": self.item_id("rs"), "type": "reasoning", "summary": [] });
        let sealed = body["include"]
            .as_array()
            .is_some_and(|list| list.contains(&json!("reasoning.encrypted_content")));
        if sealed {
            item["encrypted_content"] = "c2VhbGVkLCBub3QgZmluYWw=".into();
        }
        let parts = if body["reasoning"]["summary"].is_null() { &[] } else { parts };
        self.item(item, last, |writer, item, id, index| {
            for (at, part) in parts.iter().enumerate() {
                writer.summary_part(id, index, at, part, last && at + 1 == parts.len());
            }
            item["summary"] =
                parts.iter().map(|text| json!({ "type": "summary_text", "text": text })).collect();
            if sealed {
                item["encrypted_content"] = format!("c2VhbGVk{id}").into();
            }
        });
    }

    fn summary_part(&mut self, id: &str, index: usize, at: usize, text: &str, last: bool) {
        let place = json!({ "item_id": id, "output_index": index, "summary_index": at });
        let part = |text: &str| json!({ "part": { "type": "summary_text", "text": text } });
        self.event("response.reasoning_summary_part.added", with(&place, part("")));
        self.deltas("response.reasoning_summary_text.delta", &place, text);
        if !self.breaks_off(last) {
            self.event("response.reasoning_summary_text.done", with(&place, json!({ "text": text })));
            self.event("response.reasoning_summary_part.done", with(&place, part(text)));
        }
    }

    fn message(&mut self, kind: &str, said: &str, more_calls: bool, last: bool) {
        let phase = if more_calls { "commentary" } else { "final_answer" };
        let item = json!({
            "id": self.item_id("msg"), "type": "message", "status": "in_progress", "role": "assistant",
            "phase": phase, "content": [],
        });
        let part = |text: &str| match kind {
            "refusal" => json!({ "type": kind, "refusal": text }),
            _ => json!({ "type": kind, "text": text, "annotations": [], "logprobs": [] }),
        };
        let done = match kind {
            "refusal" => json!({ "refusal": said }),
            _ => json!({ "text": said, "logprobs": [] }),
        };
        self.item(item, last, |writer, item, id, index| {
            let place = json!({ "item_id": id, "output_index": index, "content_index": 0 });
            writer.event("response.content_part.added", with(&place, json!({ "part": part("") })));
            writer.deltas(&format!("response.{kind}.delta"), &place, said);
            if !writer.breaks_off(last) {
                writer.event(&format!("response.{kind}.done"), with(&place, done));
                writer.event("response.content_part.done", with(&place, json!({ "part": part(said) })));
            }
            item["content"] = json!([part(said)]);
        });
    }

    fn call(&mut self, name: &str, arguments: &str, last: bool) {
        let item = json!({
            "id": self.item_id("fc"), "type": "function_call", "status": "in_progress",
            "call_id": self.item_id("call"), "name": name, "arguments": "",
        });
        self.item(item, last, |writer, item, id, index| {
            let place = json!({ "item_id": id, "output_index": index });
            writer.deltas("response.function_call_arguments.delta", &place, arguments);
            if !writer.breaks_off(last) {
                let done = json!({ "name": name, "arguments": arguments });
                writer.event("response.function_call_arguments.done", with(&place, done));
            }
            item["arguments"] = arguments.into();
        });
    }

    fn deltas(&mut self, kind: &str, place: &Value, text: &str) {
        for piece in self.frames.pieces(text) {
            self.frames.beat();
            let mut delta = json!({ "delta": piece });
            if kind == "response.output_text.delta" {
                delta["logprobs"] = json!([]);
            }
            self.event(kind, with(place, delta));
        }
    }

    /// Closes the stream as the turn says and returns the final response.
    fn end(&mut self) -> Value {
        match &self.exchange.turn.end {
            End::Length => {
                self.terminal("incomplete", "incomplete_details", json!({ "reason": "max_output_tokens" }))
            }
            End::ContentFilter => {
                self.terminal("incomplete", "incomplete_details", json!({ "reason": "content_filter" }))
            }
            End::Error { code, message } => {
                let error = json!({ "type": code, "code": code, "message": message, "param": null });
                self.event("error", json!({ "error": error }));
                self.terminal("failed", "error", json!({ "code": code, "message": message }))
            }
            End::Missing | End::Stall => self.response("in_progress"),
            End::Stop | End::CutAfter(_) | End::Status { .. } => {
                self.terminal("completed", "error", Value::Null)
            }
        }
    }

    fn terminal(&mut self, status: &str, field: &str, value: Value) -> Value {
        let mut response = self.response(status);
        response[field] = value;
        self.event(&format!("response.{status}"), json!({ "response": response }));
        response
    }

    fn response(&self, status: &str) -> Value {
        let Exchange { body, tag, usage, .. } = self.exchange;
        let or = |field: &str, default: Value| {
            if body[field].is_null() { default } else { body[field].clone() }
        };
        let usage = json!({
            "input_tokens": usage.input,
            "input_tokens_details": { "cached_tokens": usage.cached, "cache_write_tokens": usage.cache_write },
            "output_tokens": usage.output,
            "output_tokens_details": { "reasoning_tokens": usage.reasoning },
            "total_tokens": usage.input + usage.output,
        });
        let ended = matches!(status, "completed" | "incomplete");
        json!({
            "id": response_id(tag), "object": "response", "created_at": super::CREATED_AT, "status": status,
            "background": false, "error": null, "incomplete_details": null,
            "instructions": body["instructions"], "max_output_tokens": body["max_output_tokens"],
            "metadata": or("metadata", json!({})), "model": body["model"], "output": self.output,
            "parallel_tool_calls": or("parallel_tool_calls", json!(true)),
            "previous_response_id": body["previous_response_id"],
            "prompt_cache_key": body["prompt_cache_key"], "reasoning": body["reasoning"],
            "store": or("store", json!(true)), "temperature": 1.0, "top_p": 1.0,
            "text": or("text", json!({ "format": { "type": "text" } })),
            "tool_choice": or("tool_choice", json!("auto")), "tools": or("tools", json!([])),
            "truncation": "disabled", "usage": if ended { usage } else { Value::Null },
        })
    }
}

/// The id of the response with this tag.
pub(super) fn response_id(tag: &str) -> String {
    format!("resp_{tag}")
}

/// The reasoning steps that `steps` begins with: together they are one item.
fn reasoning_parts(steps: &[Step]) -> Vec<&str> {
    let parts = steps.iter().map_while(|step| match step {
        Step::Reasoning(text) => Some(text.as_str()),
        _ => None,
    });
    parts.collect()
}

fn with(place: &Value, more: Value) -> Value {
    let mut fields = place.clone();
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
        fields.extend(more);
    }
    fields
}

//! The chat completions wire, in DeepSeek's dialect: a turn as chunks or as one completion, and a
//! request's messages as the model sees them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    CREATED_AT, Exchange,
    asked::{Asked, Said},
    playback::{Answer, Frames},
    responses::plain,
    rules::{text, thinks},
    script::{End, Step, Wire},
};

/// What the messages ask.
pub(super) fn asked(body: &Value) -> Asked {
    let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let said = messages.iter().map(|message| match text(message, "role") {
        "user" => Said::User(plain(&message["content"])),
        "tool" => Said::Tool(plain(&message["content"])),
        _ => Said::Model,
    });
    Asked::new(Wire::Chat, text(body, "model"), said)
}

/// The encoded answer.
pub(super) fn answer(exchange: &Exchange<'_>) -> Answer {
    if exchange.body["stream"] == true { stream(exchange) } else { Answer::json(&completion(exchange)) }
}

fn stream(exchange: &Exchange<'_>) -> Answer {
    let mut writer = Writer { exchange, frames: Frames::new(exchange.script), calls: 0 };
    let first = match thinks(exchange.body) {
        true => json!({ "role": "assistant", "content": null, "reasoning_content": "" }),
        false => json!({ "role": "assistant", "content": "" }),
    };
    writer.chunk(first, None);
    for step in &exchange.turn.steps {
        writer.step(step);
    }
    writer.end();
    writer.frames.into_stream()
}

struct Writer<'a> {
    exchange: &'a Exchange<'a>,
    frames: Frames,
    calls: usize,
}

impl Writer<'_> {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Reasoning(text) if thinks(self.exchange.body) => {
                self.deltas(text, |piece| json!({ "content": null, "reasoning_content": piece }));
            }
            Step::Reasoning(_) => {}
            Step::Text(text) => {
                self.deltas(text, |piece| json!({ "content": piece, "reasoning_content": null }))
            }
            Step::Refusal(text) => self.deltas(text, |piece| json!({ "refusal": piece })),
            Step::Call { name, arguments } => self.call(name, arguments),
            Step::DelayMs(ms) => self.frames.pause(Duration::from_millis(*ms)),
            Step::Raw(text) => self.frames.push(text.clone()),
        }
    }

    fn deltas(&mut self, text: &str, delta: impl Fn(String) -> Value) {
        for piece in self.frames.pieces(text) {
            self.frames.beat();
            self.chunk(delta(piece), None);
        }
    }

    fn call(&mut self, name: &str, arguments: &str) {
        let index = self.calls;
        self.calls += 1;
        let mut call = call(self.exchange, index, name, "");
        call["index"] = index.into();
        self.chunk(json!({ "tool_calls": [call] }), None);
        self.deltas(
            arguments,
            |piece| json!({ "tool_calls": [{ "index": index, "function": { "arguments": piece } }] }),
        );
    }

    fn end(&mut self) {
        match &self.exchange.turn.end {
            End::Missing | End::Stall => {}
            End::Error { .. } => self.frames.push(format!("data: {}\n\n", error(&self.exchange.turn.end))),
            _ => {
                let reason = finish_reason(self.exchange);
                self.chunk(json!({ "content": "", "reasoning_content": null }), Some(reason));
                self.frames.push("data: [DONE]\n\n".to_owned());
            }
        }
    }

    fn chunk(&mut self, delta: Value, finish: Option<&str>) {
        let choice = json!({ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish });
        let mut chunk = envelope(self.exchange, "chat.completion.chunk", &choice);
        chunk["usage"] = finish.map_or(Value::Null, |_| usage(self.exchange));
        self.frames.push(format!("data: {chunk}\n\n"));
    }
}

fn completion(exchange: &Exchange<'_>) -> Value {
    if matches!(exchange.turn.end, End::Error { .. }) {
        return error(&exchange.turn.end);
    }
    let steps = &exchange.turn.steps;
    let said = |pick: fn(&Step) -> Option<&str>| steps.iter().filter_map(pick).collect::<String>();
    let content = said(|step| if let Step::Text(text) = step { Some(text) } else { None });
    let mut message = json!({ "role": "assistant", "content": content });
    if thinks(exchange.body) {
        message["reasoning_content"] =
            said(|step| if let Step::Reasoning(text) = step { Some(text) } else { None }).into();
    }
    let refusal = said(|step| if let Step::Refusal(text) = step { Some(text) } else { None });
    message["refusal"] = if refusal.is_empty() { Value::Null } else { refusal.into() };
    let calls = steps.iter().filter_map(|step| match step {
        Step::Call { name, arguments } => Some((name, arguments)),
        _ => None,
    });
    let calls: Vec<Value> =
        calls.enumerate().map(|(at, (name, arguments))| call(exchange, at, name, arguments)).collect();
    if !calls.is_empty() {
        message["tool_calls"] = calls.into();
    }
    let reason = finish_reason(exchange);
    let choice = json!({ "index": 0, "message": message, "logprobs": null, "finish_reason": reason });
    let mut completion = envelope(exchange, "chat.completion", &choice);
    completion["usage"] = usage(exchange);
    completion
}

fn envelope(exchange: &Exchange<'_>, object: &str, choice: &Value) -> Value {
    json!({
        "id": format!("chatcmpl-{}", exchange.tag), "object": object, "created": CREATED_AT,
        "model": exchange.body["model"], "system_fingerprint": "fp_scripted", "choices": [choice],
    })
}

fn call(exchange: &Exchange<'_>, index: usize, name: &str, arguments: &str) -> Value {
    let id = format!("call_{}_{index}", exchange.tag);
    json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments } })
}

fn error(end: &End) -> Value {
    let End::Error { code, message } = end else {
        return Value::Null;
    };
    json!({ "error": { "message": message, "type": code, "param": null, "code": code } })
}

fn finish_reason(exchange: &Exchange<'_>) -> &'static str {
    match exchange.turn.end {
        End::Length => "length",
        End::ContentFilter => "content_filter",
        _ if exchange.turn.calls() => "tool_calls",
        _ => "stop",
    }
}

fn usage(exchange: &Exchange<'_>) -> Value {
    let usage = exchange.usage;
    json!({
        "prompt_tokens": usage.input, "completion_tokens": usage.output, "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": { "cached_tokens": usage.cached },
        "completion_tokens_details": { "reasoning_tokens": usage.reasoning },
        "prompt_cache_hit_tokens": usage.cached,
        "prompt_cache_miss_tokens": usage.input - usage.cached.min(usage.input),
    })
}

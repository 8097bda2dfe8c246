//! Reads the events of a response, or a whole one.
//!
//! Items count when their `done` event comes. Servers that leave it out (or the final list of
//! items) are made up for from what has been streamed.

use serde_json::{Value, json, value::RawValue};

use super::{
    super::{
        Chunk, Failure, Finish, FinishReason, Item, LlmErrorKind, ReasoningItem, ToolCall,
        decoder::{self, bad, broken_off, is_whole_json, push_reasoning, push_text},
        failure::ServerError,
    },
    wire::{Event, Output, Response, id_of_call, text_at},
};

/// An answer under way.
pub(crate) struct Reader {
    /// Whether the response can be continued by its id.
    store: bool,
    started: bool,
    finished: bool,
    items: Vec<Streamed>,
    refusal: String,
    cut_calls: Vec<ToolCall>,
    has_calls: bool,
}

/// An output item as far as it has been streamed.
struct Streamed {
    key: Key,
    item_id: String,
    kind: String,
    call: ToolCall,
    text: String,
    summary: Vec<String>,
    reasoning: String,
    done: bool,
}

/// What events of one item share. Ids rotate behind some proxies, so the index comes first;
/// llama.cpp sends ids only.
enum Key {
    Index(u64),
    Id(String),
}

impl decoder::Reader for Reader {
    fn event(&mut self, data: &[u8], out: &mut Vec<Chunk>) -> Result<(), Failure> {
        let data = data.trim_ascii();
        // Not part of this wire, but OpenRouter and LiteLLM send it.
        if self.finished || data.is_empty() || data == b"[DONE]" {
            return Ok(());
        }
        let event: Event<'_> =
            serde_json::from_slice(data).map_err(|_| bad("a piece of the answer is not valid JSON"))?;
        self.take(&event, data, out)
    }

    fn whole(&mut self, body: &[u8], out: &mut Vec<Chunk>) -> Result<(), Failure> {
        let response: Response =
            serde_json::from_slice(body).map_err(|_| bad("the answer is not a response"))?;
        match response.status.as_deref() {
            Some("completed" | "incomplete" | "failed") => {}
            None if response.output.is_some() => {}
            _ => return Err(bad("the answer holds no finished response")),
        }
        self.start(response.id.clone(), out);
        self.end_response(response, out)
    }

    fn end(&mut self, _: &mut Vec<Chunk>) -> Result<(), Failure> {
        if self.finished { Ok(()) } else { Err(broken_off()) }
    }

    fn is_finished(&self) -> bool {
        self.finished
    }
}

impl Reader {
    pub(crate) fn new(store: bool) -> Self {
        Self {
            store,
            started: false,
            finished: false,
            items: Vec::new(),
            refusal: String::new(),
            cut_calls: Vec::new(),
            has_calls: false,
        }
    }

    fn take(&mut self, event: &Event<'_>, data: &[u8], out: &mut Vec<Chunk>) -> Result<(), Failure> {
        match event.kind.as_str() {
            "response.output_text.delta" | "response.refusal.delta" => self.text(event, out),
            "response.reasoning_summary_text.delta" => self.summary(event, out),
            "response.reasoning_text.delta" => self.reasoning(event, out),
            "response.function_call_arguments.delta" => {
                self.streamed(event).call.arguments.push_str(event.delta.as_str());
            }
            "response.function_call_arguments.done" => self.arguments(event),
            "response.output_item.added" => self.item_added(event, out),
            "response.output_item.done" => self.item_done(event, out),
            "response.created" | "response.in_progress" | "response.queued" => {
                self.start(parse::<Response>(event.response).id, out);
            }
            "response.completed" | "response.incomplete" | "response.failed" | "response.cancelled" => {
                return self.end_response(parse(event.response), out);
            }
            "error" => return Err(stream_error(data)),
            _ if event.error.is_some() => return Err(stream_error(data)),
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, id: Option<String>, out: &mut Vec<Chunk>) {
        if !std::mem::replace(&mut self.started, true) {
            out.push(Chunk::Started { response_id: id.filter(|_| self.store) });
        }
    }

    fn text(&mut self, event: &Event<'_>, out: &mut Vec<Chunk>) {
        self.streamed(event).text.push_str(event.delta.as_str());
        push_text(out, event.delta.as_str());
    }

    fn reasoning(&mut self, event: &Event<'_>, out: &mut Vec<Chunk>) {
        self.streamed(event).reasoning.push_str(event.delta.as_str());
        push_reasoning(out, event.delta.as_str());
    }

    fn summary(&mut self, event: &Event<'_>, out: &mut Vec<Chunk>) {
        let parts = &mut self.streamed(event).summary;
        let part = event.summary_index.0.map_or(0, |index| index as usize);
        if part >= parts.len() {
            if !parts.is_empty() {
                push_reasoning(out, "\n\n");
            }
            parts.push(String::new());
        }
        if let Some(last) = parts.last_mut() {
            last.push_str(event.delta.as_str());
        }
        push_reasoning(out, event.delta.as_str());
    }

    fn arguments(&mut self, event: &Event<'_>) {
        if let Some(arguments) = event.arguments.filled() {
            let call = &mut self.streamed(event).call;
            call.arguments.clear();
            call.arguments.push_str(arguments);
        }
    }

    fn item_added(&mut self, event: &Event<'_>, out: &mut Vec<Chunk>) {
        let item: Value = parse(event.item);
        let id = text_at(&item, "id").to_owned();
        let at = self.position(event.output_index.0, &id);
        let streamed = &mut self.items[at];
        streamed.item_id = id;
        streamed.kind = text_at(&item, "type").to_owned();
        if streamed.kind == "function_call" {
            streamed.call.call_id = id_of_call(&item).to_owned();
            streamed.call.name = text_at(&item, "name").to_owned();
            out.push(Chunk::ToolCallStarted {
                call_id: streamed.call.call_id.clone(),
                name: streamed.call.name.clone(),
            });
        }
    }

    fn item_done(&mut self, event: &Event<'_>, out: &mut Vec<Chunk>) {
        let item: Value = parse(event.item);
        let id = text_at(&item, "id").to_owned();
        let at = self.position(event.output_index.0, &id);
        self.items[at].item_id = id;
        self.close(at, item.into(), out);
    }

    /// Closes the item at `at` with what it is in the end.
    fn close(&mut self, at: usize, output: Output, out: &mut Vec<Chunk>) {
        let streamed = &mut self.items[at];
        if std::mem::replace(&mut streamed.done, true) {
            return;
        }
        show_rest(streamed, &output, out);
        match &output {
            Output::Message { refusal, .. } => self.refusal.push_str(refusal),
            Output::Call { call, is_incomplete } => {
                streamed.call.call_id.clone_from(&call.call_id);
                if *is_incomplete || !is_whole_json(&call.arguments) {
                    self.cut_calls.push(call.clone());
                    return;
                }
                self.has_calls = true;
            }
            Output::Reasoning(_) | Output::Other(_) => {}
        }
        out.extend(Option::<Item>::from(output).map(Chunk::Item));
    }

    fn end_response(&mut self, response: Response, out: &mut Vec<Chunk>) -> Result<(), Failure> {
        if let Some(error) = response.error.filter(Value::is_object) {
            return Err(ServerError::from_json(&json!({ "error": error })).unwrap_or_default().failure(None));
        }
        if matches!(response.status.as_deref(), Some("failed" | "cancelled")) {
            return Err(Failure::new(
                LlmErrorKind::Overloaded,
                "the server gave the response up without a reason",
            ));
        }
        self.add_missing(response.output.unwrap_or_default(), out);
        self.finished = true;
        let is_incomplete = response.status.as_deref() == Some("incomplete");
        let reason = response.incomplete_details.and_then(|details| details.reason);
        out.push(Chunk::Finished(Finish {
            reason: self.reason(is_incomplete.then(|| reason.unwrap_or_default()).as_deref()),
            usage: response.usage.map(Into::into),
            response_id: response.id.filter(|_| self.store),
            refusal: Some(std::mem::take(&mut self.refusal)).filter(|refusal| !refusal.is_empty()),
            cut_calls: std::mem::take(&mut self.cut_calls),
        }));
        Ok(())
    }

    /// Arguments that are not whole can only come from a cut: llama.cpp says `completed` even then.
    fn reason(&self, incomplete: Option<&str>) -> FinishReason {
        match incomplete {
            Some("content_filter") => FinishReason::ContentFilter,
            Some(_) => FinishReason::Length,
            None if !self.cut_calls.is_empty() => FinishReason::Length,
            None if self.has_calls => FinishReason::ToolCalls,
            None => FinishReason::Stop,
        }
    }

    /// Items that were never closed: as the final list has them, else as they were streamed. The
    /// list may be empty though items came, and its places need not be their indexes.
    fn add_missing(&mut self, listed: Vec<Value>, out: &mut Vec<Chunk>) {
        let done = self.items.iter().filter(|streamed| streamed.done).count();
        if listed.len() > done {
            for (index, item) in listed.into_iter().enumerate() {
                let at = self.place(index as u64, &item);
                self.close(at, item.into(), out);
            }
        }
        for at in 0..self.items.len() {
            if let Some(output) = self.items[at].output() {
                self.close(at, output, out);
            }
        }
    }

    /// Where the listed item was streamed, or a new place.
    fn place(&mut self, index: u64, item: &Value) -> usize {
        let id = text_at(item, "id");
        let call_id = text_at(item, "call_id");
        let by_id = |streamed: &Streamed| {
            (!id.is_empty() && streamed.item_id == id)
                || (!call_id.is_empty() && streamed.call.call_id == call_id)
        };
        let found = self.items.iter().position(by_id);
        found.unwrap_or_else(|| self.position(Some(index), id))
    }

    fn streamed(&mut self, event: &Event<'_>) -> &mut Streamed {
        let at = self.position(event.output_index.0, event.item_id.as_str());
        &mut self.items[at]
    }

    /// Where the item is, or a new place; nearly always it is the last one.
    fn position(&mut self, index: Option<u64>, id: &str) -> usize {
        let found = self.items.iter().rposition(|streamed| streamed.key.is(index, id));
        found.unwrap_or_else(|| {
            self.items.push(Streamed::new(Key::new(index, id)));
            self.items.len() - 1
        })
    }
}

impl Key {
    fn new(index: Option<u64>, id: &str) -> Self {
        index.map_or_else(|| Self::Id(id.to_owned()), Self::Index)
    }

    fn is(&self, index: Option<u64>, id: &str) -> bool {
        match (self, index) {
            (Self::Index(own), Some(index)) => *own == index,
            (Self::Id(own), None) => own == id,
            _ => false,
        }
    }
}

impl Streamed {
    fn new(key: Key) -> Self {
        Self {
            key,
            item_id: String::new(),
            kind: String::new(),
            call: ToolCall::default(),
            text: String::new(),
            summary: Vec::new(),
            reasoning: String::new(),
            done: false,
        }
    }

    /// What has been streamed, as an item of its own.
    fn output(&self) -> Option<Output> {
        if self.done {
            return None;
        }
        match self.kind.as_str() {
            "function_call" => {
                let call = self.call.clone();
                Some(Output::Call { is_incomplete: call.arguments.is_empty(), call })
            }
            "reasoning" => Some(Output::Reasoning(ReasoningItem {
                summary: self.summary.clone(),
                text: Some(self.reasoning.clone()).filter(|text| !text.is_empty()),
                ..ReasoningItem::default()
            })),
            _ if self.text.is_empty() => None,
            _ => Some(Output::Message { text: self.text.clone(), refusal: String::new(), phase: None }),
        }
    }
}

/// Shows what an item holds beyond the pieces that came: some servers send no pieces.
fn show_rest(streamed: &Streamed, output: &Output, out: &mut Vec<Chunk>) {
    let whole = output.readable();
    match output {
        Output::Message { .. } => {
            push_text(out, whole.strip_prefix(streamed.text.as_str()).unwrap_or_default());
        }
        Output::Reasoning(_) if streamed.summary.is_empty() => {
            push_reasoning(out, whole.strip_prefix(streamed.reasoning.as_str()).unwrap_or_default());
        }
        _ => {}
    }
}

/// Reads a part of an event; one that cannot be read counts as missing.
fn parse<T: serde::de::DeserializeOwned + Default>(raw: Option<&RawValue>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// The `error` event has two shapes, flat and nested; both are one error.
fn stream_error(data: &[u8]) -> Failure {
    ServerError::from_body(data).failure(None)
}

//! Writes requests of the Responses wire.

use serde_json::{Map, Value, json};

use super::super::{
    Image, Item, Phase, ReasoningItem, Request, ToolChoice, ToolSpec,
    dialect::{Dialect, is_thinking},
    history::{Entry, entries},
};

/// The least that the service accepts as `max_output_tokens`.
const MIN_OUTPUT_TOKENS: u32 = 16;

/// The body of `request`. With `previous` allowed and stored, only what is new is sent.
pub(crate) fn body(request: &Request, dialect: &Dialect) -> Value {
    let previous = request.previous.as_ref().filter(|_| dialect.store);
    let covered = previous.map_or(0, |previous| previous.covers.min(request.items.len()));
    let mut body = Map::new();
    body.insert("model".into(), json!(request.model));
    body.insert("stream".into(), json!(true));
    body.insert("store".into(), json!(dialect.store));
    // Not carried over by `previous_response_id`: sent every time.
    body.insert("instructions".into(), json!(request.instructions));
    body.insert("input".into(), Value::Array(input(request, covered, dialect)));
    if let Some(previous) = previous {
        body.insert("previous_response_id".into(), json!(previous.response_id));
    }
    if let Some(key) = &request.cache_key {
        body.insert("prompt_cache_key".into(), json!(key));
    }
    if let Some(tokens) = request.max_output_tokens {
        body.insert("max_output_tokens".into(), json!(tokens.max(MIN_OUTPUT_TOKENS)));
    }
    if let Some(output) = &request.output_schema {
        let format =
            json!({"type": "json_schema", "name": output.name, "schema": output.schema, "strict": true});
        body.insert("text".into(), json!({ "format": format }));
    }
    add_tools(request, dialect, &mut body);
    add_reasoning(request, dialect, &mut body);
    Value::Object(body)
}

fn add_tools(request: &Request, dialect: &Dialect, body: &mut Map<String, Value>) {
    if request.tools.is_empty() {
        return;
    }
    let is_forced_thinking = dialect.is_deepseek(&request.model) && is_thinking(request.effort.as_deref());
    let choice = match request.tool_choice {
        ToolChoice::None => "none",
        // Refused by DeepSeek while it thinks.
        ToolChoice::Required if !is_forced_thinking => "required",
        ToolChoice::Required | ToolChoice::Auto => "auto",
    };
    body.insert("tools".into(), request.tools.iter().map(tool).collect());
    body.insert("tool_choice".into(), json!(choice));
    body.insert("parallel_tool_calls".into(), json!(true));
}

fn tool(tool: &ToolSpec) -> Value {
    json!({
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        "strict": true,
    })
}

/// Models that do not reason refuse every word about it.
fn add_reasoning(request: &Request, dialect: &Dialect, body: &mut Map<String, Value>) {
    let mut reasoning = Map::new();
    if let Some(effort) = &request.effort {
        reasoning.insert("effort".into(), json!(effort));
    }
    if dialect.is_openai_reasoning(&request.model) {
        reasoning.insert("summary".into(), json!("auto"));
        body.insert("include".into(), json!(["reasoning.encrypted_content"]));
    }
    if !reasoning.is_empty() {
        body.insert("reasoning".into(), Value::Object(reasoning));
    }
}

fn input(request: &Request, covered: usize, dialect: &Dialect) -> Vec<Value> {
    let mut input = Vec::new();
    for entry in entries(&request.items, covered) {
        match entry {
            Entry::User { text, images } => {
                input.push(json!({"type": "message", "role": "user", "content": user_content(text, images)}));
            }
            Entry::Turn(turn) => {
                input.extend(turn.into_iter().filter_map(|item| model_item(item, request, dialect)))
            }
            Entry::Result { call_id, output } => {
                input.push(json!({"type": "function_call_output", "call_id": call_id, "output": output}));
            }
        }
    }
    input
}

/// Words alone are sent as they always were: a request that begins like the one before is read from
/// the cache.
fn user_content(text: &str, images: &[Image]) -> Value {
    if images.is_empty() {
        return json!(text);
    }
    let words = (!text.is_empty()).then(|| json!({"type": "input_text", "text": text}));
    let image = |image: &Image| {
        let url = image.data_url();
        json!({"type": "input_image", "image_url": url, "detail": "auto"})
    };
    words.into_iter().chain(images.iter().map(image)).collect()
}

/// Ids of messages and calls are left out: they are never needed, and refused where not stored.
fn model_item(item: &Item, request: &Request, dialect: &Dialect) -> Option<Value> {
    match item {
        Item::Assistant { text, phase } => assistant(text, *phase),
        Item::Reasoning(item) => reasoning(item, request, dialect),
        Item::ToolCall(call) => Some(json!({
            "type": "function_call",
            "call_id": call.call_id,
            "name": call.name,
            "arguments": call.arguments,
        })),
        Item::Opaque { value } => Some(value.clone()),
        Item::User { .. } | Item::ToolResult { .. } => None,
    }
}

fn assistant(text: &str, phase: Option<Phase>) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    let mut message = json!({"type": "message", "role": "assistant", "content": text});
    if let Some(phase) = phase {
        message["phase"] = json!(phase);
    }
    Some(message)
}

/// Sealed reasoning goes back as it came. Without a seal only DeepSeek takes it, and a server that
/// stores responses finds it by its id.
fn reasoning(item: &ReasoningItem, request: &Request, dialect: &Dialect) -> Option<Value> {
    let plain = item.text.as_ref().filter(|_| dialect.is_deepseek(&request.model));
    if item.encrypted.is_none() && plain.is_none() && !(dialect.store && item.id.is_some()) {
        return None;
    }
    let summary: Vec<Value> =
        item.summary.iter().map(|text| json!({"type": "summary_text", "text": text})).collect();
    let mut value = json!({"type": "reasoning", "summary": summary});
    if let Some(id) = &item.id {
        value["id"] = json!(id);
    }
    if let Some(encrypted) = &item.encrypted {
        value["encrypted_content"] = json!(encrypted);
    }
    if let Some(text) = plain {
        value["content"] = json!([{"type": "reasoning_text", "text": text}]);
    }
    Some(value)
}

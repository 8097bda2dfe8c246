//! Writes requests of the chat completions wire.

use serde_json::{Map, Value, json};

use super::super::{
    Image, Item, OutputSchema, Request, ToolCall, ToolChoice, ToolSpec,
    dialect::{Dialect, is_thinking},
    history::{Entry, calls_of, entries, reasoning_of, text_of},
};

/// The body of `request`.
pub(crate) fn body(request: &Request, dialect: &Dialect) -> Value {
    let mut body = Map::new();
    body.insert("model".into(), json!(request.model));
    body.insert("stream".into(), json!(true));
    body.insert("stream_options".into(), json!({"include_usage": true}));
    body.insert("messages".into(), Value::Array(messages(request, dialect)));
    if let Some(tokens) = request.max_output_tokens {
        let name = match dialect.is_openai_reasoning(&request.model) {
            true => "max_completion_tokens",
            false => "max_tokens",
        };
        body.insert(name.into(), json!(tokens));
    }
    // Strict servers (Mistral) refuse parameters they do not know.
    if let Some(key) = request.cache_key.as_ref().filter(|_| dialect.is_openai()) {
        body.insert("prompt_cache_key".into(), json!(key));
    }
    if let Some(output) = &request.output_schema {
        body.insert("response_format".into(), response_format(output, request, dialect));
    }
    add_tools(request, dialect, &mut body);
    add_thinking(request, dialect, &mut body);
    Value::Object(body)
}

fn add_thinking(request: &Request, dialect: &Dialect, body: &mut Map<String, Value>) {
    let Some(effort) = request.effort.as_deref() else { return };
    if dialect.is_deepseek(&request.model) {
        let kind = if is_thinking(Some(effort)) { "enabled" } else { "disabled" };
        body.insert("thinking".into(), json!({ "type": kind }));
        if !is_thinking(Some(effort)) {
            return;
        }
    }
    body.insert("reasoning_effort".into(), json!(effort));
}

fn add_tools(request: &Request, dialect: &Dialect, body: &mut Map<String, Value>) {
    if request.tools.is_empty() {
        return;
    }
    let choice = match request.tool_choice {
        ToolChoice::None => "none",
        // Refused by DeepSeek while it thinks.
        ToolChoice::Required if !is_deepseek_thinking(request, dialect) => "required",
        ToolChoice::Required | ToolChoice::Auto => "auto",
    };
    body.insert("tools".into(), request.tools.iter().map(|spec| tool(spec, dialect)).collect());
    body.insert("tool_choice".into(), json!(choice));
}

fn tool(tool: &ToolSpec, dialect: &Dialect) -> Value {
    let mut function =
        json!({"name": tool.name, "description": tool.description, "parameters": tool.parameters});
    if dialect.is_openai() {
        function["strict"] = json!(true);
    }
    json!({"type": "function", "function": function})
}

/// DeepSeek knows no schemas, only "some JSON object": its schema rides in the instructions.
fn response_format(output: &OutputSchema, request: &Request, dialect: &Dialect) -> Value {
    match dialect.is_deepseek(&request.model) {
        true => json!({"type": "json_object"}),
        false => json!({
            "type": "json_schema",
            "json_schema": {"name": output.name, "schema": output.schema, "strict": true},
        }),
    }
}

fn messages(request: &Request, dialect: &Dialect) -> Vec<Value> {
    let mut messages = Vec::new();
    let instructions = instructions(request, dialect);
    if !instructions.is_empty() {
        messages.push(json!({"role": "system", "content": instructions}));
    }
    for entry in entries(&request.items, 0) {
        match entry {
            Entry::User { text, images } => {
                messages.push(json!({"role": "user", "content": user_content(text, images)}));
            }
            Entry::Turn(turn) => messages.extend(assistant(&turn, request, dialect)),
            Entry::Result { call_id, output } => {
                messages.push(json!({"role": "tool", "tool_call_id": call_id, "content": output}));
            }
        }
    }
    messages
}

/// Words alone stay a plain text: many servers know no parts.
fn user_content(text: &str, images: &[Image]) -> Value {
    if images.is_empty() {
        return json!(text);
    }
    let words = (!text.is_empty()).then(|| json!({"type": "text", "text": text}));
    let image = |image: &Image| json!({"type": "image_url", "image_url": {"url": image.data_url()}});
    words.into_iter().chain(images.iter().map(image)).collect()
}

fn instructions(request: &Request, dialect: &Dialect) -> String {
    match &request.output_schema {
        Some(output) if dialect.is_deepseek(&request.model) => format!(
            "{}\n\nAnswer with one JSON object that satisfies this JSON Schema:\n{}",
            request.instructions, output.schema
        ),
        _ => request.instructions.clone(),
    }
}

/// One message for everything the model said and called in one go.
fn assistant(turn: &[&Item], request: &Request, dialect: &Dialect) -> Option<Value> {
    let text = text_of(turn);
    let calls = calls_of(turn);
    if text.is_empty() && calls.is_empty() {
        return None;
    }
    let mut message = json!({"role": "assistant", "content": text});
    if text.is_empty() {
        message["content"] = Value::Null;
    }
    if !calls.is_empty() {
        message["tool_calls"] = calls.iter().map(|call| tool_call(call)).collect();
    }
    add_reasoning(turn, !calls.is_empty(), request, dialect, &mut message);
    Some(message)
}

fn tool_call(call: &ToolCall) -> Value {
    json!({
        "id": call.call_id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    })
}

/// DeepSeek refuses a history whose calls lack their reasoning, even if it was empty; OpenRouter's
/// signed details go back as they came. Other servers refuse the unknown field.
fn add_reasoning(turn: &[&Item], has_calls: bool, request: &Request, dialect: &Dialect, message: &mut Value) {
    let reasoning = reasoning_of(turn);
    if dialect.wants_reasoning_back(&request.model) {
        let text: String = reasoning.iter().filter_map(|item| item.text.as_deref()).collect();
        if is_thinking(request.effort.as_deref()) && (has_calls || !text.is_empty()) {
            message["reasoning_content"] = json!(text);
        }
        return;
    }
    let details: Vec<Value> =
        reasoning.iter().filter_map(|item| item.details.as_ref()?.as_array()).flatten().cloned().collect();
    if !details.is_empty() && !dialect.is_openai() {
        message["reasoning_details"] = Value::Array(details);
    }
}

fn is_deepseek_thinking(request: &Request, dialect: &Dialect) -> bool {
    dialect.is_deepseek(&request.model) && is_thinking(request.effort.as_deref())
}

//! What the real services refuse: calls and results that do not pair, reasoning that was not sent
//! back. The sentences are theirs. Pure: JSON in, a refusal or nothing out.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

/// A request that the service would answer with 400.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) param: &'static str,
    pub(super) message: String,
}

fn refuse<T>(param: &'static str, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { param, message: message.into() })
}

/// Checks a Responses request. `history` is everything the model would see: what the chained
/// responses hold, then the request's own input. `stored` are the ids of items that the server holds.
pub(super) fn check_responses(
    body: &Value,
    history: &[Value],
    stored: &HashSet<String>,
) -> Result<(), Refusal> {
    if text(body, "instructions").is_empty() {
        return refuse(
            "instructions",
            "The instructions are missing: they do not carry over from an earlier response.",
        );
    }
    if let Some(tool) = unknown_tool(&body["tool_choice"]["name"], body, "/name") {
        return refuse("tool_choice", format!("Tool choice '{tool}' not found in 'tools' parameter."));
    }
    check_call_pairs(history)?;
    check_reasoning_order(history)?;
    check_reasoning_known(history, stored)
}

/// A function that is named but not among the tools.
fn unknown_tool<'a>(name: &'a Value, body: &Value, path: &str) -> Option<&'a str> {
    let name = name.as_str()?;
    let tools = body["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
    let known = tools.iter().any(|tool| tool.pointer(path).and_then(Value::as_str) == Some(name));
    (!known).then_some(name)
}

fn check_call_pairs(history: &[Value]) -> Result<(), Refusal> {
    let (mut open, mut answered) = (BTreeSet::new(), BTreeSet::new());
    for item in history {
        let id = text(item, "call_id");
        match text(item, "type") {
            "function_call" if answered.contains(id) || !open.insert(id) => {
                return refuse("input", format!("Duplicate function call with call_id {id}."));
            }
            "function_call_output" if answered.contains(id) => {
                return refuse("input", format!("Duplicate tool output for function call {id}."));
            }
            "function_call_output" if !open.remove(id) => {
                return refuse(
                    "input",
                    format!("No tool call found for function call output with call_id {id}."),
                );
            }
            "function_call_output" => {
                answered.insert(id);
            }
            _ => {}
        }
    }
    match open.first() {
        Some(id) => refuse("input", format!("No tool output found for function call {id}.")),
        None => Ok(()),
    }
}

fn check_reasoning_order(history: &[Value]) -> Result<(), Refusal> {
    for (at, item) in history.iter().enumerate().filter(|(_, item)| text(item, "type") == "reasoning") {
        let led_to_something = history.get(at + 1).is_some_and(|next| {
            matches!(text(next, "type"), "reasoning" | "function_call" | "custom_tool_call")
                || text(next, "role") == "assistant"
        });
        if !led_to_something {
            let id = text(item, "id");
            let message =
                format!("Item '{id}' of type 'reasoning' was provided without its required following item.");
            return refuse("input", message);
        }
    }
    Ok(())
}

fn check_reasoning_known(history: &[Value], stored: &HashSet<String>) -> Result<(), Refusal> {
    for item in history.iter().filter(|item| text(item, "type") == "reasoning") {
        let id = text(item, "id");
        if text(item, "encrypted_content").is_empty() && !stored.contains(id) {
            let message = format!(
                "Item with id '{id}' not found. Items are not persisted when `store` is set to false. \
                 Try again with `store` set to true, or remove this item from your input."
            );
            return refuse("input", message);
        }
    }
    Ok(())
}

/// Checks a chat completions request.
pub(super) fn check_chat(body: &Value) -> Result<(), Refusal> {
    let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !messages.first().is_some_and(|first| matches!(text(first, "role"), "system" | "developer")) {
        return refuse(
            "messages",
            "The instructions are missing: the first message is not a system message.",
        );
    }
    if let Some(tool) = unknown_tool(&body["tool_choice"]["function"]["name"], body, "/function/name") {
        return refuse("tool_choice", format!("Tool choice '{tool}' not found in 'tools' parameter."));
    }
    check_tool_messages(messages)?;
    if thinks(body) { check_thinking(body, messages) } else { Ok(()) }
}

/// Whether the model of a chat request reasons: DeepSeek's do unless it is switched off.
pub(super) fn thinks(body: &Value) -> bool {
    text(body, "model").starts_with("deepseek") && body["thinking"]["type"] != "disabled"
}

fn check_tool_messages(messages: &[Value]) -> Result<(), Refusal> {
    let mut open: BTreeSet<&str> = BTreeSet::new();
    for message in messages {
        let id = text(message, "tool_call_id");
        if text(message, "role") == "tool" {
            if !open.remove(id) {
                let rule =
                    "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'";
                return refuse("messages", format!("{rule} (tool_call_id {id})."));
            }
            continue;
        }
        check_none_open(&open)?;
        open = calls(message).iter().map(|call| text(call, "id")).collect();
    }
    check_none_open(&open)
}

fn check_none_open(open: &BTreeSet<&str>) -> Result<(), Refusal> {
    match open.first() {
        Some(id) => refuse(
            "messages",
            format!(
                "An assistant message with 'tool_calls' must be followed by tool messages responding to each \
                 'tool_call_id'. (insufficient tool messages following tool_calls message: {id})"
            ),
        ),
        None => Ok(()),
    }
}

fn check_thinking(body: &Value, messages: &[Value]) -> Result<(), Refusal> {
    let choice = &body["tool_choice"];
    if !(choice.is_null() || choice == "auto" || choice == "none") {
        return refuse("tool_choice", "Thinking mode does not support this tool_choice");
    }
    for turn in messages.split(|message| text(message, "role") == "user") {
        let called = turn.iter().any(|message| !calls(message).is_empty());
        let silent = |message: &Value| {
            text(message, "role") == "assistant" && !message["reasoning_content"].is_string()
        };
        if called && turn.iter().any(silent) {
            let message = "The `reasoning_content` in the thinking mode must be passed back to the API.";
            return refuse("messages", message);
        }
    }
    Ok(())
}

fn calls(message: &Value) -> &[Value] {
    message["tool_calls"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A string field, or "".
pub(super) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    const USER: &str = r#"{"role":"user","content":"hi"}"#;

    /// `words` are items: `u` user, `c1` call 1, `o1` its output, `m` message, `r` sealed reasoning, `R` bare.
    fn check_items(words: &str, refusal: &str) {
        let item = |word: &str| match word.split_at(1) {
            ("c", id) => {
                json!({ "type": "function_call", "call_id": id, "name": "f", "arguments": "{}" })
            }
            ("o", id) => json!({ "type": "function_call_output", "call_id": id, "output": "" }),
            ("m", _) => json!({ "role": "assistant", "content": "ok" }),
            ("r", _) => {
                json!({ "type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x" })
            }
            ("R", _) => json!({ "type": "reasoning", "id": "rs_1", "summary": [] }),
            _ => serde_json::from_str(USER).unwrap(),
        };
        let history: Vec<Value> = words.split_whitespace().map(item).collect();
        let found = check_responses(&json!({ "instructions": "be kind" }), &history, &HashSet::new());
        check(found, refusal, words);
    }

    /// `words` are messages: `s` system, `u` user, `a` assistant, `c1` calling 1, `C1` with reasoning, `t1` result.
    fn check_messages(extra: Value, words: &str, refusal: &str) {
        let call = |id: &str| json!([{ "id": id, "type": "function", "function": { "name": "f", "arguments": "{}" } }]);
        let message = |word: &str| match word.split_at(1) {
            ("s", _) => json!({ "role": "system", "content": "be kind" }),
            ("a", _) => json!({ "role": "assistant", "content": "ok" }),
            ("c", id) => json!({ "role": "assistant", "tool_calls": call(id) }),
            ("C", id) => {
                json!({ "role": "assistant", "reasoning_content": "", "tool_calls": call(id) })
            }
            ("t", id) => json!({ "role": "tool", "tool_call_id": id, "content": "" }),
            _ => serde_json::from_str(USER).unwrap(),
        };
        let mut body = json!({ "model": "deepseek-flash" });
        body["messages"] = words.split_whitespace().map(message).collect();
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        check(check_chat(&body), refusal, words);
    }

    fn check(found: Result<(), Refusal>, refusal: &str, words: &str) {
        let message = found.err().map(|refusal| refusal.message).unwrap_or_default();
        assert_eq!(refusal.is_empty(), message.is_empty(), "{words}: {message}");
        assert!(message.contains(refusal), "{words}: {message}");
    }

    #[test]
    fn responses_pair_calls_and_outputs() {
        check_items("u", "");
        check_items("u c1 c2 o2 o1 m u", "");
        check_items("u c1", "No tool output found for function call 1");
        check_items("u o1", "No tool call found");
        check_items("u o1 c1", "No tool call found");
        check_items("u c1 o1 o1", "Duplicate tool output");
        check_items("u c1 c1 o1", "Duplicate function call");
        check_items("u c1 o1 c1 o1", "Duplicate function call");
    }

    #[test]
    fn reasoning_is_followed_by_what_it_led_to() {
        check_items("u r c1 o1 r m", "");
        check_items("u r r m u", "");
        check_items("u r", "without its required following item");
        check_items("u c1 r o1", "without its required following item");
        check_items("u R m", "Items are not persisted");
    }

    #[test]
    fn instructions_are_sent_every_time() {
        check(check_responses(&json!({}), &[], &HashSet::new()), "instructions are missing", "none");
        check_messages(json!({}), "u", "instructions are missing");
    }

    #[test]
    fn tool_messages_follow_their_calls() {
        let plain = || json!({ "model": "gpt-4o" });
        check_messages(plain(), "s u c1 t1 a u", "");
        check_messages(plain(), "s u c1 u", "insufficient tool messages");
        check_messages(plain(), "s u c1", "insufficient tool messages");
        check_messages(plain(), "s u t1", "must be a response to a preceding message");
        check_messages(plain(), "s u c1 t1 t1", "must be a response to a preceding message");
    }

    #[test]
    fn deepseek_wants_its_reasoning_back_when_it_called_tools() {
        let rule = "`reasoning_content` in the thinking mode";
        check_messages(json!({}), "s u a u", "");
        check_messages(json!({}), "s u C1 t1", "");
        check_messages(json!({}), "s u c1 t1", rule);
        check_messages(json!({}), "s u C1 t1 a u", rule);
        check_messages(json!({ "thinking": { "type": "disabled" } }), "s u c1 t1", "");
        check_messages(json!({ "tool_choice": "required" }), "s u", "does not support this tool_choice");
        check_messages(json!({ "tool_choice": "auto" }), "s u", "");
        let forced =
            json!({ "model": "gpt-4o", "tool_choice": { "type": "function", "function": { "name": "g" } } });
        check_messages(forced, "s u", "Tool choice 'g' not found");
    }
}

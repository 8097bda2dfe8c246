//! What a tool call was given and what it answered, for people who unfold it.

use serde_json::Value;

use crate::{
    engine::{EngineError, EngineHandle},
    protocol::{DelegationView, OperationId, ToolCallState},
    store::ToolCallRecord,
};

/// Most bytes that are shown of what went in, and of what came out.
const MAX_SHOWN: usize = 64 * 1024;

/// What people want to know first. Arguments of other names follow.
const ORDER: [&str; 15] = [
    "path",
    "pattern",
    "glob",
    "directory",
    "start_line",
    "end_line",
    "case_sensitive",
    "kind",
    "language",
    "task",
    "requirements",
    "constraints",
    "error_output",
    "context_paths",
    "content",
];

impl EngineHandle {
    /// What a tool call was given, what went along with a hand-off, and what came back, as readable lines.
    ///
    /// # Errors
    /// There is no such call; the database cannot be read.
    pub async fn tool_output(&self, operation: OperationId, call_id: &str) -> Result<String, EngineError> {
        let store = &self.shared.store;
        let call = store.tool_call(operation, call_id).await?;
        let delegation = store.delegation(operation, call_id).await?;
        Ok(readable(&call, delegation.as_ref()))
    }
}

fn readable(call: &ToolCallRecord, delegation: Option<&DelegationView>) -> String {
    // The user may have changed what the planner has given.
    let sent = delegation.and_then(|delegation| serde_json::to_string(&delegation.brief).ok());
    let given = sent.as_deref().or(call.arguments.as_deref()).map(arguments).unwrap_or_default();
    let along = delegation.map(along).unwrap_or_default();
    let answered = call.output.as_deref().unwrap_or(match call.state {
        ToolCallState::Running => "(still at work)",
        ToolCallState::Completed | ToolCallState::Failed => "(nothing was kept)",
        ToolCallState::Cancelled => "(stopped before there was an answer)",
    });
    let parts = [bounded(&given), along, bounded(answered)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// What went to the coder, with its size.
fn along(delegation: &DelegationView) -> String {
    let parts = delegation.context.iter().map(|part| format!("\n- {}: {}", part.name, part.tokens));
    let (model, tokens) = (&delegation.model, delegation.tokens());
    format!("To {model}, about {tokens} tokens:{}", parts.collect::<String>())
}

/// One argument a line; text that is no JSON object as the model wrote it.
fn arguments(json: &str) -> String {
    let Ok(Value::Object(arguments)) = serde_json::from_str(json) else { return json.trim().to_owned() };
    let mut given: Vec<(String, Value)> = arguments.into_iter().collect();
    given.sort_by_key(|(name, _)| ORDER.iter().position(|known| known == name).unwrap_or(ORDER.len()));
    given.iter().filter_map(|(name, value)| argument(name, value)).collect::<Vec<_>>().join("\n")
}

/// `None` for what was left open.
fn argument(name: &str, value: &Value) -> Option<String> {
    let label = label(name);
    match value {
        Value::Null => None,
        // The line above says which tool it is.
        _ if name == "tool" => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) if text.contains('\n') => Some(format!("{label}:\n{}", text.trim_end())),
        Value::String(text) => Some(format!("{label}: {text}")),
        Value::Array(entries) if entries.is_empty() => None,
        Value::Array(entries) => {
            let lines = entries.iter().map(|entry| {
                format!("\n- {}", entry.as_str().map_or_else(|| entry.to_string(), str::to_owned))
            });
            Some(format!("{label}:{}", lines.collect::<String>()))
        }
        other => Some(format!("{label}: {other}")),
    }
}

/// `error_output` as `Error output`.
fn label(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).map(|letter| if letter == '_' { ' ' } else { letter }).collect()
}

/// The beginning of a long text, with how much is not shown.
fn bounded(text: &str) -> String {
    let text = text.trim_end();
    if text.len() <= MAX_SHOWN {
        return text.to_owned();
    }
    let head = &text[..text.floor_char_boundary(MAX_SHOWN)];
    format!("{head}…\n[{} more bytes are not shown]", text.len() - head.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Brief, ContextSection};

    fn call(arguments: &str, output: Option<&str>, state: ToolCallState) -> ToolCallRecord {
        ToolCallRecord {
            call_id: "c1".into(),
            name: "any".into(),
            summary: "any".into(),
            arguments: Some(arguments.into()),
            output: output.map(str::to_owned),
            state,
        }
    }

    fn check(arguments: &str, output: &str, expected: &str) {
        assert_eq!(readable(&call(arguments, Some(output), ToolCallState::Completed), None), expected);
    }

    #[test]
    fn a_hand_off_is_told_in_lines() {
        check(
            r#"{"constraints":[],"context_paths":["README.md"],"path":"src/lib.rs","language":null,
                "error_output":"one\ntwo\n","requirements":["short","tested"],"task":"Add two()."}"#,
            "Proposed src/lib.rs\n",
            "Path: src/lib.rs\nTask: Add two().\nRequirements:\n- short\n- tested\nError output:\none\ntwo\n\
             Context paths:\n- README.md\n\nProposed src/lib.rs",
        );
    }

    #[test]
    fn a_hand_off_that_was_sent_is_told_with_what_went_along() {
        let part = |name: &str, tokens| ContextSection { name: name.into(), tokens };
        let delegation = DelegationView {
            call_id: "c1".into(),
            brief: Brief {
                tool: "refactor_code".into(),
                path: "a.rs".into(),
                task: "Changed by the user.".into(),
                ..Brief::default()
            },
            model: "deepseek-flash".into(),
            plan: String::new(),
            context: vec![part("instructions", 700), part("a.rs", 12)],
        };
        let call =
            call(r#"{"path":"a.rs","task":"As planned."}"#, Some("Proposed"), ToolCallState::Completed);
        let expected = "Path: a.rs\nTask: Changed by the user.\n\nTo deepseek-flash, about 712 tokens:\n\
             - instructions: 700\n- a.rs: 12\n\nProposed";
        assert_eq!(readable(&call, Some(&delegation)), expected);
    }

    #[test]
    fn looks_and_unknown_calls_are_told_too() {
        check(
            r#"{"end_line":9,"path":"a.rs","start_line":3}"#,
            "3\tx",
            "Path: a.rs\nStart line: 3\nEnd line: 9\n\n3\tx",
        );
        check(r#"{"zeal":true,"pattern":"fn"}"#, "no", "Pattern: fn\nZeal: true\n\nno");
        check("{", "error: not JSON", "{\n\nerror: not JSON");
        check("{}", "done", "done");
    }

    #[test]
    fn a_call_without_an_answer_says_why() {
        let told = |state| readable(&call("{}", None, state), None);
        assert_eq!(told(ToolCallState::Running), "(still at work)");
        assert_eq!(told(ToolCallState::Cancelled), "(stopped before there was an answer)");
    }

    #[test]
    fn a_long_text_is_cut_between_letters_and_says_so() {
        let told = readable(&call("{}", Some(&"é".repeat(MAX_SHOWN)), ToolCallState::Completed), None);
        assert!(told.ends_with(&format!("é…\n[{MAX_SHOWN} more bytes are not shown]")));
    }
}

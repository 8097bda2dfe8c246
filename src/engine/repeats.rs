//! Pure: notices a planner that goes round in circles, which no cap on rounds would stop in good time.

use std::collections::HashMap;

use crate::{engine::tools::Call, llm::ToolCall, workspace::content_hash};

/// So often may the same call have the same result: a look may be repeated when work has changed, and
/// then its result is another one.
const MOST: u32 = 5;

/// How often each call of an operation has had each result.
#[derive(Debug, Default)]
pub(crate) struct Repeats(HashMap<String, u32>);

impl Repeats {
    /// Counts a call with its result. The sentence that stops the operation, once there are too many.
    pub(crate) fn note(&mut self, call: &ToolCall, output: &str) -> Option<String> {
        let key = content_hash(format!("{}\0{}\0{output}", call.name, arguments(call)).as_bytes());
        let count = self.0.entry(key).or_default();
        *count += 1;
        (*count >= MOST).then(|| {
            let what = Call::parse(call).map_or_else(|_| call.name.clone(), |call| call.summary());
            format!(
                "Stopped: the planner has made the same call with the same result {MOST} times ({what}), so it \
                 would go on in circles. Say what it should do differently, or try another model (--planner)."
            )
        })
    }
}

/// The arguments, however they are spaced and ordered.
fn arguments(call: &ToolCall) -> String {
    serde_json::from_str::<serde_json::Value>(&call.arguments)
        .map_or_else(|_| call.arguments.clone(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each word is a call: its arguments, `=`, its result. Gives the number of the call that is one too many.
    fn check(calls: &str, expected: Option<usize>) {
        let mut repeats = Repeats::default();
        let stopped = calls.split_whitespace().position(|word| {
            let (path, output) = word.split_once('=').unwrap_or((word, ""));
            let arguments = format!(r#"{{"path":"{path}","start_line":null,"end_line":null}}"#);
            let call = ToolCall { call_id: "c".into(), name: "read_file".into(), arguments };
            repeats.note(&call, output).is_some()
        });
        assert_eq!(stopped.map(|at| at + 1), expected, "{calls}");
    }

    #[test]
    fn five_times_the_same_are_too_many() {
        check("a=1 a=1 a=1 a=1", None);
        check("a=1 a=1 a=1 a=1 a=1 a=1", Some(5));
        check("a=1 b=1 a=1 b=1 a=1 b=1 a=1 b=1 b=1 a=1", Some(9));
        check("a=1 a=2 a=3 a=4 a=5 a=6 b=1 b=2", None);
    }

    #[test]
    fn the_sentence_names_the_call_however_it_is_written() {
        let mut repeats = Repeats::default();
        let mut note = |arguments: &str| {
            let call =
                ToolCall { call_id: "c".into(), name: "search_code".into(), arguments: arguments.into() };
            repeats.note(&call, "nothing")
        };
        for arguments in [r#"{"pattern":"x","glob":null}"#, r#"{ "glob": null, "pattern": "x" }"#] {
            assert_eq!(note(arguments), None);
            assert_eq!(note(arguments), None);
        }
        let sentence = note(r#"{"pattern":"x","glob":null}"#).unwrap_or_default();
        assert!(sentence.contains("5 times (search \"x\")"), "{sentence}");
    }
}

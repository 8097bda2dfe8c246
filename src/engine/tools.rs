//! The planner's tools: what they are called and take (data in `prompts/tools.json`), and from the
//! model's argument text to a typed [`Call`]. The read-only ones run in [`look`] and [`symbols`].

use std::sync::LazyLock;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{
    llm::{ToolCall, ToolSpec},
    protocol::{ArtifactKind, Brief},
};

mod git;
pub(crate) mod look;
mod symbols;

pub(crate) use git::GitCall;

/// A tool call with its arguments understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Call {
    ReadFile(ReadFile),
    ListFiles(ListFiles),
    SearchCode(SearchCode),
    FindSymbol(FindSymbol),
    Outline(Outline),
    Delegate(Brief),
    CreateArtifact(CreateArtifact),
    Git(GitCall),
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ReadFile {
    pub(crate) path: String,
    pub(crate) start_line: Option<u32>,
    pub(crate) end_line: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ListFiles {
    pub(crate) glob: Option<String>,
    pub(crate) directory: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct SearchCode {
    pub(crate) pattern: String,
    pub(crate) glob: Option<String>,
    pub(crate) case_sensitive: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct FindSymbol {
    pub(crate) name: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Outline {
    pub(crate) path: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct CreateArtifact {
    pub(crate) path: String,
    pub(crate) kind: ArtifactKind,
    pub(crate) language: String,
    pub(crate) content: String,
}

impl Call {
    /// Understands a call, or says in a sentence for the model what is wrong with it.
    pub(crate) fn parse(call: &ToolCall) -> Result<Self, String> {
        match call.name.as_str() {
            "read_file" => arguments(call).map(Self::ReadFile),
            "list_files" => arguments(call).map(Self::ListFiles),
            "search_code" => arguments(call).map(Self::SearchCode),
            "find_symbol" => arguments(call).map(Self::FindSymbol),
            "outline" => arguments(call).map(Self::Outline),
            "create_artifact" => arguments(call).map(Self::CreateArtifact),
            "generate_code" | "refactor_code" | "debug_code" => arguments::<Brief>(call)
                .map(|brief| Self::Delegate(Brief { tool: call.name.clone(), ..brief })),
            "git_diff" | "git_log" | "git_blame" => GitCall::parse(call).map(Self::Git),
            other => Err(format!("there is no tool {other:?}; the tools are {}", names().join(", "))),
        }
    }

    /// One line for people on what the call does.
    pub(crate) fn summary(&self) -> String {
        match self {
            Self::ReadFile(ReadFile { path, start_line: None, end_line: None }) => format!("read {path}"),
            Self::ReadFile(ReadFile { path, start_line, end_line }) => {
                let end = end_line.map(|n| n.to_string()).unwrap_or_default();
                format!("read {path}:{}-{end}", start_line.unwrap_or(1))
            }
            Self::ListFiles(ListFiles { glob, directory }) => {
                let below = directory.as_deref().map(|d| format!(" below {d}")).unwrap_or_default();
                format!("list {}{below}", glob.as_deref().unwrap_or("files"))
            }
            Self::SearchCode(SearchCode { pattern, glob, .. }) => {
                let within = glob.as_deref().map(|g| format!(" in {g}")).unwrap_or_default();
                format!("search {pattern:?}{within}")
            }
            Self::FindSymbol(FindSymbol { name }) => format!("find symbol {name}"),
            Self::Outline(Outline { path }) => format!("outline {path}"),
            Self::Delegate(brief) => format!("{} → {}", brief.tool, brief.path),
            Self::CreateArtifact(artifact) => format!("create_artifact → {}", artifact.path),
            Self::Git(call) => call.summary(),
        }
    }
}

fn arguments<T: DeserializeOwned>(call: &ToolCall) -> Result<T, String> {
    serde_json::from_str(&call.arguments)
        .map_err(|error| format!("the arguments of {} do not fit its schema: {error}", call.name))
}

/// The tools in the form that providers take, in a fixed order (a changed order breaks prompt caches).
pub(crate) fn specs() -> &'static [ToolSpec] {
    &SPECS
}

/// Those of them that are offered: where git is not to be asked, its tools are not even named.
pub(crate) fn offered(git: bool) -> Vec<ToolSpec> {
    specs().iter().filter(|tool| git || !tool.name.starts_with(git::PREFIX)).cloned().collect()
}

#[derive(Deserialize)]
struct Described {
    name: String,
    description: String,
    parameters: Map<String, Value>,
}

static SPECS: LazyLock<Vec<ToolSpec>> = LazyLock::new(|| {
    let described: Vec<Described> =
        serde_json::from_str(include_str!("prompts/tools.json")).unwrap_or_default();
    described.into_iter().map(strict).collect()
});

/// Strict mode wants every property required and no others (OpenAI function calling guide).
fn strict(tool: Described) -> ToolSpec {
    let required: Vec<&String> = tool.parameters.keys().collect();
    let parameters = json!({
        "type": "object",
        "properties": tool.parameters,
        "required": required,
        "additionalProperties": false,
    });
    ToolSpec { name: tool.name, description: tool.description, parameters }
}

fn names() -> Vec<&'static str> {
    specs().iter().map(|tool| tool.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn call(name: &str, arguments: &str) -> ToolCall {
        ToolCall { call_id: "c1".into(), name: name.into(), arguments: arguments.into() }
    }

    fn check(name: &str, arguments: &str, expected: &str) {
        let seen = match Call::parse(&call(name, arguments)) {
            Ok(call) => call.summary(),
            Err(sentence) => format!("error: {sentence}"),
        };
        assert!(seen.starts_with(expected), "{name} {arguments}: {seen}");
    }

    #[test]
    fn every_described_tool_is_understood_and_strict() {
        assert_eq!(specs().len(), 12);
        for spec in specs() {
            let properties = spec.parameters["properties"].as_object().unwrap();
            assert_eq!(spec.parameters["required"].as_array().unwrap().len(), properties.len());
            let sentence = Call::parse(&call(&spec.name, "{}")).err().unwrap_or_default();
            assert!(!sentence.contains("there is no tool"), "{sentence}");
        }
    }

    #[test]
    fn without_git_its_tools_are_not_named_and_the_others_keep_their_order() {
        let names = |git| offered(git).into_iter().map(|tool| tool.name).collect::<Vec<_>>();
        assert_eq!(offered(true), specs());
        let (all, without) = (names(true), names(false));
        assert_eq!(all[..without.len()], without);
        assert_eq!(all[without.len()..], ["git_diff", "git_log", "git_blame"]);
    }

    #[test]
    fn calls_are_told_in_one_line() {
        check("read_file", r#"{"path":"a.rs","start_line":null,"end_line":null}"#, "read a.rs");
        check("read_file", r#"{"path":"a.rs","start_line":3,"end_line":9}"#, "read a.rs:3-9");
        check("list_files", r#"{"glob":"*.rs","directory":"src"}"#, "list *.rs below src");
        check("search_code", r#"{"pattern":"fn x","glob":null,"case_sensitive":null}"#, "search \"fn x\"");
        check("find_symbol", r#"{"name":"Order.total"}"#, "find symbol Order.total");
        check("outline", r#"{"path":"src"}"#, "outline src");
        check("debug_code", r#"{"path":"a.rs","task":"t","error_output":"e"}"#, "debug_code → a.rs");
        check("git_diff", r#"{"path":"src","base":"main"}"#, "git diff src against main");
        check("git_log", r#"{"path":null,"start_line":null,"end_line":null}"#, "git log");
        check("git_log", r#"{"path":"a.rs","start_line":3,"end_line":9}"#, "git log a.rs:3-9");
        check("git_blame", r#"{"path":"a.rs","start_line":3,"end_line":3}"#, "git blame a.rs:3");
    }

    #[test]
    fn wrong_calls_are_told_to_the_model() {
        check("read_file", "{", "error: the arguments of read_file do not fit");
        check("read_file", r#"{"path":7}"#, "error: the arguments of read_file do not fit");
        check("rm", "{}", "error: there is no tool \"rm\"; the tools are read_file, list_files");
    }
}

//! A brief as a text that people edit, and back.

use serde::{Deserialize, Serialize};

use crate::{protocol::Brief, terminal::visible};

const HEAD: &str = "\
# The hand-off to the coder. Change what shall be different, save and leave the editor; nothing is sent
# before you say so. This is TOML: text of several lines stands between three quotes.
";

/// What may be changed, in the order in which it is read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    path: String,
    task: String,
    #[serde(default)]
    requirements: Vec<String>,
    #[serde(default)]
    constraints: Vec<String>,
    #[serde(default)]
    context_paths: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error_output: Option<String>,
}

/// The brief, as the user's editor shows it.
pub(super) fn to_text(brief: &Brief) -> String {
    let Brief { path, task, requirements, constraints, context_paths, language, error_output, .. } =
        brief.clone();
    let text = Text { path, task, requirements, constraints, context_paths, language, error_output };
    // Strings and lists of them always have a form in TOML.
    format!("{HEAD}\n{}", toml::to_string_pretty(&text).unwrap_or_default())
}

/// The brief as it was edited. The error is a sentence with the line.
pub(super) fn from_text(text: &str, tool: &str) -> Result<Brief, String> {
    let read: Text = toml::from_str(text).map_err(|error| sentence(text, &error))?;
    let Text { path, task, requirements, constraints, context_paths, language, error_output } = read;
    for (name, value) in [("path", &path), ("task", &task)] {
        if value.trim().is_empty() {
            return Err(format!("the hand-off needs a {name}; e edits it again"));
        }
    }
    let tool = tool.to_owned();
    Ok(Brief { tool, path, task, language, requirements, constraints, error_output, context_paths })
}

fn sentence(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let message = visible(error.message()).replace('\n', " ");
    format!("line {line} of the hand-off cannot be read: {message}; e edits it again")
}

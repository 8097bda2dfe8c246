//! Pure: what a request of the planner is made of, in estimated tokens, for people who wonder what
//! fills the window.

use super::{IMAGE_TOKENS, estimate_tokens, item_tokens};
use crate::{
    llm::{Item, Request, ToolSpec},
    protocol::ContextSection,
};

/// Where the context begins that rides with the user's words.
const CONTEXT: &str = "\n\n<context>\n";

/// The parts of a request, in the order in which they are sent; empty ones are left out.
pub(crate) fn sections(request: &Request) -> Vec<ContextSection> {
    let newest = request.items.iter().rposition(|item| matches!(item, Item::User { .. }));
    let (earlier, rest) = request.items.split_at(newest.unwrap_or(0));
    let (prompt, images, later) = match rest.split_first() {
        Some((Item::User { text, images }, later)) => (text.as_str(), images.len(), later),
        _ => ("", 0, rest),
    };
    let tokens = |items: &[Item]| items.iter().map(item_tokens).sum();
    let [words, instructions, structure, mentioned, code, work] = prompt_parts(prompt);
    let parts = [
        ("instructions", estimate_tokens(&request.instructions)),
        ("tools", request.tools.iter().map(tool_tokens).sum()),
        ("history", tokens(earlier)),
        ("prompt", words),
        ("images", IMAGE_TOKENS * images as u64),
        ("project instructions", instructions),
        ("project structure", structure),
        ("mentioned", mentioned),
        ("relevant code", code),
        ("recent work", work),
        ("calls and results", tokens(later)),
    ];
    let section = |(name, tokens): (&str, u64)| ContextSection { name: name.to_owned(), tokens };
    parts.into_iter().filter(|(_, tokens)| *tokens > 0).map(section).collect()
}

pub(super) fn tool_tokens(tool: &ToolSpec) -> u64 {
    let parameters = tool.parameters.to_string();
    [&tool.name, &tool.description, &parameters].map(|text| estimate_tokens(text)).iter().sum()
}

/// The user's words with what they show, the project's instructions, its structure, what they mention,
/// its code, the recent work.
fn prompt_parts(text: &str) -> [u64; 6] {
    let (words, context) = text.rsplit_once(CONTEXT).unwrap_or((text, ""));
    let mut tokens = [estimate_tokens(words), 0, 0, 0, 0, 0];
    let mut part = 0;
    for paragraph in context.split("\n\n") {
        part = match paragraph {
            p if p.starts_with("[PROJECT INSTRUCTIONS]") => 1,
            p if p.starts_with("[PROJECT STRUCTURE]") => 2,
            p if p.starts_with("[MENTIONED]") => 3,
            p if p.starts_with("[RELEVANT CODE]") => 4,
            p if p.starts_with("[RECENT WORK]") => 5,
            p if ["[OPEN FILE]", "[IMAGES]", "[SELECTION]"].iter().any(|title| p.starts_with(title)) => 0,
            _ => part,
        };
        tokens[part] += estimate_tokens(paragraph);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::context::Context, engine::prompt, engine::prompt::window::Room, protocol::ClientContext,
    };

    fn check(history: &[Item], context: Context, later: &[Item], expected: &str) {
        let text = prompt::user_message(
            &"word ".repeat(40),
            &context,
            &ClientContext::default(),
            &[],
            Room { all: 9_999, own: 9_999 },
        );
        let items = [history, &[Item::user(text)], later].concat();
        let request = Request { instructions: "be good ".repeat(10), items, ..Request::default() };
        let told: Vec<String> =
            sections(&request).iter().map(|s| format!("{} {}", s.name, s.tokens)).collect();
        assert_eq!(told.join(", "), expected);
    }

    #[test]
    fn a_request_is_told_by_its_parts() {
        let bare = Context { date: "today".into(), project: "p".into(), ..Context::default() };
        check(&[], bare.clone(), &[], "instructions 20, prompt 59");
        let code = vec!["c".repeat(80), "d\n\nd".repeat(16)];
        let mentioned = vec!["m".repeat(120)];
        let (structure, recent_work) = ("x".repeat(400), "y".repeat(200));
        let context = Context { structure, mentioned, code, recent_work, ..bare };
        let said = Item::Assistant { text: "z".repeat(80), phase: None };
        let result = Item::ToolResult { call_id: "1".into(), output: "r".repeat(40) };
        check(
            &[said],
            context,
            &[result],
            "instructions 20, history 24, prompt 56, project structure 105, mentioned 33, relevant code 41, recent work 57, calls and results 14",
        );
    }
}

//! Pure: from what is known to what a model is sent. Wording lives in `prompts/*.md`; this file
//! orders it so that provider caches match. First comes what never changes (instructions, tools),
//! then the conversation as it was sent before, then, riding with the newest user message, what has
//! changed since.

use crate::{
    engine::{code::Parts, edits::Failure, tools},
    llm::{Item, OutputSchema, Previous, Request, ToolChoice},
    protocol::{Brief, ContextSection},
    workspace::instructions::Instructions,
};

mod code;
mod instructions;
mod mentions;
mod message;
mod sections;
mod turned_down;
mod window;

pub(crate) use code::{code, code_late, excerpts};
pub(crate) use instructions::instructions;
pub(crate) use mentions::mentions;
pub(crate) use message::user_message;
pub(crate) use sections::sections;
pub(crate) use turned_down::turned_down;
pub(crate) use window::{Calibration, Window, fit};

/// Base instructions of the planner.
pub(crate) const PLANNER: &str = include_str!("prompts/planner.md");
/// Base instructions of the coder.
pub(crate) const CODER: &str = include_str!("prompts/coder.md");
const ONLY_WORDS: &str = include_str!("prompts/only_words.md");
const REPAIR: &str = include_str!("prompts/repair.md");
const REPAIR_FILES: &str = include_str!("prompts/repair_files.md");

/// Which model a request goes to, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModelChoice {
    pub(crate) model: String,
    pub(crate) effort: Option<String>,
    pub(crate) max_output_tokens: Option<u32>,
}

/// The planner's next request: everything said so far, and the tools. `git` says whether git may be asked.
pub(crate) fn planner_request(
    choice: &ModelChoice,
    history: &[Item],
    previous: Option<Previous>,
    output_schema: Option<OutputSchema>,
    cache_key: &str,
    git: bool,
) -> Request {
    Request {
        model: choice.model.clone(),
        instructions: PLANNER.trim_end().to_owned(),
        items: history.to_vec(),
        previous,
        tools: tools::offered(git),
        tool_choice: ToolChoice::Auto,
        max_output_tokens: choice.max_output_tokens,
        effort: choice.effort.clone(),
        output_schema,
        cache_key: Some(cache_key.to_owned()),
    }
}

/// A file that the planner named for the coder.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ContextFile {
    /// All of it.
    Whole(String),
    /// What matters of a long one.
    Parts(Parts),
    /// Why it could not be read.
    Unread(String),
}

/// What goes along with a brief.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Materials {
    /// The target file as it stands (a pending proposal counts), if there is one.
    pub(crate) current: Option<String>,
    /// Files that the planner named.
    pub(crate) files: Vec<(String, ContextFile)>,
    /// Outlines and pieces of other files that seem to matter.
    pub(crate) code: Vec<String>,
    /// The project's own instructions for the target, the nearest last.
    pub(crate) instructions: Vec<Instructions>,
    /// The file tree.
    pub(crate) structure: String,
    /// What the planner said last before the hand-off.
    pub(crate) plan: String,
    /// What the user has turned down in the conversation.
    pub(crate) turned_down: String,
}

/// The coder's first request for a brief.
pub(crate) fn coder_request(choice: &ModelChoice, brief: &Brief, materials: &Materials) -> Request {
    Request {
        model: choice.model.clone(),
        instructions: CODER.trim_end().to_owned(),
        items: vec![Item::user(coder_message(brief, materials))],
        max_output_tokens: choice.max_output_tokens,
        effort: choice.effort.clone(),
        ..Request::default()
    }
}

/// What the planner is told that wants to change something where the user only asked.
pub(crate) fn only_words(tool: &str) -> String {
    ONLY_WORDS.trim_end().replace("{tool}", tool)
}

/// Asks once more after an answer without a usable artifact.
pub(crate) fn repair_message(path: &str, problem: &str) -> Item {
    Item::user(REPAIR.trim_end().replace("{problem}", problem).replace("{path}", path))
}

/// Asks once more for files whose changes do not fit, showing the lines that they should fit.
pub(crate) fn repair_files(failures: &[Failure]) -> Item {
    let problems: Vec<String> = failures.iter().map(misfit).collect();
    Item::user(REPAIR_FILES.trim_end().replace("{problems}", &problems.join("\n\n")))
}

fn misfit(failure: &Failure) -> String {
    let mut text = format!("# {}", failure.path);
    for refusal in &failure.refusals {
        text.push_str(&format!("\n{refusal}"));
        if let Some(nearest) = refusal.nearest() {
            let (first, last) = (nearest.first_line, nearest.first_line + nearest.lines.len().max(1) - 1);
            let lines = fenced("", &nearest.to_string());
            text.push_str(&format!("\nThe nearest lines there are {first} to {last}:\n{lines}"));
        }
    }
    text
}

/// The beginning of a text that may be too long, and a word on what is left out.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

fn coder_message(brief: &Brief, materials: &Materials) -> String {
    let parts = coder_parts(brief, materials).into_iter().map(|(_, text)| text);
    parts.collect::<Vec<_>>().join("\n\n")
}

/// What the coder's first request for a brief is made of, in estimated tokens.
pub(crate) fn coder_sections(brief: &Brief, materials: &Materials) -> Vec<ContextSection> {
    let instructions = [("instructions".to_owned(), CODER.to_owned())].into_iter();
    let parts = instructions.chain(coder_parts(brief, materials));
    parts.map(|(name, text)| ContextSection { name, tokens: estimate_tokens(&text) }).collect()
}

/// Stable things first (structure, files), the task last: parallel briefs then share a prefix. Each part
/// with its name for people.
fn coder_parts(brief: &Brief, materials: &Materials) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    let mut part = |name: &str, text: String| parts.push((name.to_owned(), text));
    if !materials.instructions.is_empty() {
        let told: Vec<String> = materials.instructions.iter().map(instructions::one).collect();
        part("project instructions", format!("# Project instructions\n{}", told.join("\n")));
    }
    if !materials.structure.is_empty() {
        part("project structure", format!("# Project structure\n{}", materials.structure));
    }
    for (path, file) in &materials.files {
        part(path, code::context_file(path, file));
    }
    if !materials.code.is_empty() {
        part("relevant code", format!("# Relevant code\n{}", materials.code.join("\n")));
    }
    if let Some(current) = &materials.current {
        part(&brief.path, format!("# Current content of {}\n{}", brief.path, fenced("", current)));
    }
    if !materials.plan.is_empty() {
        part("plan", format!("# The planner's analysis\n{}", materials.plan));
    }
    if !materials.turned_down.is_empty() {
        part("recent work", format!("# Recent work\n{}", materials.turned_down));
    }
    part("brief", brief_text(brief, materials.current.is_some()));
    parts
}

/// A brief in words.
pub(crate) fn brief_text(brief: &Brief, exists: bool) -> String {
    let state = if exists { "exists" } else { "new" };
    let mut text = format!("# Brief ({})\nPath: {} ({state})\n", brief.tool, brief.path);
    if let Some(language) = &brief.language {
        text.push_str(&format!("Language: {language}\n"));
    }
    text.push_str(&format!("\nTask: {}\n", brief.task));
    push_list(&mut text, "Requirements", &brief.requirements);
    push_list(&mut text, "Constraints", &brief.constraints);
    if let Some(error) = brief.error_output.as_deref().filter(|error| !error.is_empty()) {
        text.push_str(&format!("\nError output:\n{}\n", fenced("", error)));
    }
    text
}

fn push_list(text: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title}:\n"));
    lines.iter().for_each(|line| text.push_str(&format!("- {line}\n")));
}

/// A fence longer than any run of backticks inside, so that content cannot close it.
pub(crate) fn fenced(language: &str, content: &str) -> String {
    let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let newline = if content.ends_with('\n') || content.is_empty() { "" } else { "\n" };
    format!("{fence}{language}\n{content}{newline}{fence}")
}

/// What an image costs, whatever its size: providers scale it down before they count, to some hundred
/// tokens or one and a half thousand.
pub(crate) const IMAGE_TOKENS: u64 = 1_000;

fn item_tokens(item: &Item) -> u64 {
    const FRAME: u64 = 4;
    FRAME
        + match item {
            Item::User { text, images } => estimate_tokens(text) + IMAGE_TOKENS * images.len() as u64,
            Item::Assistant { text, .. } | Item::ToolResult { output: text, .. } => estimate_tokens(text),
            Item::ToolCall(call) => estimate_tokens(&call.arguments) + estimate_tokens(&call.name),
            Item::Reasoning(reasoning) => {
                let sealed = reasoning.encrypted.as_deref().map_or(0, |text| text.len() as u64 / 4);
                sealed + reasoning.text.as_deref().map_or(0, estimate_tokens)
            }
            Item::Opaque { value } => value.to_string().len() as u64 / 4,
        }
}

/// A guess without a tokenizer: about four ASCII bytes a token, about one and a half tokens a
/// character elsewhere (o200k on code and on Chinese text; errs on the high side).
pub(crate) fn estimate_tokens(text: &str) -> u64 {
    let ascii = text.bytes().filter(u8::is_ascii).count() as u64;
    let other = text.chars().filter(|c| !c.is_ascii()).count() as u64;
    ascii.div_ceil(4) + other + other / 2
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::{
        engine::context::Context,
        protocol::{ClientContext, Selection},
    };

    const ROOM: window::Room = window::Room { all: 100_000, own: 8_000 };

    fn context() -> Context {
        Context {
            date: "2026-11-22".into(),
            project: "tally".into(),
            structure: "src/\n  main.rs".into(),
            code: vec!["src/main.rs\n  1 fn main()".into()],
            ..Context::default()
        }
    }

    fn brief() -> Brief {
        Brief {
            tool: "refactor_code".into(),
            path: "src/lib.rs".into(),
            task: "Add `total`.".into(),
            language: None,
            requirements: vec!["sums all".into()],
            constraints: vec!["no new dependency".into()],
            error_output: None,
            context_paths: vec![],
        }
    }

    #[test]
    fn the_base_instructions_stay_short() {
        assert!(estimate_tokens(PLANNER) <= 2_000, "{}", estimate_tokens(PLANNER));
        assert!(estimate_tokens(CODER) <= 2_000);
    }

    #[test]
    fn wording_for_models_is_held_by_snapshots() {
        insta::assert_snapshot!("planner", PLANNER);
        insta::assert_snapshot!("coder", CODER);
        insta::assert_snapshot!("code_late", code_late());
        insta::assert_snapshot!("repair", REPAIR);
        insta::assert_snapshot!("only_words", ONLY_WORDS);
        insta::assert_snapshot!("analyst", include_str!("prompts/analyst.md"));
        insta::assert_snapshot!("summary_10", include_str!("prompts/summary_10.md"));
        insta::assert_snapshot!("summary_100", include_str!("prompts/summary_100.md"));
        insta::assert_snapshot!("tools", serde_json::to_string_pretty(&described()).unwrap());
    }

    fn described() -> Vec<(String, String, serde_json::Value)> {
        tools::specs().iter().map(|t| (t.name.clone(), t.description.clone(), t.parameters.clone())).collect()
    }

    #[test]
    fn a_first_message_carries_its_context() {
        let client = ClientContext {
            file_path: Some("src/main.rs".into()),
            selection: Some(Selection { start_line: 1, end_line: 2, text: "fn main() {}".into() }),
            ..ClientContext::default()
        };
        insta::assert_snapshot!(user_message("What is this?", &context(), &client, &[], ROOM), @r"
        What is this?

        <context>
        Date: 2026-11-22. Project: tally.

        [PROJECT STRUCTURE]
        src/
          main.rs

        [RELEVANT CODE]
        src/main.rs
          1 fn main()

        [OPEN FILE] src/main.rs

        [SELECTION] lines 1-2
        fn main() {}
        </context>
        ");
    }

    #[test]
    fn what_was_said_before_is_not_sent_again() {
        let first = user_message("one", &context(), &ClientContext::default(), &[], ROOM);
        let history = [Item::user(first)];
        assert_eq!(user_message("two", &context(), &ClientContext::default(), &history, ROOM), "two");
    }

    #[test]
    fn the_coder_sees_files_first_and_the_brief_last() {
        let materials = Materials {
            current: Some("pub fn one() {}\n".into()),
            files: vec![
                ("README.md".into(), ContextFile::Whole("a ``` fence".into())),
                ("none.rs".into(), ContextFile::Unread("this file does not exist".into())),
            ],
            code: vec!["src/two.rs\n  1 fn two()".into()],
            structure: "src/".into(),
            plan: "We add a function.".into(),
            ..Materials::default()
        };
        insta::assert_snapshot!(coder_message(&brief(), &materials), @r"
        # Project structure
        src/

        # Context: README.md
        ````
        a ``` fence
        ````

        # Context: none.rs
        [this file does not exist]

        # Relevant code
        src/two.rs
          1 fn two()

        # Current content of src/lib.rs
        ```
        pub fn one() {}
        ```

        # The planner's analysis
        We add a function.

        # Brief (refactor_code)
        Path: src/lib.rs (exists)

        Task: Add `total`.

        Requirements:
        - sums all

        Constraints:
        - no new dependency
        ");
    }

    #[test]
    fn an_image_counts_as_an_image_and_not_as_text() {
        let shown = |images| Item::User { text: "look".into(), images };
        let image = crate::llm::Image { media_type: "image/png".into(), data: "A".repeat(1_000_000) };
        let words = item_tokens(&shown(vec![]));
        assert_eq!(item_tokens(&shown(vec![image.clone(), image])), words + 2 * IMAGE_TOKENS);
    }
}

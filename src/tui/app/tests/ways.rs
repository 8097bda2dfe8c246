//! The ways into the states of the screen: what is asked, told and pressed until it looks like that.

use super::{
    Stage,
    cast::{EDIT, models, new_file, usage},
};
use crate::{
    protocol::{
        ArtifactState, ArtifactView, Body, ContextSection, ContextView, ConversationId, ConversationView,
        DiskState, LineRange, LocalServerView, Merge, MergeConflict, ModelChoiceView, OperationStatus,
        RewindPreview, RewindWhat, SymbolView, TakeBack, ToolCallState, UndoFile, UndoPreview, UsageView,
    },
    tui::app::{Back, CostView, DemoScene, Found, Point, UndoKind},
};

pub(super) fn submitted<'a>(stage: &'a mut Stage, command: &str) -> &'a mut Stage {
    stage.paste(command).key("enter")
}

pub(super) fn asked(stage: &mut Stage) -> &mut Stage {
    stage.opened().ask("add refresh tokens to the auth module, keep the old API").advance(4_000)
}

pub(super) fn thought(stage: &mut Stage) -> &mut Stage {
    asked(stage)
        .thinks("**Looking at the call sites**\n\nThe old API signs a token once.")
        .thinks(" Every caller passes a user, so a second token can be made there.")
        .advance(4_200)
}

const ANSWER: &str = "\
I'll keep `issue_token` as it is and add a **rotating** refresh token beside it:

- one token lives for ten minutes,
- the other for a month, see [the RFC](https://example.org/rfc6749).

| token   | lives      |
|---------|------------|
| access  | 10 minutes |
| refresh | a month    |

```rust
pub fn refresh(old: &Token) -> Option<Token> {
    store::take(old)?; // rotates
";

pub(super) fn streaming(stage: &mut Stage) -> &mut Stage {
    asked(stage).says(ANSWER)
}

pub(super) fn tools(stage: &mut Stage) -> &mut Stage {
    thought(stage)
        .called("c1", "read src/auth/mod.rs")
        .called("c2", "searched \"token\" in 3 files")
        .calls("c3", "read src/auth/missing.rs", ToolCallState::Failed)
        .says("One file is missing.")
}

pub(super) fn tools_open(stage: &mut Stage) -> &mut Stage {
    tools(stage).key("alt-1 F");
    let operation = stage.operation;
    let output = |call: &str, text: &str| Found::ToolOutput(operation, call.to_owned(), text.to_owned());
    stage
        .found(output("c1", "path: src/auth/mod.rs\n\n 1  //! Who may come in.\n 2  use crate::user::User;"));
    stage.found(output("c3", "error: there is no src/auth/missing.rs"))
}

pub(super) fn delegation(stage: &mut Stage) -> &mut Stage {
    let body = "pub fn remember(user: UserId, token: &Token) {\n    todo(user)\n";
    asked(stage)
        .says("I'll hand that over.")
        .used("planner", 1_204, 812, 310, 0.0062)
        .status(OperationStatus::Delegating)
        .calls("c4", "generate_code → src/auth/refresh.rs", ToolCallState::Running)
        .status(OperationStatus::Generating)
        .advance(2_000)
        .calls("c5", "refactor_code → src/auth/mod.rs", ToolCallState::Running)
        .writes("c4", "src/auth/refresh.rs", "//! Tokens that live long.\n\n")
        .writes("c5", "src/auth/mod.rs", "//! Who may come in.\n")
        .writes("c4", "src/auth/refresh.rs", body)
        .advance(1_500)
}

pub(super) fn proposed(stage: &mut Stage) -> &mut Stage {
    delegation(stage)
        .proposes(EDIT)
        .called("c5", "refactor_code → src/auth/mod.rs")
        .proposes(&new_file("src/auth/refresh.rs", 182))
        .called("c4", "generate_code → src/auth/refresh.rs")
        .used("coder", 6_020, 0, 2_140, 0.0021)
        .advance(1_000)
        .completed()
}

pub(super) fn decided(stage: &mut Stage) -> &mut Stage {
    proposed(stage)
        .proposes(&new_file("docs/tokens.md", 12))
        .proposes(&new_file("tests/tokens.rs", 40))
        .written("src/auth/mod.rs")
        .written("docs/tokens.md")
        .taken_back("docs/tokens.md")
        .rejected("src/auth/refresh.rs")
        .key("alt-3")
}

pub(super) fn changed_on_disk(stage: &mut Stage) -> &mut Stage {
    let conflict =
        MergeConflict { lines: LineRange { start: 42, len: 1 }, ours: String::new(), theirs: String::new() };
    let merged = Merge { content: String::new(), conflicts: vec![conflict] };
    proposed(stage).key("alt-3 down alt-4").looked(&[], DiskState::Changed { merged })
}

pub(super) fn conflict(stage: &mut Stage) -> &mut Stage {
    changed_on_disk(stage)
        .version(&EDIT.replace("-    sign(user.id, EXPIRY)", "-    sign_with(&KEY, user.id)"));
    let merged = stage.review(&[1], DiskState::Same);
    stage.found(Found::Merged(Box::new(merged)))
}

pub(super) fn written_in_part(stage: &mut Stage) -> &mut Stage {
    proposed(stage).key("alt-3 down alt-4 space");
    let artifact = stage.artifacts["src/auth/mod.rs"].clone();
    let rejected = Body::ArtifactRejected {
        artifact_id: artifact.artifact_id,
        path: artifact.path.clone(),
        hunks: Some(vec![0]),
        reason: None,
    };
    let written = ArtifactView { state: ArtifactState::Applied, taken: Some(vec![1]), ..artifact };
    stage.event(rejected).event(Body::Artifact { artifact: Box::new(written) });
    stage.written("src/auth/mod.rs").key("alt-3 down")
}

pub(super) fn take_back(stage: &mut Stage) -> &mut Stage {
    written_in_part(stage);
    let artifact = stage.artifacts["src/auth/mod.rs"].artifact_id;
    let preview = RewindPreview { files: vec![undone()], turns: 0, conflicts: 0 };
    stage.found(Found::Back(preview, Back::Written(TakeBack::Artifact(artifact))))
}

fn undone() -> UndoFile {
    UndoFile {
        path: "src/auth/mod.rs".to_owned(),
        diff: EDIT.to_owned(),
        added: 4,
        removed: 1,
        conflict: None,
    }
}

pub(super) fn undo_preview(stage: &mut Stage) -> &mut Stage {
    proposed(stage).written("src/auth/mod.rs");
    let change = stage.change("src/auth/mod.rs", None);
    stage.found(Found::Undo(Some(UndoPreview { change, files: vec![undone()] }), UndoKind::Undo))
}

/// A hand-off waits.
pub(super) fn hand_off(stage: &mut Stage) -> &mut Stage {
    asked(stage)
        .says("I'll hand that over.")
        .status(OperationStatus::Delegating)
        .calls("c5", "refactor_code → src/auth/mod.rs", ToolCallState::Running)
        .waits("c5")
}

pub(super) fn hand_off_page(stage: &mut Stage) -> &mut Stage {
    hand_off(stage).key("alt-r")
}

/// What going back would change, or what stands in the way.
pub(super) fn rewind_preview<'a>(stage: &'a mut Stage, conflict: Option<&str>) -> &'a mut Stage {
    proposed(stage).written("src/auth/mod.rs").effects();
    let file = UndoFile {
        path: "src/auth/mod.rs".to_owned(),
        diff: EDIT.to_owned(),
        added: 4,
        removed: 1,
        conflict: conflict.map(str::to_owned),
    };
    let preview = RewindPreview { files: vec![file], turns: 2, conflicts: u32::from(conflict.is_some()) };
    let point = Point { before: stage.operation, what: RewindWhat::Both };
    stage.found(Found::Back(preview, Back::To(point)))
}

pub(super) fn files() -> Vec<String> {
    ["src/auth/mod.rs", "src/model.rs", "docs/modes.md", "README.md"].map(str::to_owned).to_vec()
}

pub(super) fn symbols() -> Vec<SymbolView> {
    let symbol = |kind: &str, name: &str, path: &str, first_line| SymbolView {
        name: name.to_owned(),
        kind: kind.to_owned(),
        path: path.to_owned(),
        first_line,
        last_line: first_line + 2,
    };
    vec![
        symbol("method", "Cart.total", "src/cart.rs", 3),
        symbol("method", "Order.new", "src/order.rs", 5),
        symbol("function", "Order.new", "src/my order.rs", 7),
        symbol("struct", "Model", "src/model.rs", 1),
    ]
}

pub(super) fn conversations(stage: &mut Stage) -> &mut Stage {
    submitted(stage.opened(), "/resume");
    let titles = ["add refresh tokens", "why does the build fail on the old compiler?", "日本語の質問"];
    let view = |title: &str| ConversationView {
        conversation_id: ConversationId::new(&stage.ids),
        title: title.to_owned(),
        created_at: stage.clock.now(),
        updated_at: stage.clock.now(),
        messages: 12,
        preview: String::new(),
    };
    let found = titles.map(view).to_vec();
    let first = found[0].conversation_id;
    let page = stage.page(3..5, true);
    stage.found(Found::Conversations(String::new(), found)).key("down up").found(Found::Preview(first, page))
}

pub(super) fn choices() -> Vec<ModelChoiceView> {
    let choice = |(provider, model): (&str, &str)| ModelChoiceView {
        provider: provider.to_owned(),
        model: model.to_owned(),
    };
    [("openai", "gpt-5"), ("openai", "gpt-5-mini"), ("deepseek", "deepseek-flash")].map(choice).to_vec()
}

pub(super) fn cost() -> CostView {
    let planner =
        UsageView { input: 1_204, cached: 812, output: 310, cost_usd: Some(0.0062), ..usage("planner") };
    let coder = UsageView { input: 6_020, output: 2_140, cost_usd: Some(0.0021), ..usage("coder") };
    let unknown = UsageView { cost_usd: None, model: "my-own".to_owned(), ..coder.clone() };
    CostView { conversation: vec![planner.clone(), coder], today: vec![planner, unknown] }
}

pub(super) fn context() -> ContextView {
    let sections = [("system prompt", 2_100), ("history", 40_000), ("project", 800)];
    let section = |(name, tokens): (&str, u64)| ContextSection { name: name.to_owned(), tokens };
    ContextView {
        window: 400_000,
        used: 43_112,
        cached: 39_000,
        output: 800,
        sections: sections.map(section).to_vec(),
    }
}

pub(super) fn setup_local(stage: &mut Stage) -> &mut Stage {
    let server = LocalServerView {
        name: "Ollama".to_owned(),
        base_url: "http://127.0.0.1:11434/v1".to_owned(),
        models: vec!["qwen3-coder".to_owned(), "llama4".to_owned()],
    };
    stage.opened_with(models(Some("there is no key"))).found(Found::LocalServers(vec![server]))
}

pub(super) fn touring(stage: &mut Stage) -> &mut Stage {
    let scene = |title: &str, prompt: &str| DemoScene { title: title.to_owned(), prompt: prompt.to_owned() };
    let scenes = vec![scene("Ask", "What does this project do?"), scene("Change", "Add a flag")];
    stage.starting(|start| start.demo = scenes).opened()
}

pub(super) fn wide_characters(stage: &mut Stage) -> &mut Stage {
    stage
        .opened()
        .ask("把令牌模块改成可轮换的，并保留旧的接口，谢谢 👩‍👩‍👧 très bien e\u{301}")
        .says("好的。我会保留 `issue_token`：\n\n| 文件 | 行 |\n|---|---|\n| 模块.rs | 12 |\n\n한국어 한 줄 🎉🇩🇪")
        .called("c1", "read src/認証/モジュール.rs")
        .proposes(&new_file("src/認証/とても長い名前のモジュール.rs", 3))
        .paste("入力 🎉")
}

pub(super) fn hostile(stage: &mut Stage) -> &mut Stage {
    asked(stage)
        .says("red \u{1b}[31m text, \u{1b}]52;c;eA==\u{7} and \u{202e}backwards\u{202c}\r\u{8}")
        .called("c1", "read \u{1b}]0;title\u{7}.rs\nsecond line")
        .fails("\u{9b}31m failed")
}

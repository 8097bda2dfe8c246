//! How the screen looks in every state that it can be in, at three sizes. A new state is a name and the
//! way there; `INSTA_UPDATE=always cargo test tui::app` accepts what has changed.

use super::{
    Stage,
    cast::{EDIT, models, new_file, usage},
};
use crate::{
    protocol::{
        ContextSection, ContextView, ConversationId, ConversationView, LocalServerView, ModelChoiceView,
        OperationStatus, ToolCallState, UndoFile, UndoPreview, UsageView,
    },
    tui::app::{CostView, DemoScene, Found, Input, UndoKind},
};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 10)];

/// The way into a state.
type Way = for<'a> fn(&'a mut Stage) -> &'a mut Stage;

const STATES: &[(&str, Way)] = &[
    ("opening", |stage| stage),
    ("empty", |stage| stage.opened()),
    ("no_engine", |stage| {
        stage.give(Input::NotOpened("another Mira has this project open; close it first".to_owned()))
    }),
    ("streaming", streaming),
    ("reasoning_folded", |stage| thought(stage).says("It is wrong in one place.")),
    ("reasoning_open", |stage| thought(stage).says("It is wrong in one place.").key("alt-1 enter")),
    ("tools_folded", tools),
    ("tools_open", tools_open),
    ("delegation", delegation),
    ("delegation_drafts", |stage| delegation(stage).key("alt-3")),
    ("artifacts", |stage| proposed(stage).key("alt-3")),
    ("diff", |stage| proposed(stage).key("alt-3 down alt-4 ]")),
    ("diff_long", |stage| asked(stage).proposes(&new_file("src/auth/steps.rs", 300)).key("alt-4 pagedown")),
    ("diff_side_by_side", |stage| proposed(stage).key("alt-3 down alt-4 z s")),
    ("decided", decided),
    ("error", |stage| asked(stage).fails("openai refuses the key (HTTP 401). Set another one with /setup.")),
    ("retry", |stage| asked(stage).retries(2, 8_000).advance(3_000)),
    ("queued", |stage| streaming(stage).paste("and write a test for it").key("enter").accepted()),
    ("stopped", |stage| {
        streaming(stage)
            .event(crate::protocol::Body::OperationCancelled {})
            .status(OperationStatus::Cancelled)
    }),
    ("undo_preview", undo_preview),
    ("palette", |stage| stage.opened().key("ctrl-p").type_text("artif")),
    ("commands", |stage| stage.opened().type_text("/co")),
    ("files", |stage| stage.opened().type_text("see @mod").found(Found::Files(files()))),
    ("conversations", conversations),
    ("models", |stage| submitted(stage.opened(), "/model").found(Found::ModelChoices(choices()))),
    ("themes", |stage| submitted(stage.opened(), "/theme").key("down")),
    ("old_prompts", |stage| stage.opened().key("ctrl-r")),
    ("help", |stage| stage.opened().key("f1")),
    ("help_filtered", |stage| stage.opened().key("f1").type_text("hunk")),
    ("cost", |stage| submitted(asked(stage), "/cost").found(Found::Usage(cost()))),
    ("context", |stage| submitted(asked(stage), "/context").found(Found::Context(Some(context())))),
    ("setup", |stage| stage.opened_with(models(Some("there is no key")))),
    ("setup_local", |stage| setup_local(stage)),
    ("setup_key", |stage| {
        stage.opened_with(models(Some("there is no key"))).key("enter").type_text("sk-123")
    }),
    ("demo_ask", |stage| touring(stage)),
    ("demo_write", |stage| {
        touring(stage).key("enter").accepted().status(OperationStatus::Started).proposes(EDIT).completed()
    }),
    ("wide_characters", wide_characters),
    ("hostile", hostile),
    ("search", |stage| streaming(stage).key("alt-1 /").type_text("token")),
    ("search_missed", |stage| streaming(stage).key("alt-1 /").type_text("nowhere").key("enter")),
    ("reading_back", |stage| stage.opened().loaded(0..30, false).key("alt-1 pageup")),
    ("prompt_of_many_lines", |stage| stage.opened().type_text("one").key("alt-enter").type_text("two")),
    ("prompt_chip", |stage| stage.opened().paste(&"a line\n".repeat(40))),
    ("vim", |stage| stage.starting(|start| start.settings.ui.vim = true).opened().type_text("ab").key("esc")),
];

#[test]
fn every_state_looks_as_it_did_when_somebody_looked() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, way) in STATES {
            insta::assert_snapshot!(*name, at_all_sizes(*way));
        }
    });
}

fn at_all_sizes(way: Way) -> String {
    let shown = SIZES.map(|(width, height)| {
        let mut stage = Stage::new(width, height);
        let head = format!("{:─<1$}\n", format!("── {width}×{height} "), usize::from(width));
        head + &way(&mut stage).screen()
    });
    shown.concat()
}

fn submitted<'a>(stage: &'a mut Stage, command: &str) -> &'a mut Stage {
    stage.paste(command).key("enter")
}

fn asked(stage: &mut Stage) -> &mut Stage {
    stage.opened().ask("add refresh tokens to the auth module, keep the old API").advance(4_000)
}

fn thought(stage: &mut Stage) -> &mut Stage {
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

fn streaming(stage: &mut Stage) -> &mut Stage {
    asked(stage).says(ANSWER)
}

fn tools(stage: &mut Stage) -> &mut Stage {
    thought(stage)
        .called("c1", "read src/auth/mod.rs")
        .called("c2", "searched \"token\" in 3 files")
        .calls("c3", "read src/auth/missing.rs", ToolCallState::Failed)
        .says("One file is missing.")
}

fn tools_open(stage: &mut Stage) -> &mut Stage {
    tools(stage).key("alt-1 F");
    let operation = stage.operation;
    let output = |call: &str, text: &str| Found::ToolOutput(operation, call.to_owned(), text.to_owned());
    stage
        .found(output("c1", "path: src/auth/mod.rs\n\n 1  //! Who may come in.\n 2  use crate::user::User;"));
    stage.found(output("c3", "error: there is no src/auth/missing.rs"))
}

fn delegation(stage: &mut Stage) -> &mut Stage {
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

fn proposed(stage: &mut Stage) -> &mut Stage {
    delegation(stage)
        .proposes(EDIT)
        .called("c5", "refactor_code → src/auth/mod.rs")
        .proposes(&new_file("src/auth/refresh.rs", 182))
        .called("c4", "generate_code → src/auth/refresh.rs")
        .used("coder", 6_020, 0, 2_140, 0.0021)
        .advance(1_000)
        .completed()
}

fn decided(stage: &mut Stage) -> &mut Stage {
    proposed(stage)
        .proposes(&new_file("docs/tokens.md", 12))
        .proposes(&new_file("tests/tokens.rs", 40))
        .written("src/auth/mod.rs")
        .written("docs/tokens.md")
        .taken_back("docs/tokens.md")
        .rejected("src/auth/refresh.rs")
        .key("alt-3")
}

fn undo_preview(stage: &mut Stage) -> &mut Stage {
    proposed(stage).written("src/auth/mod.rs");
    let change = stage.change("src/auth/mod.rs", None);
    let file = UndoFile {
        path: "src/auth/mod.rs".to_owned(),
        diff: EDIT.to_owned(),
        added: 4,
        removed: 1,
        conflict: None,
    };
    stage.found(Found::Undo(Some(UndoPreview { change, files: vec![file] }), UndoKind::Undo))
}

fn files() -> Vec<String> {
    ["src/auth/mod.rs", "src/model.rs", "docs/modes.md", "README.md"].map(str::to_owned).to_vec()
}

fn conversations(stage: &mut Stage) -> &mut Stage {
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

fn choices() -> Vec<ModelChoiceView> {
    let choice = |(provider, model): (&str, &str)| ModelChoiceView {
        provider: provider.to_owned(),
        model: model.to_owned(),
    };
    [("openai", "gpt-5"), ("openai", "gpt-5-mini"), ("deepseek", "deepseek-flash")].map(choice).to_vec()
}

fn cost() -> CostView {
    let planner =
        UsageView { input: 1_204, cached: 812, output: 310, cost_usd: Some(0.0062), ..usage("planner") };
    let coder = UsageView { input: 6_020, output: 2_140, cost_usd: Some(0.0021), ..usage("coder") };
    let unknown = UsageView { cost_usd: None, model: "my-own".to_owned(), ..coder.clone() };
    CostView { conversation: vec![planner.clone(), coder], today: vec![planner, unknown] }
}

fn context() -> ContextView {
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

fn setup_local(stage: &mut Stage) -> &mut Stage {
    let server = LocalServerView {
        name: "Ollama".to_owned(),
        base_url: "http://127.0.0.1:11434/v1".to_owned(),
        models: vec!["qwen3-coder".to_owned(), "llama4".to_owned()],
    };
    stage.opened_with(models(Some("there is no key"))).found(Found::LocalServers(vec![server]))
}

fn touring(stage: &mut Stage) -> &mut Stage {
    let scene = |title: &str, prompt: &str| DemoScene { title: title.to_owned(), prompt: prompt.to_owned() };
    let scenes = vec![scene("Ask", "What does this project do?"), scene("Change", "Add a flag")];
    stage.starting(|start| start.demo = scenes).opened()
}

fn wide_characters(stage: &mut Stage) -> &mut Stage {
    stage
        .opened()
        .ask("把令牌模块改成可轮换的，并保留旧的接口，谢谢 👩‍👩‍👧 très bien e\u{301}")
        .says("好的。我会保留 `issue_token`：\n\n| 文件 | 行 |\n|---|---|\n| 模块.rs | 12 |\n\n한국어 한 줄 🎉🇩🇪")
        .called("c1", "read src/認証/モジュール.rs")
        .proposes(&new_file("src/認証/とても長い名前のモジュール.rs", 3))
        .paste("入力 🎉")
}

fn hostile(stage: &mut Stage) -> &mut Stage {
    asked(stage)
        .says("red \u{1b}[31m text, \u{1b}]52;c;eA==\u{7} and \u{202e}backwards\u{202c}\r\u{8}")
        .called("c1", "read \u{1b}]0;title\u{7}.rs\nsecond line")
        .fails("\u{9b}31m failed")
}

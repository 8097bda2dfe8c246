//! What front ends ask of a running engine: conversations read back, artifacts, cost, the project,
//! previews of an undo, models that change while work goes on.

use mira::{
    config::ProviderKind,
    demo::server::{Script, Turn},
    llm::Usage,
    protocol::{
        ArtifactView, Body, Command, ConversationView, Event, ModelChoiceView, Reply, UndoPreview, UndoScope,
        UsageScope,
    },
};
use serde_json::json;

use crate::support::world::World;

const PROJECT: &str = "
    //- src/lib.rs
    pub fn one() -> u32 {
        1
    }
    //- README.md
    # Sample
    //- .gitignore
    target
    //- target/out
    ignored
";

fn create(path: &str, content: &str) -> Turn {
    let arguments = json!({"path": path, "content": content, "kind": "code", "language": "rust"});
    Turn::responses().text("I write it.").call("create_artifact", arguments)
}

fn done() -> Turn {
    Turn::responses().round(1).text("It waits.")
}

/// A world in which `src/lib.rs` is proposed anew and waits.
async fn proposed() -> (World, crate::support::world::Turn) {
    let script = Script::new().turn(create("src/lib.rs", "pub fn one() -> u32 {\n    2\n}\n")).turn(done());
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Make it two").await;
    assert_eq!(turn.error(), None);
    (world, turn)
}

async fn apply(world: &World) -> mira::protocol::ChangeView {
    match world.apply(&world.waiting().await).await.unwrap() {
        Reply::Applied { change } => change,
        other => panic!("{other:?}"),
    }
}

async fn undo(world: &World, change_id: mira::protocol::ChangeId) -> mira::protocol::ChangeView {
    match world.handle().send(Command::Undo { change_id }).await.unwrap() {
        Reply::Applied { change } => change,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn conversations_are_listed_found_and_read_back() {
    let script = Script::new().turn(Turn::responses().text("It returns one.").repeat());
    let world = World::new(PROJECT, script).await;
    let first = world.ask("What does one() do?").await;
    let second = world.ask("And the README?").await;
    world.ask_in(Some(second.conversation), "Thanks").await;
    let handle = world.handle();
    let told = |listed: Vec<ConversationView>| -> Vec<String> {
        listed.iter().map(|c| format!("{} ({}): {}", c.title, c.messages, c.preview)).collect()
    };
    let all = told(handle.conversations(None, 10).await.unwrap());
    assert_eq!(all, ["And the README? (4): It returns one.", "What does one() do? (2): It returns one."]);
    assert_eq!(told(handle.conversations(Some(" "), 10).await.unwrap()), all);
    let found = told(handle.conversations(Some("readm"), 10).await.unwrap());
    assert_eq!(found, ["And the README? (4): And the README?"]);
    let latest = handle.latest_conversation().await.unwrap().unwrap();
    assert_eq!(latest.conversation_id, second.conversation);
    let id = first.conversation.to_string();
    let named = handle.find_conversation(&id).await.unwrap();
    assert_eq!(named.title, "What does one() do?");
    assert_eq!(handle.prompt_history(2).await.unwrap(), ["And the README?", "Thanks"]);
    world.finish().await;
}

/// A late subscriber sees what one sees who was there from the beginning, as far as it is kept.
#[tokio::test]
async fn a_transcript_and_what_follows_it_are_the_whole_stream() {
    let script = Script::new().turn(create("src/new.rs", "pub fn new() {}\n")).turn(done());
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Write it").await;
    let handle = world.handle();
    let page = handle.transcript(turn.conversation, None, 10).await.unwrap();
    apply(&world).await;
    let after = handle.subscribe(turn.conversation, page.seq).ready().await.unwrap();
    let told: Vec<u64> =
        page.turns.iter().flat_map(|turn| &turn.events).chain(&after).map(|event| event.seq).collect();
    let whole = handle.subscribe(turn.conversation, 0).ready().await.unwrap();
    assert_eq!(told, whole.iter().map(|event| event.seq).collect::<Vec<_>>());
    assert!(after.iter().any(|event| matches!(event.body, Body::ArtifactApplied { .. })), "{after:?}");
    assert!(!page.has_more && page.turns[0].operation.started_at.is_some());
    world.finish().await;
}

#[tokio::test]
async fn artifacts_and_cost_are_told_by_scope() {
    let (world, turn) = proposed().await;
    let handle = world.handle();
    let paths = |found: Vec<ArtifactView>| found.into_iter().map(|a| a.path).collect::<Vec<_>>();
    for conversation in [None, Some(turn.conversation)] {
        assert_eq!(paths(handle.artifacts(conversation, true, 10).await.unwrap()), ["src/lib.rs"]);
    }
    apply(&world).await;
    assert!(handle.artifacts(None, true, 10).await.unwrap().is_empty());
    assert_eq!(paths(handle.artifacts(None, false, 10).await.unwrap()), ["src/lib.rs"]);
    for scope in [
        UsageScope::Operation(turn.operation),
        UsageScope::Conversation(turn.conversation),
        UsageScope::Today,
    ] {
        let usage = handle.usage(scope).await.unwrap();
        assert_eq!(
            usage.iter().map(|usage| usage.role.as_str()).collect::<Vec<_>>(),
            ["planner"],
            "{scope:?}"
        );
    }
    world.finish().await;
}

#[tokio::test]
async fn the_project_and_its_files_are_told() {
    let world = World::new(PROJECT, Script::new()).await;
    let handle = world.handle();
    let root = world.project.root();
    assert_eq!(handle.project().root, root.to_str().unwrap());
    assert_eq!(handle.project().name, root.file_name().unwrap().to_str().unwrap());
    assert_eq!(handle.files(10).await, [".gitignore", "README.md", "src/lib.rs"]);
    assert_eq!(handle.files(1).await.len(), 1);
    assert_eq!(handle.git().await, None);
    world.finish().await;
}

fn file(preview: &UndoPreview) -> &mira::protocol::UndoFile {
    assert_eq!(preview.files.len(), 1);
    &preview.files[0]
}

#[tokio::test]
async fn an_undo_is_shown_before_it_is_done() {
    let (world, turn) = proposed().await;
    let handle = world.handle();
    let scope = UndoScope::Conversation(turn.conversation);
    assert_eq!(handle.undo_preview(scope).await.unwrap(), None);
    let artifact = world.waiting().await[0].artifact_id;
    let change = apply(&world).await;
    for scope in [scope, UndoScope::Artifact(artifact), UndoScope::Change(change.change_id)] {
        let preview = handle.undo_preview(scope).await.unwrap().unwrap();
        assert_eq!(preview.change, change);
        let file = file(&preview);
        assert!(file.diff.contains("-    2\n+    1\n"), "{}", file.diff);
        assert_eq!((file.path.as_str(), file.added, file.removed), ("src/lib.rs", 1, 1));
        assert_eq!(file.conflict, None);
        assert_eq!(handle.redo_preview(scope).await.unwrap(), None);
    }
    let undone = undo(&world, change.change_id).await;
    for scope in [scope, UndoScope::Artifact(artifact), UndoScope::Change(change.change_id)] {
        assert_eq!(handle.undo_preview(scope).await.unwrap(), None);
        let preview = handle.redo_preview(scope).await.unwrap().unwrap();
        assert_eq!(preview.change, undone);
        assert!(file(&preview).diff.contains("-    1\n+    2\n"), "{}", file(&preview).diff);
    }
    undo(&world, undone.change_id).await;
    assert_eq!(handle.redo_preview(scope).await.unwrap(), None);
    assert!(handle.undo_preview(scope).await.unwrap().is_some(), "what was done again can be undone again");
    world.finish().await;
}

/// Edits `src/lib.rs` after it was written; says what the preview and then the undo say.
async fn check_conflict(edit: impl FnOnce(&World), sentence: &str, line: &str) {
    let (world, turn) = proposed().await;
    let change = apply(&world).await;
    edit(&world);
    let scope = UndoScope::Conversation(turn.conversation);
    let preview = world.handle().undo_preview(scope).await.unwrap().unwrap();
    let conflict = file(&preview).conflict.as_deref().unwrap_or_default();
    assert!(conflict.contains(sentence), "{conflict}");
    assert!(file(&preview).diff.contains(line), "{}", file(&preview).diff);
    world.handle().send(Command::Undo { change_id: change.change_id }).await.unwrap_err();
    world.finish().await;
}

#[tokio::test]
async fn what_stands_in_the_way_of_an_undo_is_named() {
    check_conflict(
        |world| world.project.write("src/lib.rs", "mine\n"),
        "src/lib.rs has been edited since",
        "-mine\n",
    )
    .await;
    check_conflict(
        |world| std::fs::remove_file(world.project.root().join("src/lib.rs")).unwrap(),
        "src/lib.rs has been deleted since",
        "--- /dev/null",
    )
    .await;
}

#[tokio::test]
async fn models_change_for_the_next_operation_and_not_for_the_one_at_work() {
    let script = Script::new()
        .turn(
            Turn::responses()
                .model("gpt-5")
                .user_says("slow")
                .delay_ms(150)
                .call("list_files", json!({"glob": null, "directory": null})),
        )
        .turn(Turn::responses().model("gpt-5").user_says("slow").round(1).text("First."))
        .turn(Turn::chat().model("qwen3").user_says("next").text("Second."));
    let world = World::new(PROJECT, script).await;
    let handle = world.handle();
    let (conversation, operation, since) = world.send(None, "slow").await;
    let mut settings = handle.settings();
    let mut local = settings.providers["openai"].clone();
    local.kind = ProviderKind::ChatCompletions;
    (local.key, local.needs_key) = (None, false);
    settings.providers.insert("local".to_owned(), local);
    settings.roles.planner.provider = "local".to_owned();
    settings.roles.planner.model = "qwen3".to_owned();
    settings.providers.get_mut("deepseek").unwrap().key = None;
    handle.reconfigure(settings);
    let events = world.follow(conversation, operation, since).await;
    assert_eq!(models(&events), ["gpt-5", "gpt-5"]);
    let turn = world.ask("next").await;
    assert_eq!((turn.said(), models(&turn.events)), (vec!["Second."], vec!["qwen3"]), "{:?}", turn.error());

    let models = handle.models();
    assert_eq!((models.planner.model.as_str(), models.planner.context_window), ("qwen3", None));
    assert!(models.planner.problem.is_none() && models.planner.priced, "a server on this machine is free");
    let problem = models.coder.problem.unwrap();
    assert!(problem.contains("mira auth set deepseek"), "{problem}");
    let choices = handle.model_choices();
    for (provider, model, offered) in [
        ("local", "qwen3", true),
        ("openai", "gpt-5", true),
        ("deepseek", "deepseek-flash", true),
        ("openai", "text-embedding-3-large", false),
    ] {
        let choice = ModelChoiceView { provider: provider.to_owned(), model: model.to_owned() };
        assert_eq!(choices.contains(&choice), offered, "{choice:?}");
    }
    world.finish().await;
}

fn models(events: &[Event]) -> Vec<&str> {
    let model = |event| match event {
        &Event { body: Body::Usage { ref usage }, .. } => Some(usage.model.as_str()),
        _ => None,
    };
    events.iter().filter_map(model).collect()
}

#[tokio::test]
async fn what_fills_the_window_is_told() {
    let usage = Usage { input: 1_234, cached: 1_000, output: 56, ..Usage::default() };
    let script =
        Script::new().turn(Turn::responses().text("One.").usage(usage)).turn(Turn::responses().text("Two."));
    let world = World::new(PROJECT, script).await;
    let handle = world.handle();
    let turn = world.ask("What does one() do?").await;
    let context = handle.context(turn.conversation).await.unwrap().unwrap();
    assert_eq!((context.used, context.cached, context.output), (1_234, 1_000, 56));
    assert!(context.window > 100_000);
    let names = |context: &mira::protocol::ContextView| -> Vec<String> {
        context.sections.iter().map(|section| section.name.clone()).collect()
    };
    assert_eq!(names(&context), ["instructions", "tools", "prompt", "project structure", "relevant code"]);
    world.ask_in(Some(turn.conversation), "And two?").await;
    let context = handle.context(turn.conversation).await.unwrap().unwrap();
    assert_eq!(names(&context), ["instructions", "tools", "history", "prompt"]);
    let unknown = mira::protocol::ConversationId::new(&mira::protocol::IdSource::seeded(9));
    assert_eq!(handle.context(unknown).await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn a_conversation_is_exported_as_markdown() {
    let (world, turn) = proposed().await;
    apply(&world).await;
    let text = world.handle().export(turn.conversation).await.unwrap();
    let mut from = 0;
    for part in [
        "# Make it two\n",
        "## You, ",
        "\nMake it two\n",
        "## Mira\n",
        "\nI write it.\n",
        "**src/lib.rs** (edit, +1 −1, applied)",
        "```diff\n--- a/src/lib.rs\n",
        "-    1\n+    2\n",
        "\nIt waits.\n",
        "- written: src/lib.rs\n",
    ] {
        let at = text[from..]
            .find(part)
            .unwrap_or_else(|| panic!("{part:?} is not where it should be in\n{text}"));
        from += at + part.len();
    }
    world.finish().await;
}

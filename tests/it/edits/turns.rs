//! Whole turns in which the coder edits, mends, deletes and renames.

use mira::{
    demo::server::{Script, Turn},
    protocol::{ArtifactAction, Body, Command, FileDiff, OperationStatus, Reply},
};
use serde_json::json;

use crate::support::world::World;

const PROJECT: &str = "
    //- src/lib.rs
    pub fn one() -> u32 {
        1
    }

    pub fn two() -> u32 {
        2
    }
    //- README.md
    # Sample
";

fn refactor(path: &str) -> (&'static str, serde_json::Value) {
    let arguments = json!({
        "path": path, "task": "Change it.", "requirements": [], "constraints": [], "context_paths": ["README.md"],
    });
    ("refactor_code", arguments)
}

fn edit(path: &str, blocks: &[(&str, &str)]) -> String {
    let block = |(search, replace): &(&str, &str)| {
        format!("<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n")
    };
    format!("<edit path=\"{path}\">\n{}</edit>\n", blocks.iter().map(block).collect::<String>())
}

/// The planner hands a task over, the coder gives these answers, the planner closes.
fn script(answers: &[&str]) -> Script {
    let (tool, arguments) = refactor("src/lib.rs");
    let script = Script::new().turn(Turn::responses().call(tool, arguments));
    let script = answers.iter().fold(script, |script, answer| script.turn(Turn::chat().text(*answer)));
    script.turn(Turn::responses().round(1).text("Done."))
}

/// What was told of edits while they streamed in.
fn drafts(turn: &crate::support::world::Turn) -> Vec<&str> {
    let drafts = turn.events.iter().filter_map(|event| match &event.body {
        Body::ArtifactDraft { diff, .. } => Some(diff.as_str()),
        _ => None,
    });
    drafts.collect()
}

#[tokio::test]
async fn an_existing_file_is_edited_by_blocks() {
    let answer = edit("src/lib.rs", &[("    2", "    22"), ("    1", "    11")]) + "Both are larger now.";
    let world = World::new(PROJECT, script(&[&answer])).await;
    let turn = world.ask("Make them larger").await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    let waiting = world.waiting().await;
    assert_eq!((waiting[0].added, waiting[0].removed, waiting.len()), (2, 2, 1));
    assert!(!waiting[0].is_new_file && waiting[0].action == ArtifactAction::Write);
    world.apply(&waiting).await.unwrap();
    let changed = "pub fn one() -> u32 {\n    11\n}\n\npub fn two() -> u32 {\n    22\n}\n";
    assert_eq!(world.project.read("src/lib.rs"), changed);
    let request = world.server.requests();
    let told = request.last().unwrap().body["input"].to_string();
    assert!(told.contains("Proposed src/lib.rs (edit, +2 -2)"), "{told}");
    world.finish().await;
}

#[tokio::test]
async fn the_diff_grows_while_blocks_arrive() {
    let (tool, arguments) = refactor("src/lib.rs");
    let one = "<edit path=\"src/lib.rs\">\n<<<<<<< SEARCH\n    1\n=======\n    11\n>>>>>>> REPLACE\n";
    let two = "<<<<<<< SEARCH\n    2\n=======\n    22\n>>>>>>> REPLACE\n</edit>\n";
    let coder = Turn::chat().text(one).delay_ms(120).text(two).delay_ms(300).text("So.");
    let script = Script::new()
        .turn(Turn::responses().call(tool, arguments))
        .turn(coder)
        .turn(Turn::responses().round(1).text("Done."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Make them larger").await;
    let added: Vec<u32> = drafts(&turn).iter().map(|diff| FileDiff::parse(diff).unwrap().added).collect();
    assert_eq!(added, [1, 2]);
    let pieces = turn.events.iter().filter(|event| matches!(event.body, Body::ArtifactDelta { .. })).count();
    assert_eq!(pieces, 0, "an edit's own text is not the file's");
    let stored = world.store.events(turn.conversation, 0, 1_000).await.unwrap();
    assert!(!stored.iter().any(|event| matches!(event.body, Body::ArtifactDraft { .. })), "{stored:#?}");
    world.finish().await;
}

#[tokio::test]
async fn a_block_that_does_not_fit_is_mended_once() {
    let wrong = edit("src/lib.rs", &[("    3", "    33")])
        + "<artifact path=\"src/new.rs\" language=\"rust\">\npub fn new() {}\n</artifact>\n";
    let right = edit("src/lib.rs", &[("pub fn two() -> u32 {\n    2", "pub fn two() -> u32 {\n    33")]);
    let world = World::new(PROJECT, script(&[&wrong, &right])).await;
    let turn = world.ask("Make two larger").await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    let paths: Vec<String> = world.waiting().await.into_iter().map(|artifact| artifact.path).collect();
    assert_eq!(paths, ["src/lib.rs", "src/new.rs"]);
    assert_eq!(turn.notices(), Vec::<&str>::new());
    let requests = world.server.requests();
    let asked = requests[2].body["messages"].to_string();
    for expected in ["begin with `3` are not in the file", "# src/lib.rs", "was good for other files is kept"]
    {
        assert!(asked.contains(expected), "{expected:?} is not in {asked}");
    }
    world.finish().await;
}

#[tokio::test]
async fn the_repair_shows_the_nearest_lines() {
    let wrong = edit("src/lib.rs", &[("pub fn two() -> u32 {\n    3", "pub fn two() -> u32 {\n    33")]);
    let right = edit("src/lib.rs", &[("    2", "    33")]);
    let world = World::new(PROJECT, script(&[&wrong, &right])).await;
    world.ask("Make two larger").await;
    let asked = world.server.requests()[2].body["messages"].to_string();
    assert!(asked.contains("    5| pub fn two() -> u32 {\\n    6|     2\\n"), "{asked}");
    world.finish().await;
}

#[tokio::test]
async fn what_fails_twice_is_told_and_spoils_no_other_file() {
    let wrong = edit("src/lib.rs", &[("    3", "    33")]);
    let beside = format!("{wrong}<artifact path=\"src/new.rs\">\npub fn new() {{}}\n</artifact>\n");
    let world = World::new(PROJECT, script(&[&beside, &wrong])).await;
    let turn = world.ask("Make three larger").await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    assert_eq!(world.waiting().await.len(), 1);
    let notices = turn.notices();
    assert!(
        notices.len() == 1 && notices[0].starts_with("src/lib.rs: the coder's change could not be used"),
        "{notices:?}"
    );
    let told = world.server.requests().last().unwrap().body["input"].to_string();
    assert!(told.contains("Proposed src/new.rs") && told.contains("error: src/lib.rs"), "{told}");
    let call = turn.events.iter().find_map(|event| match &event.body {
        Body::ToolCall { call_id, .. } => Some(call_id.clone()),
        _ => None,
    });
    let output = world.handle().tool_output(turn.operation, &call.unwrap()).await.unwrap();
    assert!(output.contains("<<<<<<< SEARCH\n    3\n=======\n    33\n"), "{output}");
    world.finish().await;
}

#[tokio::test]
async fn failing_twice_with_nothing_else_fails_the_call() {
    let wrong = edit("src/lib.rs", &[("    3", "    33")]);
    let world = World::new(PROJECT, script(&[&wrong, &wrong])).await;
    let turn = world.ask("Make three larger").await;
    assert!(world.waiting().await.is_empty());
    assert_eq!(turn.notices().len(), 1, "{:?}", turn.notices());
    let told = world.server.requests().last().unwrap().body["input"].to_string();
    assert!(told.contains("error: src/lib.rs: the coder's change could not be used"), "{told}");
    world.finish().await;
}

#[tokio::test]
async fn an_edit_fits_the_file_as_it_is_now() {
    let (tool, arguments) = refactor("src/lib.rs");
    let answer = edit("src/lib.rs", &[("    2", "    22")]);
    let script = Script::new()
        .turn(Turn::responses().call(tool, arguments))
        .turn(Turn::chat().delay_ms(400).text(answer))
        .turn(Turn::responses().round(1).text("Done."));
    let world = World::new(PROJECT, script).await;
    let (conversation, operation, since) = world.send(None, "Make two larger").await;
    world.server.wait_for_requests(2).await;
    world.project.write("src/lib.rs", "// mine\nfn two() {\n    2\n}\n");
    world.follow(conversation, operation, since).await;
    world.apply(&world.waiting().await).await.unwrap();
    assert_eq!(world.project.read("src/lib.rs"), "// mine\nfn two() {\n    22\n}\n");
    world.finish().await;
}

#[tokio::test]
async fn deleting_and_renaming_are_artifacts_that_can_be_taken_back() {
    let answer = "<delete path=\"README.md\"/>\n<rename from=\"src/lib.rs\" to=\"src/numbers/mod.rs\"/>\n"
        .to_owned()
        + &edit("src/numbers/mod.rs", &[("    1", "    11")]);
    let world = World::new(PROJECT, script(&[&answer])).await;
    let before = world.project.tree();
    let turn = world.ask("Tidy up").await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    let waiting = world.waiting().await;
    let told: Vec<String> = waiting.iter().map(|one| format!("{} {}", one.does(), one.place())).collect();
    assert_eq!(told, ["delete README.md", "rename src/lib.rs → src/numbers/mod.rs"]);
    assert!(waiting[0].diff.contains("+++ /dev/null") && waiting[0].removed == 1, "{}", waiting[0].diff);
    assert!(
        waiting[1].diff.contains("rename from src/lib.rs\nrename to src/numbers/mod.rs"),
        "{}",
        waiting[1].diff
    );
    assert_eq!(world.project.tree(), before, "nothing happens before it is applied");

    let Reply::Applied { change } = world.apply(&waiting).await.unwrap() else { panic!() };
    assert_eq!(world.project.files(), ["src/numbers/mod.rs"]);
    assert!(world.project.read("src/numbers/mod.rs").contains("    11\n"));
    let after = world.project.tree();
    let undo = Command::Undo { change_id: change.change_id };
    let Reply::Applied { change: undone } = world.handle().send(undo).await.unwrap() else { panic!() };
    assert_eq!(world.project.tree(), before);
    world.handle().send(Command::Undo { change_id: undone.change_id }).await.unwrap();
    assert_eq!(world.project.tree(), after, "an undo can be undone");
    world.finish().await;
}

#[tokio::test]
async fn a_file_that_changed_meanwhile_is_neither_deleted_nor_renamed() {
    for answer in ["<delete path=\"src/lib.rs\"/>\n", "<rename from=\"src/lib.rs\" to=\"src/other.rs\"/>\n"] {
        let world = World::new(PROJECT, script(&[answer])).await;
        world.ask("Tidy up").await;
        world.project.write("src/lib.rs", "// mine\n");
        let refused = world.apply(&world.waiting().await).await.unwrap_err().to_string();
        assert!(refused.contains("not on disk as the change expects"), "{refused}");
        assert_eq!(world.project.files(), ["README.md", "src/lib.rs"]);
        world.finish().await;
    }
}

#[tokio::test]
async fn a_rename_goes_nowhere_it_may_not() {
    let answer = "<rename from=\"src/lib.rs\" to=\"../lib.rs\"/>\n<rename from=\"README.md\" to=\"src/lib.rs\"/>\n<delete path=\".git/config\"/>\n";
    let world = World::new(PROJECT, script(&[answer])).await;
    let turn = world.ask("Tidy up").await;
    assert!(world.waiting().await.is_empty());
    let notices = turn.notices().join("\n");
    for path in ["../lib.rs", "a file stands there already", ".git/config"] {
        assert!(notices.contains(path), "{path} is not in {notices}");
    }
    world.finish().await;
}

#[tokio::test]
async fn what_waits_to_be_renamed_is_edited_under_its_new_name() {
    let (tool, arguments) = refactor("src/numbers.rs");
    let script = script(&["<rename from=\"src/lib.rs\" to=\"src/numbers.rs\"/>\n"])
        .turn(Turn::responses().call(tool, arguments))
        .turn(Turn::chat().user_says("pub fn one()").text(edit("src/numbers.rs", &[("    1", "    11")])))
        .turn(Turn::responses().round(1).text("Done."));
    let world = World::new(PROJECT, script).await;
    let first = world.ask("Rename it").await;
    world.ask_in(Some(first.conversation), "Make it larger").await;
    let waiting = world.waiting().await;
    assert_eq!(waiting.len(), 1);
    world.apply(&waiting).await.unwrap();
    assert_eq!(world.project.files(), ["README.md", "src/numbers.rs"]);
    assert!(world.project.read("src/numbers.rs").starts_with("pub fn one() -> u32 {\n    11\n"));
    world.finish().await;
}

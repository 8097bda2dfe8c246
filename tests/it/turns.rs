//! One turn from prompt to outcome: what the user sees, what is stored, what the models are told.

use std::time::Duration;

use mira::{
    demo::server::{End, Script, Turn},
    protocol::{
        ArtifactState, Body, ClientContext, Command, ErrorCode, Event, Mode, OperationStatus, Reply,
        ToolCallState,
    },
    store::UsageScope,
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
";

fn refactor(path: &str, task: &str) -> (&'static str, serde_json::Value) {
    let arguments = json!({
        "path": path, "task": task, "requirements": [], "constraints": [], "context_paths": ["README.md"],
    });
    ("refactor_code", arguments)
}

fn generate(path: &str, task: &str) -> (&'static str, serde_json::Value) {
    let arguments = json!({
        "path": path, "language": "rust", "task": task, "requirements": ["short"], "constraints": [], "context_paths": [],
    });
    ("generate_code", arguments)
}

fn artifact(path: &str, content: &str) -> String {
    format!("Here it is.\n<artifact path=\"{path}\" language=\"rust\">\n{content}</artifact>\n")
}

/// What the planner is told beside the user's words, with this much time and room for code.
async fn told_with(patience: Duration, budget_tokens: u64) -> String {
    let script = Script::new().turn(Turn::responses().text("One."));
    let world = World::with(PROJECT, script, |settings| {
        settings.context.patience = patience;
        settings.context.budget_tokens = budget_tokens;
    })
    .await;
    world.ask("What does one() do?").await;
    let told = input(&world, 0);
    world.finish().await;
    told
}

#[tokio::test]
async fn the_code_that_seems_to_matter_goes_along() {
    let told = told_with(Duration::from_secs(60), 3_000).await;
    assert!(told.contains("[RELEVANT CODE]\\nsrc/lib.rs\\n  1 pub fn one()"), "{told}");
    let told = told_with(Duration::ZERO, 3_000).await;
    assert!(told.contains("was not looked through in time") && !told.contains("  1 pub fn one()"), "{told}");
    assert!(!told_with(Duration::from_secs(60), 0).await.contains("[RELEVANT CODE]"));
}

#[tokio::test]
async fn a_question_is_answered_and_changes_nothing() {
    let script = Script::new().turn(Turn::responses().reasoning("Simple.").text("It returns one."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("What does one() do?").await;
    assert_eq!(turn.statuses(), "pending started completed");
    assert_eq!(turn.said(), ["It returns one."]);
    assert!(world.waiting().await.is_empty());
    let stored = world.store.messages(turn.conversation, 10).await.unwrap();
    assert_eq!(
        stored.iter().map(|m| m.content.as_str()).collect::<Vec<_>>(),
        ["What does one() do?", "It returns one."]
    );
    let request = &world.server.requests()[0];
    let input = request.body["input"].to_string();
    assert!(input.contains("What does one() do?") && input.contains("[PROJECT STRUCTURE]"), "{input}");
    world.finish().await;
}

#[tokio::test]
async fn a_question_never_ends_in_an_edit_whatever_the_planner_does() {
    let (tool, arguments) = refactor("src/lib.rs", "Return two.");
    let small = json!({"path": "NOTES.md", "kind": "document", "language": "markdown", "content": "x\n"});
    let script =
        Script::new().turn(Turn::responses().call(tool, arguments).call("create_artifact", small)).turn(
            Turn::responses().round(1).tool_says("a question never ends in a change").text("It returns one."),
        );
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Why does one() return 1?").await;
    assert_eq!(turn.statuses(), "pending started completed", "{:?}", turn.error());
    assert!(world.waiting().await.is_empty());
    let told: Vec<&str> = turn.notices();
    assert!(matches!(told.as_slice(), [one] if one.starts_with("This was taken as a question")), "{told:?}");
    world.finish().await;
}

#[tokio::test]
async fn in_ask_mode_even_an_order_is_answered_in_words() {
    let (tool, arguments) = refactor("src/lib.rs", "Return two.");
    let script = Script::new()
        .turn(Turn::responses().call(tool, arguments))
        .turn(Turn::responses().round(1).tool_says("refactor_code was not run").text("I would return two."));
    let world = World::new(PROJECT, script).await;
    let prompt = Command::Prompt {
        conversation_id: None,
        text: "Return two.".into(),
        context: ClientContext { mode: Mode::Ask, ..ClientContext::default() },
    };
    let Reply::Accepted { conversation_id, operation_id, since } = world.handle().send(prompt).await.unwrap()
    else {
        panic!()
    };
    world.follow(conversation_id, operation_id, since).await;
    assert!(world.waiting().await.is_empty());
    world.finish().await;
}

#[tokio::test]
async fn a_planner_that_goes_in_circles_is_stopped() {
    let look = || json!({"path": "README.md", "start_line": null, "end_line": null});
    let mut script = Script::new();
    for round in 0..5 {
        script = script.turn(Turn::responses().round(round).call("read_file", look()));
    }
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Look around").await;
    assert_eq!(turn.status(), OperationStatus::Failed);
    let error = turn.error().unwrap();
    assert!(error.contains("the same call with the same result 5 times (read README.md)"), "{error}");
    world.finish().await;
}

#[tokio::test]
async fn the_planner_looks_for_itself() {
    let script = Script::new()
        .turn(
            Turn::responses()
                .text("Let me look.")
                .call("read_file", json!({"path": "src/lib.rs", "start_line": null, "end_line": null}))
                .call("search_code", json!({"pattern": "fn one", "glob": null, "case_sensitive": null}))
                .call("list_files", json!({"glob": "*.md", "directory": null}))
                .call("read_file", json!({"path": "../etc/passwd", "start_line": null, "end_line": null}))
                .call("rm", json!({})),
        )
        .turn(Turn::responses().round(1).text("Done."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Look around").await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    let results = world.server.requests()[1].body["input"].to_string();
    for expected in
        ["1\\tpub fn one()", "src/lib.rs:1: pub fn one()", "README.md", "error: the path", "there is no tool"]
    {
        assert!(results.contains(expected), "{expected:?} is not in {results}");
    }
    world.finish().await;
}

#[tokio::test]
async fn two_hand_offs_run_at_the_same_time_and_wait_as_artifacts() {
    let (refactor_tool, refactor_arguments) = refactor("src/lib.rs", "Add two().");
    let (generate_tool, generate_arguments) = generate("src/two.rs", "Write two().");
    let script = Script::new()
        .turn(
            Turn::responses()
                .text("I hand this over.")
                .call(refactor_tool, refactor_arguments)
                .call(generate_tool, generate_arguments),
        )
        .turn(
            Turn::chat()
                .user_says("Add two().")
                .reasoning("Hm.")
                .delay_ms(80)
                .text(artifact("src/lib.rs", "pub mod two;\n\npub fn one() -> u32 {\n    1\n}\n")),
        )
        .turn(
            Turn::chat()
                .user_says("Write two().")
                .delay_ms(80)
                .text(artifact("src/two.rs", "pub fn two() -> u32 {\n    2\n}\n")),
        )
        .turn(Turn::responses().round(1).tool_says("Proposed").text("Both are proposed."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Add two()").await;
    assert_eq!(
        turn.statuses(),
        "pending started delegating generating started completed",
        "{:?}",
        turn.error()
    );
    let waiting = world.waiting().await;
    assert_eq!(waiting.iter().map(|a| a.path.as_str()).collect::<Vec<_>>(), ["src/lib.rs", "src/two.rs"]);
    assert!(waiting[1].is_new_file && waiting[0].added == 2 && waiting[0].removed == 0, "{:?}", waiting[0]);
    assert_eq!(world.project.files(), ["README.md", "src/lib.rs"], "nothing is written before it is applied");
    let coder = world.server.requests().iter().filter(|r| r.path.ends_with("/chat/completions")).count();
    assert_eq!(coder, 2);

    let Reply::Applied { change } = world.apply(&waiting).await.unwrap() else { panic!() };
    assert_eq!(world.project.files(), ["README.md", "src/lib.rs", "src/two.rs"]);
    assert!(world.project.read("src/lib.rs").starts_with("pub mod two;"));
    let undo = world.handle().send(Command::Undo { change_id: change.change_id }).await.unwrap();
    assert_eq!(world.project.files(), ["README.md", "src/lib.rs"]);
    let Reply::Applied { change: undone } = undo else { panic!() };
    world.handle().send(Command::Undo { change_id: undone.change_id }).await.unwrap();
    assert_eq!(world.project.files(), ["README.md", "src/lib.rs", "src/two.rs"], "an undo can be undone");

    let usage = world.store.usage(UsageScope::Operation(turn.operation)).await.unwrap();
    assert_eq!(usage.iter().map(|usage| usage.role.as_str()).collect::<Vec<_>>(), ["planner", "coder"]);
    assert!(usage.iter().all(|usage| usage.cost_usd.is_some_and(|usd| usd > 0.0)), "{usage:?}");
    world.finish().await;
}

#[tokio::test]
async fn a_file_that_changed_meanwhile_is_a_conflict_and_nothing_is_written() {
    let (tool, arguments) = refactor("src/lib.rs", "Change it.");
    let script = Script::new()
        .turn(Turn::responses().call(tool, arguments))
        .turn(Turn::chat().text(artifact("src/lib.rs", "pub fn one() -> u32 {\n    2\n}\n")))
        .turn(Turn::responses().round(1).text("Proposed."));
    let world = World::new(PROJECT, script).await;
    world.ask("Change it").await;
    world.project.write("src/lib.rs", "// mine\n");
    let refused = world.apply(&world.waiting().await).await.unwrap_err().to_string();
    assert!(
        refused.contains("src/lib.rs") && refused.contains("not on disk as the change expects"),
        "{refused}"
    );
    assert_eq!(world.project.read("src/lib.rs"), "// mine\n");
    assert_eq!(world.waiting().await[0].state, ArtifactState::Pending, "it still waits");
    world.finish().await;
}

#[tokio::test]
async fn an_answer_without_a_file_is_repaired_once_and_then_told() {
    let (tool, arguments) = refactor("src/lib.rs", "Change it.");
    let script = Script::new()
        .turn(Turn::responses().call(tool, arguments))
        .turn(Turn::chat().text("I would rather not."))
        .turn(Turn::chat().user_says("held no complete artifact").text("Still no."))
        .turn(
            Turn::responses()
                .round(1)
                .tool_says("error: the coder gave no usable file")
                .text("The coder failed."),
        );
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Change it").await;
    assert_eq!(turn.status(), OperationStatus::Completed);
    assert!(world.waiting().await.is_empty());
    world.finish().await;
}

#[tokio::test]
async fn a_path_outside_the_project_is_refused_with_a_reason() {
    let (tool, arguments) = generate("src/two.rs", "Write two().");
    let script = Script::new()
        .turn(Turn::responses().call(tool, arguments))
        .turn(Turn::chat().text(
            artifact("../outside.rs", "pub fn two() {}\n") + &artifact("src/two.rs", "pub fn two() {}\n"),
        ))
        .turn(Turn::responses().round(1).tool_says("Proposed src/two.rs").text("One was refused."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Write two").await;
    assert_eq!(world.waiting().await.len(), 1, "one bad file spoils no other");
    assert!(turn.notices().iter().any(|notice| notice.contains("../outside.rs")), "{:?}", turn.notices());
    world.finish().await;
}

#[tokio::test]
async fn create_artifact_is_immediate() {
    let arguments =
        json!({"path": "docs/map.md", "kind": "document", "language": "markdown", "content": "# Map\n"});
    let script = Script::new()
        .turn(Turn::responses().call("create_artifact", arguments))
        .turn(Turn::responses().round(1).text("Proposed `docs/map.md`."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Draw a map").await;
    assert_eq!(turn.statuses(), "pending started completed");
    assert_eq!(world.waiting().await[0].content, "# Map\n");
    world.finish().await;
}

#[tokio::test]
async fn the_next_turn_extends_the_first_byte_for_byte() {
    let script = Script::new().turn(Turn::responses().text("One.")).turn(Turn::responses().text("Two."));
    let world = World::new(PROJECT, script).await;
    let first = world.ask("first").await;
    world.ask_in(Some(first.conversation), "second").await;
    let requests = world.server.requests();
    let (one, two) =
        (requests[0].body["input"].as_array().unwrap(), requests[1].body["input"].as_array().unwrap());
    assert_eq!(one.as_slice(), &two[..one.len()]);
    assert_eq!(requests[0].body["instructions"], requests[1].body["instructions"]);
    assert_eq!(requests[0].body["tools"], requests[1].body["tools"]);
    world.finish().await;
}

#[tokio::test]
async fn cancelling_is_felt_at_once_and_keeps_the_text() {
    let script =
        Script::new().turn(Turn::responses().text("I begin to ").delay_ms(10_000).text("never end."));
    let world = World::new(PROJECT, script).await;
    let (conversation, operation, since) = world.send(None, "Talk").await;
    world.server.wait_for_requests(1).await;
    let mut feed = world.handle().subscribe(conversation, since);
    while !feed.next().await.unwrap().iter().any(|e| matches!(e.body, Body::ChatResponse { .. })) {}
    let before = std::time::Instant::now();
    world.handle().send(Command::Cancel { operation_id: operation }).await.unwrap();
    let events = world.follow(conversation, operation, since).await;
    assert!(before.elapsed() < std::time::Duration::from_secs(2), "{:?}", before.elapsed());
    let ends = events
        .iter()
        .filter(|e| matches!(&e.body, Body::OperationStatus { status, .. } if status.is_terminal()));
    assert_eq!(ends.count(), 1);
    let stored = world.store.operation(operation).await.unwrap();
    assert_eq!(stored.status, OperationStatus::Cancelled);
    assert_eq!(stored.result.as_deref(), Some("I begin to "));
    world.finish().await;
}

#[tokio::test]
async fn a_provider_failure_ends_the_turn_with_a_sentence() {
    let script = Script::new().turn(Turn::responses().text("Half an ").end(End::Missing));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Talk").await;
    assert_eq!(turn.status(), OperationStatus::Failed);
    assert!(turn.error().unwrap().contains("openai"), "{:?}", turn.error());
    assert_eq!(world.store.operation(turn.operation).await.unwrap().result.as_deref(), Some("Half an "));
    world.finish().await;
}

#[tokio::test]
async fn a_second_prompt_waits_for_the_first() {
    let script = Script::new()
        .turn(Turn::responses().user_says("first").delay_ms(50).text("One."))
        .turn(Turn::responses().user_says("second").text("Two."));
    let world = World::new(PROJECT, script).await;
    let (conversation, first, since) = world.send(None, "first").await;
    let (_, second, _) = world.send(Some(conversation), "second").await;
    let second_events = world.follow(conversation, second, since).await;
    let first_events = world.follow(conversation, first, since).await;
    assert!(first_events.last().unwrap().seq < second_events.last().unwrap().seq);
    world.finish().await;
}

#[tokio::test]
async fn a_cap_stops_before_the_next_request() {
    let look = json!({"path": "README.md", "start_line": null, "end_line": null});
    let script = Script::new()
        .turn(Turn::responses().call("read_file", look.clone()))
        .turn(Turn::responses().round(1).call("read_file", look));
    let world = World::with(PROJECT, script, |settings| settings.budget.max_rounds = 2).await;
    let turn = world.ask("Loop").await;
    assert_eq!(turn.status(), OperationStatus::Failed);
    assert!(turn.error().unwrap().contains("budget.max_rounds"), "{:?}", turn.error());
    assert_eq!(world.server.requests().len(), 2);
    world.finish().await;
}

/// The text of a request's own input.
fn input(world: &World, request: usize) -> String {
    world.server.requests()[request].body["input"].to_string()
}

#[tokio::test]
async fn a_prompt_that_no_response_has_seen_is_sent_again() {
    let script = Script::new()
        .turn(Turn::responses().text("One."))
        .turn(Turn::responses().text("Half an ").end(End::Missing))
        .turn(Turn::responses().text("Three."));
    let world = World::with(PROJECT, script, |settings| {
        settings.providers.values_mut().for_each(|provider| provider.store = true);
    })
    .await;
    let first = world.ask("first").await;
    let second = world.ask_in(Some(first.conversation), "second").await;
    assert_eq!(second.status(), OperationStatus::Failed);
    world.ask_in(Some(first.conversation), "third").await;
    let requests = world.server.requests();
    assert!(requests[1].body["previous_response_id"].is_string() && !input(&world, 1).contains("first"));
    assert!(requests[2].body["previous_response_id"].is_null(), "{}", requests[2].body);
    for said in ["first", "One.", "second", "Half an ", "third"] {
        assert!(input(&world, 2).contains(said), "{said}: {}", input(&world, 2));
    }
    world.finish().await;
}

#[tokio::test]
async fn what_was_done_before_a_cancel_stays_known() {
    let (tool, arguments) = refactor("src/lib.rs", "Change it.");
    let read = json!({"path": "README.md", "start_line": null, "end_line": null});
    let script = Script::new()
        .turn(Turn::responses().call("read_file", read).call(tool, arguments))
        .turn(Turn::chat().delay_ms(10_000).text("never"))
        .turn(Turn::responses().text("Well."));
    let world = World::new(PROJECT, script).await;
    let (conversation, operation, since) = world.send(None, "Change it").await;
    let mut feed = world.handle().subscribe(conversation, since);
    let has_read = |event: &Event| matches!(&event.body, Body::ToolCall { name, state: ToolCallState::Completed, .. } if name == "read_file");
    while !feed.next().await.unwrap().iter().any(has_read) {}
    world.server.wait_for_requests(2).await;
    world.handle().send(Command::Cancel { operation_id: operation }).await.unwrap();
    world.follow(conversation, operation, since).await;
    let calls = world.store.tool_calls(operation).await.unwrap();
    let states: Vec<_> = calls.iter().map(|call| call.state).collect();
    assert_eq!(states, [ToolCallState::Completed, ToolCallState::Cancelled]);
    world.ask_in(Some(conversation), "Go on").await;
    let input = input(&world, 2);
    assert!(input.contains("# Sample") && input.contains("cancelled by the user"), "{input}");
    world.finish().await;
}

#[tokio::test]
async fn a_call_is_unfolded_with_what_went_in_and_came_out() {
    let (tool, arguments) = generate("src/two.rs", "Write two().");
    let read = json!({"path": "README.md", "start_line": 1, "end_line": null});
    let script = Script::new()
        .turn(Turn::responses().call("read_file", read).call(tool, arguments))
        .turn(Turn::chat().text(artifact("src/two.rs", "pub fn two() {}\n")))
        .turn(Turn::responses().round(1).text("Proposed."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Write two").await;
    let calls = world.store.tool_calls(turn.operation).await.unwrap();
    let told =
        async |index: usize| world.handle().tool_output(turn.operation, &calls[index].call_id).await.unwrap();
    assert_eq!(told(0).await, "Path: README.md\nStart line: 1\n\nREADME.md, 1 lines\n1\t# Sample");
    let hand_off = told(1).await;
    let given = "Path: src/two.rs\nLanguage: rust\nTask: Write two().\nRequirements:\n- short\n\nTo deepseek-flash, about ";
    assert!(hand_off.starts_with(given) && hand_off.contains("\n\nProposed src/two.rs"), "{hand_off}");
    let unknown = world.handle().tool_output(turn.operation, "call_9").await.unwrap_err();
    assert_eq!(unknown.code(), ErrorCode::NotFound, "{unknown}");
    world.finish().await;
}

#[tokio::test]
async fn a_proposal_that_waits_already_is_told_again() {
    let arguments =
        json!({"path": "docs/map.md", "kind": "document", "language": "markdown", "content": "# Map\n"});
    let turn = || Turn::responses().call("create_artifact", arguments.clone());
    let script = Script::new()
        .turn(turn())
        .turn(Turn::responses().round(1).text("Proposed."))
        .turn(turn())
        .turn(Turn::responses().round(1).tool_says("already waits").text("It waits."));
    let world = World::new(PROJECT, script).await;
    world.ask("Draw a map").await;
    let again = world.ask("Draw a map").await;
    let told = again.events.iter().any(|event| matches!(event.body, Body::Artifact { .. }));
    assert!(told && world.waiting().await.len() == 1);
    world.finish().await;
}
